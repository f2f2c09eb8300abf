/**
 * The losses in float64: of every row, and the gradient each sends back. Twin of the loss shaders.
 * The means over the batch and the weights of the rows are the caller's business (network.ts).
 *
 * In the formulas y are the outputs, t the targets, e = y − t, all (B, U); sums run over the U columns of a row.
 * Class numbers, for sparseCategoricalCrossentropy, are targets (B, 1).
 */
import type { Activation } from '../core/activations.js';
import { type Matrix, matrix } from '../core/matrix.js';
import type { Loss } from '../core/training.js';
import { sigmoid, softmax } from './activation.js';
import { combine } from './matrix.js';

/** How near to 0 and 1 a probability may come before its logarithm is taken, as in Keras. */
const CLIP = 1e-7;

/** The loss of each row, from the outputs: y (B, U), targets → (B) */
export function exampleLosses(loss: Loss, y: Matrix, targets: Matrix): Float64Array {
  switch (loss.name) {
    case 'halfSumSquaredError':
      return rowSums(combine(y, targets, (a, t) => 0.5 * (a - t) ** 2));
    case 'meanSquaredError':
      return rowMeans(combine(y, targets, (a, t) => (a - t) ** 2));
    case 'meanAbsoluteError':
      return rowMeans(combine(y, targets, (a, t) => Math.abs(a - t)));
    case 'huber':
      return rowMeans(combine(y, targets, (a, t) => huber(a - t, loss.delta)));
    case 'binaryCrossentropy':
      // −(t ln y + (1 − t) ln(1 − y))
      return rowMeans(combine(y, targets, (a, t) => -(t * Math.log(clip(a)) + (1 - t) * Math.log(1 - clip(a)))));
    case 'categoricalCrossentropy':
      // −Σ t ln y
      return rowSums(combine(y, targets, (a, t) => -t * Math.log(clip(a))));
    case 'sparseCategoricalCrossentropy':
      return exampleLosses({ name: 'categoricalCrossentropy' }, y, oneHot(targets, y.columns));
    default:
      return loss satisfies never;
  }
}

/** d(loss of the row)/dy: y (B, U), targets → dy (B, U) */
export function lossGradient(loss: Loss, y: Matrix, targets: Matrix): Matrix {
  const outputs = y.columns;
  switch (loss.name) {
    case 'halfSumSquaredError':
      return combine(y, targets, (a, t) => a - t);
    case 'meanSquaredError':
      return combine(y, targets, (a, t) => (2 * (a - t)) / outputs);
    case 'meanAbsoluteError':
      return combine(y, targets, (a, t) => Math.sign(a - t) / outputs);
    case 'huber':
      return combine(y, targets, (a, t) => Math.max(-loss.delta, Math.min(a - t, loss.delta)) / outputs);
    case 'binaryCrossentropy':
      // (y − t) / (y (1 − y)); what is clipped does not move.
      return combine(y, targets, (a, t) => (a === clip(a) ? (a - t) / (a * (1 - a)) / outputs : 0));
    case 'categoricalCrossentropy':
      return combine(y, targets, (a, t) => (a === clip(a) ? -t / a : 0));
    case 'sparseCategoricalCrossentropy':
      return lossGradient({ name: 'categoricalCrossentropy' }, y, oneHot(targets, outputs));
    default:
      return loss satisfies never;
  }
}

/**
 * Whether loss and last activation are computed as one, from the logits z: the logarithm of a sigmoid or softmax
 * then never sees a rounded 0 or 1, and the slope of the activation cancels out of the gradient.
 */
export function isFused(loss: Loss, activation: Activation): boolean {
  switch (loss.name) {
    case 'binaryCrossentropy':
      return activation === 'sigmoid';
    case 'categoricalCrossentropy':
    case 'sparseCategoricalCrossentropy':
      return activation === 'softmax';
    case 'halfSumSquaredError':
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'huber':
      return false;
    default:
      return loss satisfies never;
  }
}

/** The loss of each row, from the logits, where isFused: z (B, U), targets → (B) */
export function fusedLosses(loss: Loss, z: Matrix, targets: Matrix): Float64Array {
  switch (loss.name) {
    case 'binaryCrossentropy':
      // −(t ln σ(z) + (1 − t) ln(1 − σ(z))) = max(z, 0) − z t + ln(1 + e^−|z|)
      return rowMeans(combine(z, targets, (v, t) => Math.max(v, 0) - v * t + Math.log1p(Math.exp(-Math.abs(v)))));
    case 'categoricalCrossentropy': {
      // −Σ t ln softmax(z) = ln(Σ e^z) · Σ t − Σ t z
      const logSums = logSumExp(z);
      const totals = rowSums(targets);
      const along = rowSums(combine(z, targets, (v, t) => v * t));
      return along.map((sum, row) => totals[row]! * logSums[row]! - sum);
    }
    case 'sparseCategoricalCrossentropy':
      return logSumExp(z).map((logSum, row) => logSum - z.values[row * z.columns + targets.values[row]!]!);
    case 'halfSumSquaredError':
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'huber':
      throw new Error(`${loss.name} is not computed from logits`);
    default:
      return loss satisfies never;
  }
}

/** d(loss of the row)/dz, where isFused: z (B, U), targets → dz (B, U) */
export function fusedGradient(loss: Loss, z: Matrix, targets: Matrix): Matrix {
  switch (loss.name) {
    case 'binaryCrossentropy':
      return combine(z, targets, (v, t) => (sigmoid(v) - t) / z.columns);
    case 'categoricalCrossentropy': {
      const y = softmax(z);
      const totals = rowSums(targets);
      const dz = matrix(z.rows, z.columns);
      for (let i = 0; i < dz.values.length; i++) {
        dz.values[i] = y.values[i]! * totals[Math.floor(i / z.columns)]! - targets.values[i]!;
      }
      return dz;
    }
    case 'sparseCategoricalCrossentropy':
      return combine(softmax(z), oneHot(targets, z.columns), (y, t) => y - t);
    case 'halfSumSquaredError':
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'huber':
      throw new Error(`${loss.name} is not computed from logits`);
    default:
      return loss satisfies never;
  }
}

/** Class numbers (B, 1) → (B, classes) with a 1 in the column of each row's class */
export function oneHot(labels: Matrix, classes: number): Matrix {
  const result = matrix(labels.rows, classes);
  for (let row = 0; row < labels.rows; row++) result.values[row * classes + labels.values[row]!] = 1;
  return result;
}

/** ½ e² up to |e| = delta, then delta · (|e| − ½ delta) */
function huber(e: number, delta: number): number {
  const size = Math.abs(e);
  return size <= delta ? 0.5 * e * e : delta * (size - 0.5 * delta);
}

function clip(probability: number): number {
  return Math.max(CLIP, Math.min(probability, 1 - CLIP));
}

/** ln Σ eᶻ of each row, less its maximum inside and more it outside, so that exp does not overflow. */
function logSumExp({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const z = values.subarray(row * columns, (row + 1) * columns);
    const maximum = z.reduce((a, b) => Math.max(a, b), -Infinity);
    return maximum + Math.log(z.reduce((sum, v) => sum + Math.exp(v - maximum), 0));
  });
}

function rowSums({ rows, columns, values }: Matrix): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / columns)]! += values[i]!;
  return sums;
}

function rowMeans(a: Matrix): Float64Array {
  return rowSums(a).map((sum) => sum / a.columns);
}
