/**
 * Compares arrays element by element against bounds. Written so that NaN fails: a difference passes only
 * if it is known to be within its bound.
 */

/** What a comparison found. */
export interface Comparison {
  readonly ok: boolean;
  readonly maxDifference: number;
  /** The largest difference as a share of its bound: 0.1 means ten times better than allowed; over 1 fails. */
  readonly shareOfBound: number;
  /** The element that used most of its bound, or the first that is not a number. */
  readonly worst: { readonly index: number; readonly got: number; readonly want: number; readonly bound: number };
}

/**
 * @param got what the GPU has
 * @param want what the reference says
 * @param bound the largest difference allowed, one for each element
 */
export function compare(got: ArrayLike<number>, want: ArrayLike<number>, bound: ArrayLike<number>): Comparison {
  if (got.length !== want.length) throw new Error(`${got.length} values cannot be compared with ${want.length}.`);
  let ok = true;
  let maxDifference = 0;
  let shareOfBound = 0;
  let worst = { index: 0, got: got[0] ?? 0, want: want[0] ?? 0, bound: bound[0] ?? 0 };
  for (let index = 0; index < want.length; index++) {
    const element = { index, got: got[index]!, want: want[index]!, bound: bound[index]! };
    const difference = Math.abs(element.got - element.want);
    const within = difference <= element.bound;
    // 0 of 0 is a share of 0; anything else over a bound of 0, and NaN, is beyond every share.
    const share = difference === 0 ? 0 : within ? difference / element.bound : overBound(difference, element.bound);
    if (!within) ok = false;
    if (!(difference <= maxDifference)) maxDifference = Number.isNaN(difference) ? Infinity : difference;
    if (share > shareOfBound) {
      shareOfBound = share;
      worst = element;
    }
  }
  return { ok, maxDifference, shareOfBound, worst };
}

function overBound(difference: number, bound: number): number {
  const share = difference / bound;
  return Number.isNaN(share) ? Infinity : share;
}
