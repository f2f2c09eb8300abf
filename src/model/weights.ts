/**
 * Weights on their way in and out of a model: as matrices by name, or as the rows of a run document.
 */
import { checkWeights, type WeightName } from '../core/given-weights.js';
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { type Matrix, matrixToRows } from '../core/matrix.js';
import type { GivenWeights, ModelSettings } from '../core/model.js';
import { counted } from '../core/text.js';
import { describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel } from '../core/run.js';

/** Weights of one layer, by name, as a caller brings them: matrices, or lists as in a run document. */
export type WeightsInput = Readonly<
  Partial<Record<WeightName, Matrix | readonly (readonly number[])[] | readonly number[] | Float32Array | Float64Array>>
>;

/** The weights of each layer as a run document carries them; exact. */
export function givenWeights(weights: readonly LayerWeights[]): GivenWeights[] {
  return weights.map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, matrix]) => {
        const rows = matrixToRows(matrix);
        return [name, name === 'kernel' ? rows : rows[0]];
      }),
    ),
  );
}

/**
 * Checked copies of a caller's weights.
 * @throws RunError naming the first that does not fit its layer
 */
export function parseWeights(model: ModelSettings, inputs: number, weights: readonly WeightsInput[]): LayerWeights[] {
  const plain = Array.isArray(weights) ? weights.map((layer, l) => plainLayer(`model.weights[${l}]`, layer)) : weights;
  const { seed, layers } = model;
  const parsed = parseModel({ seed, layers, weights: plain });
  checkWeights(parsed, inputs);
  return initialWeights(parsed, inputs);
}

function plainLayer(field: string, layer: unknown): unknown {
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) {
    throw new RunError(field, describe(layer), 'an object with the weights of the layer, by name');
  }
  return Object.fromEntries(
    Object.entries(layer).map(([name, value]) => {
      if (ArrayBuffer.isView(value)) return [name, Array.from(value as Float64Array)];
      if (!isMatrix(value)) return [name, value as unknown];
      if (name === 'kernel') return [name, matrixToRows(value)];
      if (value.rows !== 1) throw new RunError(`${field}.${name}`, counted(value.rows, 'row'), 'one row');
      return [name, Array.from(value.values)];
    }),
  );
}

function isMatrix(value: unknown): value is Matrix {
  return typeof value === 'object' && value !== null && 'values' in value && value.values instanceof Float64Array;
}
