/**
 * A whole network in float64, one batch at a time: forward, loss, backward. It knows no plan, no passes and no GPU;
 * it is what those are measured against. The weights are changed elsewhere (training.ts).
 */
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import type { Layer, ModelSettings } from '../core/model.js';
import { dropoutThreshold, isKept } from '../core/random.js';
import { outputActivation } from '../core/task-checks.js';
import type { Loss } from '../core/training.js';
import { type HandedGradient, type Keep, layerBackward, layerForward, type LayerPass } from './layers.js';
import { exampleLosses, fusedGradient, fusedLosses, isFused, lossGradient } from './loss.js';
import { combine } from './matrix.js';
import { penalty, penaltyGradient } from './regularizer.js';

/** Rows to train on or to measure: x (B, inputs), targets (B, outputs) or (B, 1), weights (B) where not all are 1. */
export interface Batch {
  readonly x: Matrix;
  readonly targets: Matrix;
  readonly weights?: ArrayLike<number> | undefined;
}

/** Which elements the dropout layers of a model keep in a step: batches trained before it, from 0. */
export function dropoutMask({ layers, seed }: ModelSettings, step: number): NonNullable<Keep> {
  const thresholds = layers.map((layer) => (layer.type === 'dropout' ? dropoutThreshold(layer.rate) : 0));
  return (l, element) => isKept(seed, l, step, element, thresholds[l]!);
}

/** Through all layers, in training with `keep` and else in inference: x (B, inputs) → one entry per layer */
export function forward(
  layers: readonly Layer[],
  weights: readonly LayerWeights[],
  x: Matrix,
  keep: Keep,
): LayerPass[] {
  const passes: LayerPass[] = [];
  layers.forEach((layer, l) => passes.push(layerForward(layer, l, weights[l]!, passes[l - 1]?.y ?? x, keep)));
  return passes;
}

/** The loss of a batch after its forward pass, without the penalty: Σ wᵢ lossᵢ, over B except in halfSumSquaredError. */
export function dataLoss(layers: readonly Layer[], loss: Loss, passes: readonly LayerPass[], batch: Batch): number {
  const { y, z } = passes.at(-1)!;
  const isOne = isFused(loss, outputActivation(layers));
  const losses = isOne ? fusedLosses(loss, z!, batch.targets) : exampleLosses(loss, y, batch.targets);
  let sum = 0;
  for (let row = 0; row < losses.length; row++) sum += (batch.weights?.[row] ?? 1) * losses[row]!;
  return sum / lossDivisor(loss, losses.length);
}

/** What the sum over so many rows is divided by: their number, or in the tutorial's loss nothing. */
export function lossDivisor(loss: Loss, rows: number): number {
  return loss.name === 'halfSumSquaredError' ? 1 : rows;
}

/** The gradients of Σ wᵢ lossᵢ / divisor with respect to the trainable weights, without the penalty, by layer. */
export function backward(
  layers: readonly Layer[],
  loss: Loss,
  weights: readonly LayerWeights[],
  passes: readonly LayerPass[],
  { targets, weights: rowWeights }: Batch,
  divisor: number,
  keep: NonNullable<Keep>,
): LayerWeights[] {
  const output = passes.at(-1)!;
  let handed: HandedGradient = isFused(loss, outputActivation(layers))
    ? { dz: weightedRows(fusedGradient(loss, output.z!, targets), rowWeights, divisor) }
    : { dy: weightedRows(lossGradient(loss, output.y, targets), rowWeights, divisor) };

  const gradients: LayerWeights[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const back = layerBackward(layers[l]!, l, weights[l]!, passes[l]!, handed, keep);
    gradients[l] = back.weights;
    if (l > 0) handed = { dy: back.dx() };
  }
  return gradients;
}

/** Each row times its weight, over the divisor: (B, U) → (B, U) */
function weightedRows(gradient: Matrix, weights: ArrayLike<number> | undefined, divisor: number): Matrix {
  const { rows, columns } = gradient;
  const result = matrix(rows, columns);
  for (let row = 0; row < rows; row++) {
    const factor = (weights?.[row] ?? 1) / divisor;
    for (let u = 0; u < columns; u++) result.values[row * columns + u] = factor * gradient.values[row * columns + u]!;
  }
  return result;
}

/** The penalty of all kernels together. */
export function totalPenalty(layers: readonly Layer[], weights: readonly LayerWeights[]): number {
  let sum = 0;
  layers.forEach((layer, l) => {
    if (isRegularized(layer)) sum += penalty(weights[l]!.kernel!, layer.kernelRegularizer);
  });
  return sum;
}

/** The gradients with those of the penalty added. */
export function withPenalty(
  layers: readonly Layer[],
  weights: readonly LayerWeights[],
  gradients: readonly LayerWeights[],
): LayerWeights[] {
  return gradients.map((gradient, l) => {
    const layer = layers[l]!;
    if (!isRegularized(layer)) return gradient;
    const pull = penaltyGradient(weights[l]!.kernel!, layer.kernelRegularizer);
    return { ...gradient, kernel: combine(gradient.kernel!, pull, (a, b) => a + b) };
  });
}

/** Tells so that without a penalty nothing is computed: 0 · ∞ would be NaN. */
function isRegularized(layer: Layer): layer is Extract<Layer, { type: 'dense' }> {
  return layer.type === 'dense' && (layer.kernelRegularizer.l1 > 0 || layer.kernelRegularizer.l2 > 0);
}

/**
 * Loss and gradients of one batch as one update sees them, penalty included: what a gradient check differentiates.
 * @param step batches trained before this one; dropout follows from it
 */
export function batchGradients(
  model: ModelSettings,
  loss: Loss,
  weights: readonly LayerWeights[],
  batch: Batch,
  step: number,
): { loss: number; gradients: LayerWeights[] } {
  const { layers } = model;
  const keep = dropoutMask(model, step);
  const passes = forward(layers, weights, batch.x, keep);
  const gradients = backward(layers, loss, weights, passes, batch, lossDivisor(loss, batch.x.rows), keep);
  return {
    loss: dataLoss(layers, loss, passes, batch) + totalPenalty(layers, weights),
    gradients: withPenalty(layers, weights, gradients),
  };
}
