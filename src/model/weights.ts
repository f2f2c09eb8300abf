/**
 * Weights on their way in and out of a model: as matrices by name, or as the rows of a run document.
 */
import { checkWeights, type WeightName, type WeightShape, weightShapes } from '../core/given-weights.js';
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { matrixToRows } from '../core/matrix.js';
import { type GivenWeights, layerWidths, type ModelSettings } from '../core/model.js';
import { counted } from '../core/text.js';
import { describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel } from '../core/run.js';
import { checkLength, type Data, tableOf } from './data.js';

/**
 * Weights of one layer, by name, as a caller brings them: in each form that data may have. The numbers of a kernel
 * (inputs, units) in a flat list are row by row.
 */
export type WeightsInput = Readonly<Partial<Record<WeightName, Data>>>;

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
  if (!Array.isArray(weights)) throw new RunError('model.weights', describe(weights), 'a list, one per layer');
  const { seed, layers } = model;
  const widths = layerWidths(layers, inputs);
  const shapesOf = (l: number) => (layers[l] ? weightShapes(layers[l], widths[l]!) : []);
  const plain = weights.map((layer, l) => plainLayer(`model.weights[${l}]`, layer, shapesOf(l)));
  const parsed = parseModel({ seed, layers, weights: plain });
  checkWeights(parsed, inputs);
  return initialWeights(parsed, inputs);
}

/** Lists as a run document has them, of the weights that the layer has; others are refused with the document's words. */
function plainLayer(field: string, layer: unknown, shapes: readonly WeightShape[]): unknown {
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) {
    throw new RunError(field, describe(layer), 'an object with the weights of the layer, by name');
  }
  return Object.fromEntries(
    Object.entries(layer).map(([name, value]: [string, unknown]) => {
      const known = shapes.find((shape) => shape.name === name);
      if (!known || value === undefined) return [name, value];
      const place = `${field}.${name}`;
      if (name === 'kernel') {
        const [rows, columns] = known.shape;
        const columnsOf = (length: number) => {
          checkLength(place, length, rows, columns);
          return columns;
        };
        return [name, matrixToRows(tableOf(place, value, columnsOf))];
      }
      const table = tableOf(place, value, (length) => length);
      if (table.rows !== 1) throw new RunError(place, counted(table.rows, 'row'), 'one row');
      return [name, Array.from(table.values)];
    }),
  );
}
