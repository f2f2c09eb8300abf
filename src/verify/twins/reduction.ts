/** What reducing passes have in common: which workgroup adds up what, and how far its sum may be off. */
import type { Pass } from '../../passes/pass.js';
import { type Approximate, reductionRoundings, total } from '../running-error.js';
import { constant, type Expected, uniform } from './twin.js';

/**
 * Partial sums of a pass whose invocations walk through the terms with a common stride: for each workgroup what the
 * reference says of its terms, and the bound of a sum of the steps in their order.
 */
export function byWorkgroup(pass: Pass, want: ArrayLike<number>, steps: readonly Approximate[]): Expected {
  const workgroup = constant(pass, 'WORKGROUP');
  const groups = uniform(pass, 'stride') / workgroup;
  const members = Array.from({ length: groups }, (): number[] => []);
  for (let i = 0; i < want.length; i++) members[Math.floor((i % uniform(pass, 'stride')) / workgroup)]!.push(i);
  return {
    want: members.map((indices) => indices.reduce((sum, i) => sum + want[i]!, 0)),
    bound: members.map((indices) => {
      const terms = indices.map((i) => steps[i]!);
      return total(terms, reductionRoundings(terms.length, workgroup)).error;
    }),
  };
}
