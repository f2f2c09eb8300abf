/**
 * Watches that nobody writes where nobody looks: what a pass finds in a buffer must be, bit for bit, what the
 * passes before it were seen to leave there. Passes are compared on the parts they use; this closes the gaps.
 */
import { type PlannedBuffer, valueCount } from '../plan/plan.js';
import type { CapturedPass } from './capture.js';
import { compare, type Comparison } from './compare.js';

export interface Stray extends Comparison {
  /** The first pass that found it. */
  readonly pass: string;
  readonly buffer: string;
}

export class Continuity {
  /** What each buffer was last seen to hold; NaN where nobody has looked yet. */
  readonly #seen: ReadonlyMap<string, Float64Array>;

  constructor(buffers: readonly Pick<PlannedBuffer, 'name' | 'shape'>[]) {
    this.#seen = new Map(buffers.map(({ name, shape }) => [name, new Float64Array(valueCount(shape)).fill(NaN)]));
  }

  /** Takes note of an observed pass, and tells of values that changed unseen before it. */
  follow({ pass, before, after }: CapturedPass): Stray[] {
    const strays = Object.entries(before).flatMap(([binding, found]) => {
      if (!this.#seen.has(pass.buffers[binding]!)) return [];
      const known = this.#part(pass, binding, found.length);
      // By equality, since infinite numbers have no difference.
      const isNews = (i: number) => !Number.isNaN(known[i]) && known[i] !== found[i];
      const news = (values: ArrayLike<number>) => Float64Array.from(values, (value, i) => (isNews(i) ? value : 0));
      const comparison = compare(news(found), news(known), new Float64Array(found.length));
      known.set(found);
      return comparison.ok ? [] : [{ pass: `before ${pass.label}`, buffer: pass.buffers[binding]!, ...comparison }];
    });
    for (const [binding, left] of Object.entries(after)) this.#part(pass, binding, left.length).set(left);
    return strays;
  }

  /** The part of a buffer that the pass uses, as a view. */
  #part({ buffers, ranges }: CapturedPass['pass'], binding: string, count: number): Float64Array {
    const offset = ranges?.[binding]?.offset ?? 0;
    return this.#seen.get(buffers[binding]!)!.subarray(offset, offset + count);
  }
}
