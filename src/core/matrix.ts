/**
 * A matrix in float64, row-major: the one container for numbers on the CPU side.
 * It refuses to do arithmetic: that is the reference's business (reference/matrix.ts).
 */
import type { Table } from './examples.js';

/** A matrix in float64, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns values; element (r, c) is `values[r * columns + c]`. */
  readonly values: Float64Array;
}

/** A matrix over the given values, or of zeros. */
export function matrix(rows: number, columns: number, values: Float64Array = new Float64Array(rows * columns)): Matrix {
  return { rows, columns, values };
}

/** Nested rows to a matrix. The rows must be of one length (see run.ts, which checks it with a sentence). */
export function matrixFromRows(rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const result = matrix(rows.length, columns);
  rows.forEach((row, r) => result.values.set(row, r * columns));
  return result;
}

/** A matrix, or another table, to nested rows, as JSON carries it. */
export function matrixToRows({ rows, columns, values }: Table): number[][] {
  return Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => values[r * columns + c]!));
}
