/** The weights of all layers, or their gradients, taken together: copied and added. */
import type { WeightName } from '../core/given-weights.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import { combine } from './matrix.js';

export function copyWeights(weights: readonly LayerWeights[]): LayerWeights[] {
  return mapWeights(weights, ({ rows, columns, values }) => matrix(rows, columns, values.slice()));
}

export function sumOfWeights(a: readonly LayerWeights[], b: readonly LayerWeights[]): LayerWeights[] {
  return mapWeights(a, (value, l, name) => combine(value, b[l]![name]!, (x, y) => x + y));
}

function mapWeights(
  weights: readonly LayerWeights[],
  f: (value: Matrix, layer: number, name: WeightName) => Matrix,
): LayerWeights[] {
  return weights.map((layer, l) =>
    Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, f(value, l, name as WeightName)])),
  );
}
