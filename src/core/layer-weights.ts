/** The weights of all layers taken together: copied, or each made another. No arithmetic of its own. */
import type { WeightName } from './given-weights.js';
import type { LayerWeights } from './initializers.js';
import { type Matrix, matrix } from './matrix.js';

export function copyWeights(weights: readonly LayerWeights[]): LayerWeights[] {
  return mapWeights(weights, ({ rows, columns, values }) => matrix(rows, columns, values.slice()));
}

export function mapWeights(
  weights: readonly LayerWeights[],
  f: (value: Matrix, layer: number, name: WeightName) => Matrix,
): LayerWeights[] {
  return weights.map((layer, l) =>
    Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, f(value, l, name as WeightName)])),
  );
}
