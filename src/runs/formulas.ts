/**
 * Numbers by formula: the same in every contestant, on every machine and in bench/pytorch/workloads.py, with no file
 * to carry along. A number follows from its seed and its place alone, so whole arrays can be made in any order.
 */

/** A whole number below 2³² for place `i` of the sequence `seed` (the finalizer of MurmurHash3). */
export function hash(seed: number, i: number): number {
  let h = (Math.imul(i + 1, 0x9e3779b1) + Math.imul(seed + 1, 0x85ebca77)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `count` numbers from `low` up to `high`, rounded to float32. */
export function uniform(seed: number, count: number, low: number, high: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = low + ((high - low) * hash(seed, i)) / 2 ** 32;
  return values;
}
