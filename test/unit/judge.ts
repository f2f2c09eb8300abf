/** A pass's output, held against its twin, for tests that make the output up. */
import type { Pass } from '../../src/passes/pass.js';
import { compare, type Comparison } from '../../src/verify/compare.js';
import { TWINS } from '../../src/verify/twins/index.js';
import type { Expected } from '../../src/verify/twins/twin.js';

export type Values = Readonly<Record<string, ArrayLike<number>>>;

/** What the twin wants of each binding that the pass writes. */
export function expectedOf(pass: Pass, before: Values): Readonly<Record<string, Expected>> {
  const values = Object.entries(before).map(([name, list]) => [name, Float64Array.from(list)] as const);
  return TWINS[pass.shader](pass, Object.fromEntries(values));
}

/** What one binding may hold after the pass, against its twin. */
export function judge(pass: Pass, before: Values, binding: string, got: ArrayLike<number>): Comparison {
  const { want, bound } = expectedOf(pass, before)[binding]!;
  return compare(got, want, bound);
}

/** counters and rates as a training begins with them, some of them changed. */
export const counters = (changes: Partial<Record<'batch' | 'step' | 'epoch' | 'position' | 'failed', number>> = {}) => {
  const { batch, step, epoch, position, failed } = { batch: 0, step: 0, epoch: 0, position: 0, failed: 0, ...changes };
  return [batch, step, epoch, position, failed];
};

type Rate = 'learningRate' | 'gradientScale' | 'correction1' | 'correction2' | 'plateauFactor' | 'plateauBest';
export const rates = (changes: Partial<Record<Rate, number>> = {}) => {
  const first = {
    learningRate: 0,
    gradientScale: 1,
    correction1: 0,
    correction2: 0,
    plateauFactor: 1,
    plateauBest: 1e38,
  };
  return Object.values({ ...first, ...changes }).map(Math.fround);
};
