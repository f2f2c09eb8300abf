/** What a kernel's size adds to the loss, and to its gradient, in float64. Twin of the regularizer shader. */
import type { Matrix } from '../core/matrix.js';
import type { Regularizer } from '../core/model.js';
import { map } from './matrix.js';

/** l1 Σ|w| + l2 Σ w² */
export function penalty(kernel: Matrix, { l1, l2 }: Regularizer): number {
  let absolute = 0;
  let square = 0;
  for (const w of kernel.values) {
    absolute += Math.abs(w);
    square += w * w;
  }
  return l1 * absolute + l2 * square;
}

/** l1 sign(w) + 2 l2 w, with 0 as the sign of 0: kernel (I, U) → (I, U) */
export function penaltyGradient(kernel: Matrix, { l1, l2 }: Regularizer): Matrix {
  return map(kernel, (w) => l1 * Math.sign(w) + 2 * l2 * w);
}
