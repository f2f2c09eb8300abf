/** Kernels stand as (inputs, units) here and as (units, inputs) elsewhere. */

/** (columns, rows) → (rows, columns), both row-major */
export function transposed(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[r * columns + c] = values[c * rows + r]!;
  return result;
}
