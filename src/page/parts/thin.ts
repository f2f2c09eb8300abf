/**
 * Thins curves out for drawing: of all that falls on one column of dots, the smallest and the largest value of each curve stay, so that
 * the drawing shows the same as with all points. Pure functions.
 */

/** What has no place on the chart is null, undefined or NaN. */
export type Curve = ArrayLike<number | null | undefined>;

/**
 * The places that stay, in their order, of those from `start` to before `end`; first and last always do.
 * @param buckets columns of dots, or fewer
 */
export function thinned(curves: readonly Curve[], start: number, end: number, buckets: number): number[] {
  const count = end - start;
  if (count <= Math.max(2, 2 * buckets)) return Array.from({ length: Math.max(0, count) }, (_, i) => start + i);
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = start + Math.floor((bucket * count) / buckets);
    const to = start + Math.floor(((bucket + 1) * count) / buckets);
    const own = new Set<number>();
    if (bucket === 0) own.add(start);
    if (bucket === buckets - 1) own.add(end - 1);
    for (const curve of curves) addExtremes(curve, from, to, own);
    kept.push(...[...own].sort((a, b) => a - b));
  }
  return kept;
}

function addExtremes(curve: Curve, from: number, to: number, places: Set<number>): void {
  let [least, most] = [-1, -1];
  for (let i = from; i < to; i++) {
    const value = curve[i];
    if (value === null || value === undefined || Number.isNaN(value)) continue;
    if (least < 0 || value < curve[least]!) least = i;
    if (most < 0 || value > curve[most]!) most = i;
  }
  if (least >= 0) places.add(least).add(most);
}

/** The first place whose x is at least `value`; `length` where there is none. */
export function firstAtLeast(x: ArrayLike<number>, value: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
