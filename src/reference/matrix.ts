/**
 * The reference's arithmetic: three matrix products as plain loops, in float64.
 * No blocking, no unrolling, no cleverness: a reader must be able to check it line by line.
 */
import { type Matrix, matrix } from '../core/matrix.js';

/** a · b: (m, k) · (k, n) → (m, n) */
export function product(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < b.columns; column++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += at(a, row, k) * at(b, k, column);
      result.values[row * b.columns + column] = sum;
    }
  }
  return result;
}

/** aᵀ · b: (k, m)ᵀ · (k, n) → (m, n) */
export function productTransposedLeft(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.columns, b.columns);
  for (let row = 0; row < a.columns; row++) {
    for (let column = 0; column < b.columns; column++) {
      let sum = 0;
      for (let k = 0; k < a.rows; k++) sum += at(a, k, row) * at(b, k, column);
      result.values[row * b.columns + column] = sum;
    }
  }
  return result;
}

/** a · bᵀ: (m, k) · (n, k)ᵀ → (m, n) */
export function productTransposedRight(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.rows);
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < b.rows; column++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += at(a, row, k) * at(b, column, k);
      result.values[row * b.rows + column] = sum;
    }
  }
  return result;
}

/** The sum of each column, as one row: (m, n) → (1, n) */
export function columnSums(a: Matrix): Matrix {
  const result = matrix(1, a.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < a.columns; column++) {
      result.values[column] = (result.values[column] ?? 0) + at(a, row, column);
    }
  }
  return result;
}

/** Adds one row to every row: (m, n) + (1, n) → (m, n) */
export function addRow(a: Matrix, row: Matrix): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.values.map((value, i) => value + at(row, 0, i % a.columns)),
  );
}

/** f of each element, or of each pair of elements of two matrices of one shape. */
export function map(a: Matrix, f: (value: number) => number): Matrix {
  return matrix(a.rows, a.columns, a.values.map(f));
}

export function combine(a: Matrix, b: Matrix, f: (a: number, b: number) => number): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.values.map((value, i) => f(value, b.values[i] as number)),
  );
}

function at(a: Matrix, row: number, column: number): number {
  return a.values[row * a.columns + column] as number;
}
