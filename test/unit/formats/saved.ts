/** Saved models for tests: every type of layer, seeded weights, and all that a file can say. */
import { layerWidths, type LayerDocument } from '../../../src/core/model.js';
import { initialWeights } from '../../../src/core/initializers.js';
import { matrix, matrixFromRows, matrixToRows } from '../../../src/core/matrix.js';
import { numpyRandom } from '../../../src/core/random.js';
import { parseModel, parseSettings } from '../../../src/core/run.js';
import type { TrainingDocument } from '../../../src/core/training.js';
import type { SavedModel } from '../../../src/formats/saved-model.js';
import { predict } from '../../../src/reference/evaluate.js';

export const EVERY_LAYER: readonly LayerDocument[] = [
  { units: 5, activation: 'tanh', kernelRegularizer: { l1: 0.001, l2: 0.002 } },
  { type: 'batchNormalization', momentum: 0.9 },
  { type: 'activation', activation: 'relu' },
  { type: 'dropout', rate: 0.25 },
  { units: 4, useBias: false },
  { type: 'layerNormalization' },
  { units: 3, activation: 'softmax' },
];

/** Every weight drawn, none of them left at 0 or 1; variances positive; all of them float32 values. */
export function savedModel(
  layers: readonly LayerDocument[] = EVERY_LAYER,
  inputs = 4,
  training?: TrainingDocument,
): SavedModel {
  const model = parseModel({ seed: 3, layers });
  const random = numpyRandom(11);
  const draw = () => Math.fround(2 * random() - 1);
  const weights = initialWeights(model, inputs).map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, { rows, columns, values }]) => {
        const drawn = values.map(() => (name === 'movingVariance' ? Math.abs(draw()) + 0.5 : draw()));
        return [name, matrix(rows, columns, Float64Array.from(drawn, Math.fround))];
      }),
    ),
  );
  const x = Array.from({ length: 6 }, () => Array.from({ length: inputs }, draw));
  return {
    model: { seed: model.seed, layers: model.layers },
    inputs,
    weights,
    ...(training && { training: parseSettings({ model: { layers }, training }).training }),
    examples: { x, y: matrixToRows(predict(model, weights, matrixFromRows(x))) },
  };
}

export function outputsOf({ model, inputs }: SavedModel): number {
  return layerWidths(model.layers, inputs).at(-1)!;
}
