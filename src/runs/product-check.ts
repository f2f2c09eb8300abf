/** The matrix products of the benchmark: their values, and how far a result is from float64. It times nothing. */
import { largestRelativeDifference } from '../core/statistics.js';
import { uniform } from './formulas.js';
import type { ProductSize, Values } from './workload.js';

/** Rows that are compared: the first, the last and some between. */
export const COMPARED_ROWS = 8;

export interface ProductValues {
  /** (rows, inner) */
  readonly a: Values;
  /** (inner, columns) */
  readonly b: Values;
}

/** Positive, so that no sum cancels and a relative difference says something. */
export function productValues({ rows, inner, columns }: ProductSize): ProductValues {
  return { a: uniform(71, rows * inner, 0, 1), b: uniform(72, inner * columns, 0, 1) };
}

/** The largest relative difference from float64, in some rows of the result. */
export function productDifference(
  { rows, inner, columns }: ProductSize,
  { a, b }: ProductValues,
  found: Float32Array,
): number {
  if (found.length !== rows * columns) throw new Error(`its result has ${found.length} values`);
  let largest = 0;
  for (let n = 0; n < COMPARED_ROWS; n++) {
    const row = Math.round((n * (rows - 1)) / (COMPARED_ROWS - 1));
    const expected = new Float64Array(columns);
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < columns; j++) expected[j]! += a[row * inner + k]! * b[k * columns + j]!;
    }
    const values = found.subarray(row * columns, (row + 1) * columns);
    largest = Math.max(largest, largestRelativeDifference(values, expected));
  }
  return largest;
}
