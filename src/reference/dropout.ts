/**
 * Dropout in float64: Srivastava et al. (2014), in the "inverted" form, which leaves inference alone.
 * Twin of the dropout shader. Which elements are kept is the caller's to say (isKept of core/random.ts).
 */
import { type Matrix, matrix } from '../core/matrix.js';

/**
 * y = x / (1 − rate) where kept, else 0; its gradient is the same of dy: x (B, U) → y (B, U)
 * @param keep whether an element, row · columns + column, is kept
 */
export function dropout(x: Matrix, rate: number, keep: (element: number) => boolean): Matrix {
  const y = matrix(x.rows, x.columns);
  for (let element = 0; element < x.values.length; element++) {
    if (keep(element)) y.values[element] = x.values[element]! / (1 - rate);
  }
  return y;
}
