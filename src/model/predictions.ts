/**
 * What a network says of its inputs: a Matrix with two ways to read it. The numbers are the network's own.
 */
import { type Matrix, matrixToRows } from '../core/matrix.js';

/** What a network says of some rows: (rows, outputs), in float64. */
export class Predictions implements Matrix {
  /** As many as x had. */
  readonly rows: number;
  /** The outputs of the model. */
  readonly columns: number;
  /** rows × columns values, row by row. */
  readonly values: Float64Array;
  /** What computed them. */
  readonly backend: 'webgpu' | 'cpu';

  constructor({ rows, columns, values }: Matrix, backend: 'webgpu' | 'cpu') {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
    this.backend = backend;
  }

  /** One list for each row of x, with one number for each output. */
  toRows(): number[][] {
    return matrixToRows(this);
  }

  /** The class of each row: the first of its largest outputs; with one output 1 where it is above ½, else 0. */
  classes(): number[] {
    const { rows, columns, values } = this;
    return Array.from({ length: rows }, (_, row) => {
      const start = row * columns;
      if (columns === 1) return values[start]! > 0.5 ? 1 : 0;
      let best = 0;
      for (let c = 1; c < columns; c++) if (values[start + c]! > values[start + best]!) best = c;
      return best;
    });
  }
}
