/**
 * What a plan is: the buffers a run needs and the passes of one step, in order. Plain data, made by
 * compile.ts, printed by print.ts, run by execute.ts. It holds sizes, never values.
 */
import type { Pass } from '../passes/pass.js';

/** A GPU buffer of 32-bit values. */
export interface PlannedBuffer {
  readonly name: string;
  readonly type: 'f32' | 'u32';
  /** Row-major; the product of it is the number of values. */
  readonly shape: readonly number[];
  /** The field of the run that decides its size, for the sentence when it is too large. */
  readonly field: string;
}

/** Where one layer's weights lie in the flat parameter buffer, and its gradients in the gradient buffer. */
export interface ParameterRange {
  /** `layers.<i>.kernel` or `layers.<i>.bias` */
  readonly name: string;
  /** In values. */
  readonly offset: number;
  readonly shape: readonly [rows: number, columns: number];
}

export interface Plan {
  readonly schedule: 'layered';
  /** Why this schedule was taken. */
  readonly reason: string;
  readonly buffers: readonly PlannedBuffer[];
  readonly parameters: readonly ParameterRange[];
  /** One step: every pass in the order of its dispatch. */
  readonly passes: readonly Pass[];
  readonly steps: number;
  /** The buffer that holds the last layer's output. */
  readonly output: string;
}

/** The number of 32-bit values a shape holds. */
export function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of all the plan's buffers together. */
export function planBytes(plan: Plan): number {
  return plan.buffers.reduce((bytes, { shape }) => bytes + 4 * valueCount(shape), 0);
}
