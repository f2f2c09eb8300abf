/**
 * Holds a plan against a device's limits before anything is created there.
 * It refuses with the run's field that makes the plan too large; it never shrinks a plan by itself.
 */
import { RunError } from '../core/run-error.js';
import { wholeText } from '../core/text.js';
import type { Device } from '../gpu/device.js';
import type { WorkgroupLimits } from './persistent.js';
import { allPasses, type Plan, valueCount } from './plan.js';

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

/** @throws RunError naming the field whose size the device cannot hold */
export function checkLimits(plan: Plan, limits: PlanLimits): void {
  const most = maxBindingBytes(limits);
  for (const { name, shape, field } of plan.buffers) {
    const bytes = 4 * valueCount(shape);
    if (bytes > most) {
      const found = `a size of ${shape.join(' × ')} that needs ${wholeText(bytes)} bytes for ${name}`;
      throw new RunError(field, found, `at most ${wholeText(most)} bytes, the limit of this device`);
    }
  }
  const perDimension = limits.maxComputeWorkgroupsPerDimension;
  for (const { label, workgroups, buffers } of allPasses(plan)) {
    const largest = Math.max(...workgroups);
    if (largest > perDimension) {
      // The grid covers what the pass writes; the buffer it writes knows its field.
      const written = plan.buffers.findLast(({ name }) => Object.values(buffers).includes(name));
      const found = `a size that needs ${wholeText(largest)} workgroups in one dimension for ${label}`;
      throw new RunError(
        written?.field ?? 'model',
        found,
        `at most ${wholeText(perDimension)}, the limit of this device`,
      );
    }
  }
}
