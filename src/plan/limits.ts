/** What a device gives a plan: the bytes of a binding, and what one workgroup has. Plans are held against it in check-limits.ts. */
import type { Device } from '../gpu/device.js';
import type { WorkgroupLimits } from './persistent.js';

/** The limits that a plan can exceed; a `GPUSupportedLimits` is one. */
export interface PlanLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** What every WebGPU device offers. */
export const DEFAULT_BINDING_BYTES = 2 ** 27;

/** Bytes of the largest buffer that a pass may see. */
export function maxBindingBytes({ maxBufferSize, maxStorageBufferBindingSize }: PlanLimits): number {
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

/** Invocations in step where a GPU does not say: as most do. */
const USUAL_LANES = 32;
/** Those of a software adapter: the four floats of the CPU's smallest vectors. */
const SOFTWARE_LANES = 4;

/** What a device gives one workgroup. */
export function workgroupLimits({ gpu, adapter }: Device): WorkgroupLimits {
  const { maxComputeWorkgroupStorageSize: bytes, maxComputeInvocationsPerWorkgroup: invocations } = gpu.limits;
  const { isFallback } = adapter;
  // Browsers that are older, and Firefox, do not say.
  const { subgroupMinSize } = (gpu.adapterInfo as Partial<GPUAdapterInfo> | undefined) ?? {};
  const lanes = subgroupMinSize ?? (isFallback ? SOFTWARE_LANES : USUAL_LANES);
  return { bytes, invocations, lanes, isSerial: isFallback, isFast: !isFallback };
}
