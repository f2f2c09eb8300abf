/**
 * Watches that nobody writes where nobody looks: what a pass finds in a buffer must be, bit for bit, what the
 * passes before it were seen to leave there. Passes are compared on the parts they use; this closes the gaps.
 */
import type { CapturedPass } from './capture.js';
import { compare, type Comparison } from './compare.js';

export interface Stray extends Comparison {
  /** The first pass that found it. */
  readonly pass: string;
  readonly buffer: string;
}

export class Continuity {
  /** What each buffer was last seen to hold; NaN where nobody has looked yet. */
  readonly #seen = new Map<string, Float64Array>();

  /** Takes note of an observed pass, and tells of values that changed unseen before it. */
  follow({ pass, before, after }: CapturedPass): Stray[] {
    const strays = Object.entries(before).flatMap(([binding, found]) => {
      const known = this.#part(pass, binding, found.length);
      const want = known.map((value, i) => (Number.isNaN(value) ? found[i]! : value));
      const comparison = compare(found, want, new Float64Array(found.length));
      known.set(found);
      return comparison.ok ? [] : [{ pass: `before ${pass.label}`, buffer: pass.buffers[binding]!, ...comparison }];
    });
    for (const [binding, left] of Object.entries(after)) this.#part(pass, binding, left.length).set(left);
    return strays;
  }

  /** The part of a buffer that the pass uses, as a view. */
  #part({ buffers, ranges }: CapturedPass['pass'], binding: string, count: number): Float64Array {
    const offset = ranges?.[binding]?.offset ?? 0;
    const name = buffers[binding]!;
    const seen = grown(this.#seen.get(name), offset + count);
    this.#seen.set(name, seen);
    return seen.subarray(offset, offset + count);
  }
}

function grown(seen: Float64Array | undefined, length: number): Float64Array {
  if (seen && seen.length >= length) return seen;
  const larger = new Float64Array(length).fill(NaN);
  if (seen) larger.set(seen);
  return larger;
}
