/**
 * What a check of the passes says, and how a person reads it. It compares nothing (parity.ts does), so that what only
 * tells of a check need not load what checks.
 */
import type { PassShader } from '../passes/pass.js';
import type { Comparison } from './compare.js';

/** One buffer that one pass wrote, compared on the part that the pass uses. */
export interface PassParity extends Comparison {
  /** Values the pass had to compute, without those it had to leave as they are (other rows of the log). */
  readonly computed: number;
  /** Which pass, for example `layers.0 forward`. */
  readonly pass: string;
  readonly shader: PassShader;
  /** Which of the plan's programs it belongs to. */
  readonly program: string;
  /**
   * Whether a value of it leaves the range of float32 in the reference too, so that there is nothing to compare it
   * with. It is left out of the comparison.
   */
  readonly isBeyond: boolean;
  /** Which of the plan's buffers. */
  readonly buffer: string;
}

/** How many values the passes had to compute, and the comparison that used most of its bound. */
export function summarizeParity(parity: readonly PassParity[]): {
  readonly values: number;
  readonly worst: PassParity;
} {
  return {
    values: parity.reduce((sum, { computed }) => sum + computed, 0),
    worst: parity.reduce((a, b) => (b.shareOfBound > a.shareOfBound ? b : a)),
  };
}

/** A failed comparison in one sentence. */
export function explainFailure({ pass, buffer, worst }: PassParity): string {
  const { index, got, want, bound } = worst;
  return (
    `Pass ${pass} is wrong: ${buffer}[${index}] is ${got} on the GPU and ${want} in the reference, ` +
    `a difference of ${Math.abs(got - want)} where ${bound} is allowed.`
  );
}
