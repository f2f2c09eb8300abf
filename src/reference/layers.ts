/**
 * One layer of a model in float64, forward and backward: which formulas of this folder each type of layer uses.
 * A layer's x is the y of the layer below; a gradient comes as dy and goes on as dx.
 */
import type { LayerWeights } from '../core/initializers.js';
import type { Matrix } from '../core/matrix.js';
import type { Layer } from '../core/model.js';
import { activate, activationGradient } from './activation.js';
import { denseInputGradient, denseKernelGradient, denseLinear, type DenseWeights } from './dense.js';
import { dropout } from './dropout.js';
import {
  columnMoments,
  columnsInputGradient,
  type Moments,
  normalizationWeightGradients,
  normalizedColumns,
  normalizedRows,
  rowMoments,
  rowsInputGradient,
  scaleAndShift,
} from './normalization.js';

/** Whether a dropout layer keeps an element of a batch; undefined in inference, where all is kept. */
export type Keep = ((layer: number, element: number) => boolean) | undefined;

/** What a layer's forward pass leaves for its backward pass. */
export interface LayerPass {
  readonly x: Matrix;
  readonly y: Matrix;
  /** Before the activation, where the layer has one. */
  readonly z?: Matrix;
  /** The normalized input and the moments it was normalized with, in normalizations. */
  readonly xhat?: Matrix;
  readonly moments?: Moments;
}

/** x (B, inputs) → y (B, units) and what else the way back needs; `keep` says training, and with which dropout. */
export function layerForward(layer: Layer, l: number, weights: LayerWeights, x: Matrix, keep: Keep): LayerPass {
  switch (layer.type) {
    case 'dense': {
      const z = denseLinear(x, weights as DenseWeights);
      return { x, z, y: activate(z, layer.activation) };
    }
    case 'activation':
      return { x, z: x, y: activate(x, layer.activation) };
    case 'dropout':
      return { x, y: keep ? dropout(x, layer.rate, (element) => keep(l, element)) : x };
    case 'batchNormalization': {
      const { movingMean, movingVariance, gamma, beta } = weights;
      const moments = keep ? columnMoments(x) : { mean: movingMean!, variance: movingVariance! };
      const xhat = normalizedColumns(x, moments.mean, moments.variance, layer.epsilon);
      return { x, xhat, moments, y: scaleAndShift(xhat, gamma!, beta!) };
    }
    case 'layerNormalization': {
      const moments = rowMoments(x);
      const xhat = normalizedRows(x, moments.mean, moments.variance, layer.epsilon);
      return { x, xhat, moments, y: scaleAndShift(xhat, weights.gamma!, weights.beta!) };
    }
    default:
      return layer satisfies never;
  }
}

/** The gradient that a layer is handed: of its output, or where loss and activation are one, before its activation. */
export type HandedGradient = { readonly dy: Matrix } | { readonly dz: Matrix };

export interface LayerGradients {
  /** Of the trainable weights, under their names. */
  readonly weights: LayerWeights;
  /** Of the input; a function, since nobody asks for that of the first layer. */
  readonly dx: () => Matrix;
}

/** The way back through a layer, in training. */
export function layerBackward(
  layer: Layer,
  l: number,
  weights: LayerWeights,
  { x, y, z, xhat, moments }: LayerPass,
  handed: HandedGradient,
  keep: NonNullable<Keep>,
): LayerGradients {
  if (layer.type === 'dense' || layer.type === 'activation') {
    const dz = 'dz' in handed ? handed.dz : activationGradient(z!, y, handed.dy, layer.activation);
    if (layer.type === 'activation') return { weights: {}, dx: () => dz };
    const { kernel, bias } = denseKernelGradient(x, dz, layer.useBias);
    return {
      weights: bias ? { kernel, bias } : { kernel },
      dx: () => denseInputGradient(dz, weights.kernel!, x, 'linear'),
    };
  }
  if ('dz' in handed) throw new Error(`a ${layer.type} layer has no activation`);
  const { dy } = handed;
  switch (layer.type) {
    case 'dropout':
      return { weights: {}, dx: () => dropout(dy, layer.rate, (element) => keep(l, element)) };
    case 'batchNormalization':
      return {
        weights: normalizationWeightGradients(xhat!, dy),
        dx: () => columnsInputGradient(xhat!, dy, moments!.variance, layer.epsilon, weights.gamma!),
      };
    case 'layerNormalization':
      return {
        weights: normalizationWeightGradients(xhat!, dy),
        dx: () => rowsInputGradient(xhat!, dy, moments!.variance, layer.epsilon, weights.gamma!),
      };
    default:
      return layer satisfies never;
  }
}
