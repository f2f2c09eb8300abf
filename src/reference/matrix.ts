/**
 * The reference's arithmetic: three matrix products as plain loops, in float64.
 * No blocking, no unrolling, no cleverness: a reader must be able to check it line by line.
 */
import { type Matrix, matrix } from '../core/matrix.js';

/** a · b: (m, k) · (k, n) → (m, n) */
export function product(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    // Row k of b, times one value of a, goes into one row of the result: all memory is walked in its order.
    for (let k = 0; k < a.columns; k++) addMultiple(result, row, a.values[row * a.columns + k]!, b, k);
  }
  return result;
}

/** aᵀ · b: (k, m)ᵀ · (k, n) → (m, n) */
export function productTransposedLeft(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.columns, b.columns);
  for (let k = 0; k < a.rows; k++) {
    for (let row = 0; row < a.columns; row++) addMultiple(result, row, a.values[k * a.columns + row]!, b, k);
  }
  return result;
}

/** a · bᵀ: (m, k) · (n, k)ᵀ → (m, n) */
export function productTransposedRight(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.rows);
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < b.rows; column++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += a.values[row * a.columns + k]! * b.values[column * b.columns + k]!;
      result.values[row * b.rows + column] = sum;
    }
  }
  return result;
}

/** Row `row` of the result += factor · row `k` of b, both of n columns. */
function addMultiple(result: Matrix, row: number, factor: number, b: Matrix, k: number): void {
  const n = b.columns;
  const into = result.values;
  const from = b.values;
  for (let column = 0; column < n; column++) into[row * n + column]! += factor * from[k * n + column]!;
}

/** The sum of each column, as one row: (m, n) → (1, n) */
export function columnSums(a: Matrix): Matrix {
  const result = matrix(1, a.columns);
  for (let row = 0; row < a.rows; row++) addMultiple(result, 0, 1, a, row);
  return result;
}

/** Adds one row to every row: (m, n) + (1, n) → (m, n) */
export function addRow(a: Matrix, row: Matrix): Matrix {
  const result = matrix(a.rows, a.columns, a.values.slice());
  for (let r = 0; r < a.rows; r++) addMultiple(result, r, 1, row, 0);
  return result;
}

/** f of each element, or of each pair of elements of two matrices of one shape. */
export function map(a: Matrix, f: (value: number) => number): Matrix {
  const result = matrix(a.rows, a.columns);
  for (let i = 0; i < a.values.length; i++) result.values[i] = f(a.values[i]!);
  return result;
}

export function combine(a: Matrix, b: Matrix, f: (a: number, b: number) => number): Matrix {
  const result = matrix(a.rows, a.columns);
  for (let i = 0; i < a.values.length; i++) result.values[i] = f(a.values[i]!, b.values[i]!);
  return result;
}
