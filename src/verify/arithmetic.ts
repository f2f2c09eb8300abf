/**
 * A fingerprint of a device's arithmetic: the checksum of what it makes of operations that WGSL leaves room in (exp, log, sqrt, tanh,
 * division, fma, subnormal numbers). Two devices with different ones may train to different last bits; with the same one they may still,
 * for no two compilers are compared by it. It judges nothing.
 */
import source from '../../shaders/arithmetic.wgsl';
import { crc32 } from '../core/crc32.js';
import { numpyRandom } from '../core/random.js';
import { type Device, guarded } from '../gpu/device.js';
import { probe } from '../gpu/probe.js';

const COUNT = 1024;
const RESULTS = 8;
const WORKGROUP = 64;

/** Eight hexadecimal digits. @throws DeviceError if the device fails meanwhile */
export async function arithmeticOf(device: Device): Promise<string> {
  const asking = { label: 'arithmetic', code: source, asked: COUNT, numbers: numbersOf(), results: RESULTS * COUNT };
  const words = await guarded(device, 'Looking at the arithmetic', () =>
    probe(device.gpu, { ...asking, workgroups: COUNT / WORKGROUP }),
  );
  return crc32(new Uint8Array(words)).toString(16).padStart(8, '0');
}

/** From about −20 to 20, most of them small, none of them zero. */
function numbersOf(): Float32Array<ArrayBuffer> {
  const random = numpyRandom(1);
  return Float32Array.from({ length: COUNT }, () => 20 * (2 * random() - 1) ** 3 + 1e-6);
}
