/**
 * Orthonormal rows from random ones, by the modified Gram-Schmidt process, each row taken through it twice,
 * which keeps float64 rows orthogonal to the last digits (Giraud, Langou & Rozložník, 2005).
 * For initializers only: it refuses nothing, since random rows are independent.
 */
import type { Matrix } from './matrix.js';

/** Makes the rows of a matrix with at least as many columns orthonormal, in place. */
export function orthonormalRows(a: Matrix): Matrix {
  const row = (r: number) => a.values.subarray(r * a.columns, (r + 1) * a.columns);
  for (let r = 0; r < a.rows; r++) {
    const current = row(r);
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < r; earlier++) subtract(current, row(earlier), dot(current, row(earlier)));
    }
    const length = Math.sqrt(dot(current, current));
    current.forEach((value, i) => (current[i] = value / length));
  }
  return a;
}

// Plain loops, which are several times as fast as callbacks: for a thousand rows these are billions of terms.

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function subtract(from: Float64Array, direction: Float64Array, amount: number): void {
  for (let i = 0; i < from.length; i++) from[i] = from[i]! - amount * direction[i]!;
}
