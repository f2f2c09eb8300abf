/**
 * The passes between forward and backward: the loss with its output gradient, and the epoch's log row.
 * Descriptors of shaders/half_sum_squared_error.wgsl and shaders/log_epoch.wgsl.
 */
import { ACTIVATIONS, type Activation } from '../core/activations.js';
import type { Pass, ShaderInterface } from './pass.js';

export const halfSumSquaredErrorInterface = {
  constants: ['WORKGROUP', 'ACTIVATION'],
  uniforms: { count: 'u32', stride: 'u32' },
  bindings: { y: 'read', targets: 'read', dz: 'read_write', partials: 'read_write' },
} as const satisfies ShaderInterface;

export const logEpochInterface = {
  constants: ['WORKGROUP'],
  uniforms: { partials: 'u32', count: 'u32', epochs: 'u32' },
  bindings: { partials: 'read', state: 'read_write', epochLog: 'read_write' },
} as const satisfies ShaderInterface;

/** Invocations of a reducing workgroup: one barrier a halving, so small groups are quick where few have work. */
export const REDUCE_WORKGROUP = 64;

/** The most partial sums: enough invocations to keep a GPU busy, few enough for one workgroup to add up. */
export const MAX_PARTIALS = 1024;

/** Workgroups of the loss pass, each of which leaves one pair of partial sums. */
export function lossWorkgroups(count: number): number {
  return Math.min(MAX_PARTIALS, Math.ceil(count / REDUCE_WORKGROUP));
}

/** dz (B, U) = (y − targets) ⊙ slope(y), and partial sums of ½(y − targets)² and |y − targets| */
export function halfSumSquaredError(
  label: string,
  count: number,
  activation: Activation,
  buffers: { readonly y: string; readonly targets: string; readonly dz: string; readonly partials: string },
): Pass {
  const workgroups = lossWorkgroups(count);
  return {
    label,
    shader: 'half_sum_squared_error',
    constants: { WORKGROUP: REDUCE_WORKGROUP, ACTIVATION: ACTIVATIONS[activation] },
    uniforms: { count, stride: workgroups * REDUCE_WORKGROUP },
    buffers,
    workgroups: [workgroups, 1, 1],
    turns: Math.ceil(count / REDUCE_WORKGROUP),
  };
}

/** Writes (loss, mean absolute error) of the step into the log and advances the step counter. */
export function logEpoch(
  label: string,
  count: number,
  epochs: number,
  buffers: { readonly partials: string; readonly state: string; readonly epochLog: string },
): Pass {
  return {
    label,
    shader: 'log_epoch',
    constants: { WORKGROUP: REDUCE_WORKGROUP },
    uniforms: { partials: lossWorkgroups(count), count, epochs },
    buffers,
    workgroups: [1, 1, 1],
    turns: Math.ceil(lossWorkgroups(count) / REDUCE_WORKGROUP),
  };
}
