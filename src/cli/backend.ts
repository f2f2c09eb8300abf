/**
 * Finds what a command computes on: Node's GPU, opened, or the CPU. It takes the CPU in a GPU's place only for `auto`, and says so
 * on stderr.
 */
import { type Device, openDevice } from '../gpu/device.js';
import { keepVerdicts } from '../trainer/approval.js';
import { ParityError } from '../trainer/errors.js';
import { type NodeGpu, NodeGpuError, openNodeGpu } from './node-gpu.js';
import type { Backend } from './options.js';
import { say } from './terminal.js';
import { tuningFile } from './tuning-file.js';

/** Node's GPU; undefined for the CPU, with a sentence on stderr where `auto` has to do without a GPU. */
export async function findGpu(backend: Backend): Promise<NodeGpu | undefined> {
  if (backend === 'cpu') return undefined;
  try {
    return await openNodeGpu();
  } catch (error) {
    if (backend === 'webgpu' || !(error instanceof NodeGpuError) || error.problem === 'no-such-driver') throw error;
    say(`${error.message}\nSo the CPU computes instead, with the float64 reference.`);
    return undefined;
  }
}

/**
 * What a GPU makes of something, or where `auto` has it and the adapter computes wrongly, the CPU, with a sentence on stderr.
 * @throws what either throws
 */
export async function unlessRefused<T>(backend: Backend, onGpu: () => Promise<T>, onCpu: () => Promise<T>): Promise<T> {
  try {
    return await onGpu();
  } catch (error) {
    if (backend !== 'auto' || !(error instanceof ParityError) || error.refusal === undefined) throw error;
    say(`${error.refusal}\nSo the CPU computes instead, with the float64 reference.`);
    return onCpu();
  }
}

/** A device whose shaders that compute right are remembered between runs; undefined where there is no adapter. */
export async function openKnown({ gpu }: NodeGpu): Promise<Device | undefined> {
  const device = await openDevice(gpu);
  if (device) keepVerdicts(device, tuningFile());
  return device;
}

/** Works with an open device, or with none for the CPU, and gives everything back. */
export async function onBackend<T>(backend: Backend, work: (device: Device | undefined) => Promise<T>): Promise<T> {
  const node = await findGpu(backend);
  try {
    const device = node && (await openKnown(node));
    try {
      return await unlessRefused(
        backend,
        () => work(device),
        () => work(undefined),
      );
    } finally {
      device?.close();
    }
  } finally {
    node?.close();
  }
}
