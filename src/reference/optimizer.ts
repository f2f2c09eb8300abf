/** The optimizers in float64. Twin of shaders/sgd.wgsl. */
import type { Matrix } from '../core/matrix.js';
import { combine } from './matrix.js';

/** Gradient descent: w − learningRate · dw, for weights w and their gradient dw of one shape */
export function sgd(w: Matrix, dw: Matrix, learningRate: number): Matrix {
  return combine(w, dw, (value, gradient) => value - learningRate * gradient);
}
