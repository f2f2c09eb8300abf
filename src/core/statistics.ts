/** The few numbers that are made of samples. A benchmark on a noisy machine shows the median, and keeps them all. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('There is no median of nothing.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The largest difference, relative to what was expected; NaN counts as infinitely far. */
export function largestRelativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): number {
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const scale = Math.max(Math.abs(expected[i]!), floor);
    const difference = found[i] === expected[i] ? 0 : Math.abs(found[i]! - expected[i]!) / scale;
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
