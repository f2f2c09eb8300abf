/**
 * How far a network's answer in float32 may be from the one in float64, whatever the order of its sums: errors carried from layer
 * to layer, to first order. Higham, "Accuracy and stability of numerical algorithms" (2002), section 3.1, for the sums.
 */
import type { LayerWeights } from '../../src/core/initializers.js';
import type { Matrix } from '../../src/core/matrix.js';
import type { Layer } from '../../src/core/model.js';
import { forward } from '../../src/reference/network.js';

/** Half the distance of 1 to the next float32. */
const UNIT = 2 ** -24;

/** Of the functions that runtimes approximate (exp, tanh, erf): what they may be off, in units, absolute for values up to 1. */
const FUNCTION_UNITS = 16;

/** The steepest that any activation is: gelu is 1.13, silu 1.1, all others 1; softmax as a whole at most 1 too. */
const STEEPEST = 1.13;

/** The bound of each output: x (B, inputs) → (B, outputs), row-major */
export function float32Bounds(layers: readonly Layer[], weights: readonly LayerWeights[], x: Matrix): Float64Array {
  const passes = forward(layers, weights, x, undefined);
  let given = x;
  // The inputs are float32 values.
  let error: Float64Array = new Float64Array(x.values.length);
  layers.forEach((layer, l) => {
    const own = weights[l]!;
    const { y } = passes[l]!;
    if (layer.type === 'dense') {
      error = product(given, error, own);
      error = activation(preActivation(given, own), y, error, layer.activation === 'linear');
    } else if (layer.type === 'activation') error = activation(given, y, error, layer.activation === 'linear');
    else if (layer.type === 'batchNormalization') error = columnwise(given, y, error, own, layer.epsilon);
    else if (layer.type === 'layerNormalization') error = rowwise(given, error, own, layer.epsilon);
    given = y;
  });
  return error;
}

/** Σ|w| δx + γ (Σ|x w| + |b|), with γ of as many terms */
function product(x: Matrix, error: Float64Array, { kernel, bias }: LayerWeights): Float64Array {
  const units = kernel!.columns;
  const result = new Float64Array(x.rows * units);
  const gamma = (x.columns + 2) * UNIT;
  for (let row = 0; row < x.rows; row++) {
    for (let u = 0; u < units; u++) {
      let sum = gamma * Math.abs(bias?.values[u] ?? 0);
      for (let i = 0; i < x.columns; i++) {
        const at = row * x.columns + i;
        sum += Math.abs(kernel!.values[i * units + u]!) * (error[at]! + gamma * Math.abs(x.values[at]!));
      }
      result[row * units + u] = sum;
    }
  }
  return result;
}

function preActivation(x: Matrix, { kernel, bias }: LayerWeights): Matrix {
  const units = kernel!.columns;
  const values = new Float64Array(x.rows * units);
  for (let at = 0; at < values.length; at++) {
    const [row, u] = [Math.floor(at / units), at % units];
    values[at] = bias?.values[u] ?? 0;
    for (let i = 0; i < x.columns; i++) values[at]! += x.values[row * x.columns + i]! * kernel!.values[i * units + u]!;
  }
  return { rows: x.rows, columns: units, values };
}

function activation(z: Matrix, y: Matrix, error: Float64Array, isLinear: boolean): Float64Array {
  if (isLinear) return error;
  // A softmax takes the error of its whole row.
  const row = (at: number) => error.subarray(at - (at % z.columns), at - (at % z.columns) + z.columns);
  return error.map((_, at) => {
    const size = Math.max(1, Math.abs(z.values[at]!), Math.abs(y.values[at]!));
    return STEEPEST * Math.max(...row(at)) + FUNCTION_UNITS * UNIT * size;
  });
}

/** γ / √(v + ε) · (δx + a few units of |x| + |mean|), and a few units of what comes out */
function columnwise(x: Matrix, y: Matrix, error: Float64Array, own: LayerWeights, epsilon: number): Float64Array {
  return error.map((off, at) => {
    const c = at % x.columns;
    const slope = Math.abs(own.gamma!.values[c]!) / Math.sqrt(own.movingVariance!.values[c]! + epsilon);
    const size = Math.abs(x.values[at]!) + Math.abs(own.movingMean!.values[c]!);
    return slope * (off + 8 * UNIT * size) + 8 * UNIT * (Math.abs(y.values[at]!) + Math.abs(own.beta!.values[c]!));
  });
}

/** With E the largest error of the row, the sums of its moments included: |γ| 2 E / s · (1 + |x̂|), since mean |x − m| ≤ s */
function rowwise(x: Matrix, error: Float64Array, own: LayerWeights, epsilon: number): Float64Array {
  const n = x.columns;
  const result = new Float64Array(error.length);
  for (let start = 0; start < result.length; start += n) {
    const values = x.values.subarray(start, start + n);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n + epsilon);
    const largest = Math.max(...values.map(Math.abs));
    const off = Math.max(...error.subarray(start, start + n)) + (n + 8) * UNIT * largest;
    for (let c = 0; c < n; c++) {
      const xhat = Math.abs(values[c]! - mean) / deviation;
      const [gamma, beta] = [Math.abs(own.gamma!.values[c]!), Math.abs(own.beta!.values[c]!)];
      result[start + c] = (gamma * 2 * off * (1 + xhat)) / deviation + 8 * UNIT * (gamma * xhat + beta);
    }
  }
  return result;
}
