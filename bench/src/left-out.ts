/** Which contestants are not asked for a workload, with the reason; what is measured stands in src/runs/workloads.ts. */
import type { WorkloadId } from '../../src/runs/workload.js';

/** An interpreter of its own operations, meant for debugging by its documentation: minutes where others take seconds. */
const FOR_DEBUGGING = { 'jax-cpu': 'for debugging only (its documentation), too slow here' };

export const LEFT_OUT: Readonly<Partial<Record<WorkloadId, Readonly<Record<string, string>>>>> = {
  b: { ...FOR_DEBUGGING, 'idli-webgpu-new': 'measured in a' },
  c: { ...FOR_DEBUGGING, 'idli-webgpu-new': 'measured in a' },
  d: { ...FOR_DEBUGGING, 'idli-webgpu-new': 'measured in a' },
  e: { ...FOR_DEBUGGING, 'idli-webgpu-new': 'measured in a', 'idli-webgpu-verified': 'measured in d' },
};
