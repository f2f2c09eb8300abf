/**
 * A dense layer in float64: forward, gradient of its input, gradients of its weights.
 * Twin of shaders/dense_*.wgsl: the same operations in the same order, no shared code.
 */
import type { ElementwiseActivation, OutputActivation } from '../core/activations.js';
import type { Matrix } from '../core/matrix.js';
import { activations } from './activation.js';
import { addRow, columnSums, combine, map, product, productTransposedLeft, productTransposedRight } from './matrix.js';

/** Weights of a dense layer, or their gradients: kernel (I, U), bias (1, U). */
export interface DenseWeights {
  readonly kernel: Matrix;
  readonly bias: Matrix | undefined;
}

/** y = activation(x · kernel + bias): x (B, I), kernel (I, U), bias (1, U) → y (B, U) */
export function denseForward(x: Matrix, weights: DenseWeights, activation: ElementwiseActivation): Matrix {
  return map(denseLinear(x, weights), activations[activation].value);
}

/** z = x · kernel + bias: x (B, I), kernel (I, U), bias (1, U) → z (B, U) */
export function denseLinear(x: Matrix, { kernel, bias }: DenseWeights): Matrix {
  const z = product(x, kernel);
  return bias ? addRow(z, bias) : z;
}

/**
 * The gradient that reaches the layer below, before that layer's activation: dzBelow = (dz · kernelᵀ) ⊙ slope(x),
 * dz (B, U), kernel (I, U), x (B, I) the output of the layer below → dzBelow (B, I)
 */
export function denseInputGradient(dz: Matrix, kernel: Matrix, x: Matrix, activationBelow: OutputActivation): Matrix {
  const { slope } = activations[activationBelow];
  return combine(productTransposedRight(dz, kernel), x, (dx, y) => dx * slope(y));
}

/** dkernel = xᵀ · dz, dbias = column sums of dz: x (B, I), dz (B, U) → dkernel (I, U), dbias (1, U) */
export function denseKernelGradient(x: Matrix, dz: Matrix, useBias: boolean): DenseWeights {
  return { kernel: productTransposedLeft(x, dz), bias: useBias ? columnSums(dz) : undefined };
}
