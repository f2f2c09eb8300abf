/**
 * A fingerprint of a device's arithmetic: the checksum of what it makes of operations that WGSL leaves room in (exp, log, sqrt, tanh,
 * sin, division, fma, sums that may be fused or put in another order, subnormal numbers), for a thousand numbers each. Two devices with
 * different ones may train to different last bits; with the same one they may still, since each shader is compiled by itself and other
 * numbers may be rounded otherwise. It judges nothing.
 */
import source from '../../shaders/arithmetic.wgsl';
import { crc32 } from '../core/crc32.js';
import { numpyRandom } from '../core/random.js';
import { type Device, guarded } from '../gpu/device.js';
import { probe } from '../gpu/probe.js';

const COUNT = 1024;
const RESULTS = 12;
const WORKGROUP = 64;

/**
 * Eight hexadecimal digits.
 * @param code another shader, to show that another arithmetic is told
 * @throws DeviceError if the device fails meanwhile
 */
export async function arithmeticOf(device: Device, code = source): Promise<string> {
  const asking = { label: 'arithmetic', code, asked: COUNT, numbers: numbersOf(), results: RESULTS * COUNT };
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
