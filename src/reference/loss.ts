/**
 * The loss in float64: its value, the gradient it sends back, and the mean absolute error beside it.
 * Twin of shaders/half_sum_squared_error.wgsl and shaders/log_epoch.wgsl.
 */
import type { Activation } from '../core/activations.js';
import type { Matrix } from '../core/matrix.js';
import { activations } from './activation.js';
import { combine } from './matrix.js';

/** ½ Σ (y − targets)², over batch and outputs */
export function halfSumSquaredError(y: Matrix, targets: Matrix): number {
  return combine(y, targets, (value, target) => 0.5 * (value - target) ** 2).values.reduce(add, 0);
}

/** mean |y − targets|, over batch and outputs */
export function meanAbsoluteError(y: Matrix, targets: Matrix): number {
  const sum = combine(y, targets, (value, target) => Math.abs(value - target)).values.reduce(add, 0);
  return sum / y.values.length;
}

/** dz = (y − targets) ⊙ slope(y): the gradient of the loss before the last layer's activation; all (B, U) */
export function outputGradient(y: Matrix, targets: Matrix, activation: Activation): Matrix {
  const { slope } = activations[activation];
  return combine(y, targets, (value, target) => (value - target) * slope(value));
}

const add = (sum: number, value: number): number => sum + value;
