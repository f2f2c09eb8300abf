/**
 * Weights on their way into tensors and out of them. What passes is finite and of the shape that its layer has; what is not is
 * named by tensor and index. Shared by the formats that hold tensors.
 */
import type { LayerWeights } from '../core/initializers.js';
import { type WeightName, type WeightShape, weightShapes } from '../core/given-weights.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { type Layer, layerWidths } from '../core/model.js';
import { isFloat32 } from '../core/run-checks.js';
import { counted } from '../core/text.js';
import { FormatError } from './format-error.js';
import { tensorPlace } from './safetensors-header.js';
import type { Tensor } from './tensor.js';
import { transposed } from './transpose.js';

export const PRECISIONS = ['float32', 'float64'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The name of a weight in a file, for sentences and for the file. */
export type NameOf = (layer: number, weight: WeightName) => string;

/** A weight of a model, where it belongs. */
export interface PlacedWeight extends WeightShape {
  readonly layer: number;
}

/** All weights that a model with so many inputs has, layer by layer. */
export function placedWeights(layers: readonly Layer[], inputs: number): PlacedWeight[] {
  const widths = layerWidths(layers, inputs);
  return layers.flatMap((layer, l) => weightShapes(layer, widths[l]!).map((shape) => ({ ...shape, layer: l })));
}

/** A kernel has two sizes in a file, every other weight one. */
export function fileShape({ name, shape: [rows, columns] }: WeightShape): number[] {
  return name === 'kernel' ? [rows, columns] : [columns];
}

/**
 * A model's weights for a file, as they are or rounded to float32.
 * @throws FormatError for a weight that is missing, of another shape, or not finite in that precision
 */
export function weightTensor(
  place: PlacedWeight,
  weights: readonly LayerWeights[],
  name: string,
  precision: Precision,
): Extract<Tensor, { dtype: 'F32' | 'F64' }> {
  const refuse = (found: string, expected: string): never => {
    throw new FormatError('the model to write', tensorPlace(name), found, expected);
  };
  const given = weights[place.layer]?.[place.name];
  const [rows, columns] = place.shape;
  if (!given) return refuse('nothing', `(${rows}, ${columns}) numbers`);
  if (given.rows !== rows || given.columns !== columns || given.values.length !== rows * columns) {
    return refuse(`(${given.rows}, ${given.columns}) numbers`, `(${rows}, ${columns})`);
  }
  checkNumbers('the model to write', name, place.name, given.values);
  const shape = fileShape(place);
  return precision === 'float64'
    ? { dtype: 'F64', shape, data: given.values.slice() }
    : { dtype: 'F32', shape, data: Float32Array.from(given.values) };
}

/**
 * A weight from a file: its numbers exactly.
 * @param isTransposed a kernel that the file has as (units, inputs)
 * @throws FormatError for numbers of another kind or shape, or that are not finite
 */
export function weightMatrix(
  { name: weight, shape: [rows, columns] }: WeightShape,
  tensor: Tensor,
  name: string,
  file: string,
  isTransposed = false,
): Matrix {
  const { dtype, data, shape } = tensor;
  if (dtype !== 'F32' && dtype !== 'F64' && dtype !== 'F16' && dtype !== 'BF16') {
    throw new FormatError(file, tensorPlace(name), `numbers of ${dtype}`, 'F32, F64, F16 or BF16');
  }
  const kernel = isTransposed ? [columns, rows] : [rows, columns];
  const expected = weight === 'kernel' ? kernel : [columns];
  if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i])) {
    const found = shape.length === 0 ? 'one number without a shape' : `the shape [${shape.join(', ')}]`;
    throw new FormatError(file, tensorPlace(name), found, `[${expected.join(', ')}], as its layer has it`);
  }
  checkNumbers(file, name, weight, data);
  return matrix(rows, columns, isTransposed ? transposed(data, rows, columns) : Float64Array.from(data));
}

/** The weights of all layers, put together from what `take` gives for each. */
export function collectWeights(
  layers: readonly Layer[],
  inputs: number,
  take: (place: PlacedWeight) => Matrix,
): LayerWeights[] {
  const collected: Partial<Record<WeightName, Matrix>>[] = layers.map(() => ({}));
  for (const place of placedWeights(layers, inputs)) collected[place.layer]![place.name] = take(place);
  return collected;
}

/** @throws FormatError where there is not one entry of weights for each layer, or one has what its layer has not */
export function checkNames(layers: readonly Layer[], inputs: number, weights: readonly LayerWeights[]): void {
  if (weights.length !== layers.length) {
    const found = `weights of ${counted(weights.length, 'layer')}`;
    throw new FormatError('the model to write', '', found, `${layers.length}, one for each layer`);
  }
  const known = new Set(placedWeights(layers, inputs).map(({ layer, name }) => `layers.${layer}.${name}`));
  weights.forEach((layer, l) => {
    for (const [name, value] of Object.entries(layer)) {
      const place = `layers.${l}.${name}`;
      if (value === undefined || known.has(place)) continue;
      throw new FormatError('the model to write', tensorPlace(place), 'a weight that its layer has not', 'none');
    }
  });
}

/** @throws FormatError naming the first number that no weight of that name can be */
function checkNumbers(file: string, tensor: string, weight: WeightName, values: Float32Array | Float64Array): void {
  const refuse = (index: number, expected: string) => {
    throw new FormatError(file, `${tensorPlace(tensor)}, number ${index}`, String(values[index]), expected);
  };
  const wrong = values.findIndex((value) => !isFloat32(value));
  if (wrong >= 0) refuse(wrong, 'a finite number (float32)');
  const negative = weight === 'movingVariance' ? values.findIndex((value) => value < 0) : -1;
  if (negative >= 0) refuse(negative, 'a variance, a number of at least 0');
}
