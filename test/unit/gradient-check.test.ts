/**
 * The reference's gradients of whole networks against central differences of its loss, in float64: they share the
 * forward pass, but the differences know nothing of slopes, chains of them, or what flows past a softmax.
 */
import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../src/core/activations.js';
import { initialWeights, type LayerWeights } from '../../src/core/initializers.js';
import { matrix, matrixFromRows } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import { numpyRandom } from '../../src/core/random.js';
import { parseRun, type RunDocument } from '../../src/core/run.js';
import { type Batch, batchGradients } from '../../src/reference/network.js';

const BATCH = 5;
const INPUTS = 3;

interface Case {
  readonly layers: readonly LayerDocument[];
  readonly loss?: RunDocument['training']['loss'];
  /** Default: numbers in [0, 1). */
  readonly y?: readonly (readonly number[])[];
  readonly sampleWeight?: readonly number[];
}

const hidden: LayerDocument = { units: 4, activation: 'tanh' };
const two: LayerDocument = { units: 2 };
const softmaxOf3: LayerDocument = { units: 3, activation: 'softmax' };
const labels = [[2], [0], [1], [1], [0]];
const oneHot = labels.map(([label]) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
// Rows that do not add up to 1: the gradient then has a factor that one-hot rows hide.
const soft = oneHot.map((row, r) => row.map((t, c) => 0.1 * ((r + c) % 4) + 0.5 * t));

const activationCases = Object.fromEntries(
  ACTIVATION_NAMES.flatMap((activation): [string, Case][] => [
    [`${activation} inside`, { layers: [{ units: 4, activation }, two] }],
    [`${activation} at the end`, { layers: [hidden, { units: 3, activation }] }],
    [`${activation} as a layer`, { layers: [hidden, { type: 'activation', activation }, two] }],
  ]),
);

const lossCases: Record<string, Case> = {
  halfSumSquaredError: { layers: [hidden, two], loss: 'halfSumSquaredError' },
  meanSquaredError: { layers: [hidden, two], loss: 'meanSquaredError' },
  meanAbsoluteError: { layers: [hidden, two], loss: 'meanAbsoluteError' },
  'huber on both sides of delta': { layers: [hidden, two], loss: { name: 'huber', delta: 0.4 } },
  'binaryCrossentropy, fused': { layers: [hidden, { units: 2, activation: 'sigmoid' }], loss: 'binaryCrossentropy' },
  'binaryCrossentropy of a softmax': { layers: [hidden, softmaxOf3], loss: 'binaryCrossentropy' },
  'categoricalCrossentropy, one-hot': { layers: [hidden, softmaxOf3], loss: 'categoricalCrossentropy', y: oneHot },
  'categoricalCrossentropy, soft': { layers: [hidden, softmaxOf3], loss: 'categoricalCrossentropy', y: soft },
  sparseCategoricalCrossentropy: { layers: [hidden, softmaxOf3], loss: 'sparseCategoricalCrossentropy', y: labels },
  'fused through an activation layer': {
    layers: [hidden, { units: 3 }, { type: 'activation', activation: 'softmax' }],
    loss: 'sparseCategoricalCrossentropy',
    y: labels,
  },
  'sample weights, mean': { layers: [hidden, two], loss: 'meanSquaredError', sampleWeight: [1, 0, 2.5, 0.5, 3] },
  'sample weights, sum': { layers: [hidden, two], loss: 'halfSumSquaredError', sampleWeight: [1, 0, 2.5, 0.5, 3] },
  'sample weights, fused': {
    layers: [hidden, softmaxOf3],
    loss: 'sparseCategoricalCrossentropy',
    y: labels,
    sampleWeight: [1, 0, 2.5, 0.5, 3],
  },
};

const normalized: LayerDocument = { type: 'batchNormalization', epsilon: 0.01 };
const layerCases: Record<string, Case> = {
  'one layer': { layers: [two] },
  'no bias': { layers: [{ ...hidden, useBias: false }, two] },
  'four layers': { layers: [hidden, { units: 3, activation: 'sigmoid' }, hidden, two] },
  batchNormalization: { layers: [hidden, normalized, two] },
  'batchNormalization first': { layers: [normalized, hidden, two] },
  'batchNormalization last': { layers: [hidden, two, normalized] },
  layerNormalization: { layers: [hidden, { type: 'layerNormalization', epsilon: 0.01 }, two] },
  'layerNormalization last': { layers: [hidden, { units: 3 }, { type: 'layerNormalization', epsilon: 0.01 }] },
  dropout: { layers: [hidden, { type: 'dropout', rate: 0.4 }, two] },
  'dropout last': { layers: [hidden, two, { type: 'dropout', rate: 0.4 }] },
  'all of them': {
    layers: [
      { type: 'dropout', rate: 0.2 },
      { units: 4 },
      normalized,
      { type: 'activation', activation: 'gelu' },
      { type: 'layerNormalization' },
      softmaxOf3,
    ],
    loss: 'sparseCategoricalCrossentropy',
    y: labels,
    sampleWeight: [1, 0, 2.5, 0.5, 3],
  },
  'regularized kernels': {
    layers: [
      { units: 4, activation: 'tanh', kernelRegularizer: { l1: 0.1, l2: 0.3 } },
      { units: 2, kernelRegularizer: { l2: 0.2 } },
    ],
  },
};

describe('the gradient of the loss is its central difference, in every trainable weight', () => {
  test.each(Object.entries({ ...activationCases, ...lossCases, ...layerCases }))('%s', (_, shape) => {
    const checked = check(shape);
    expect(checked.count).toBeGreaterThan(5);
    expect(checked.largest).toBeGreaterThan(1e-3);
    expect(checked.error).toBeLessThan(1e-8);
  });

  test('control: a gradient that is off by a thousandth is reported, wherever it is', () => {
    const shape = layerCases['all of them']!;
    const { gradients } = prepare(shape).atStart();
    gradients.forEach((layer, l) => {
      for (const name of Object.keys(layer)) {
        const wrong = check(shape, (at, key, value) => (at === l && key === name ? value + 1e-3 : value));
        expect(wrong.error).toBeGreaterThan(5e-4);
      }
    });
  });

  test('control: the gradient without the row weights is reported', () => {
    const weighted = lossCases['sample weights, mean']!;
    const { gradients } = prepare({ layers: weighted.layers, loss: 'meanSquaredError' }).atStart();
    const plain = check(weighted, (l, name, _, i) => gradients[l]![name as 'kernel']!.values[i]!);
    expect(plain.error).toBeGreaterThan(1e-3);
  });
});

test('the mask of a dropout layer follows from the step, and the loss with it', () => {
  const { lossAt } = prepare(layerCases['dropout']!);
  expect(lossAt(3)).toBe(lossAt(3));
  expect(lossAt(3)).not.toBe(lossAt(4));
});

/** How far the analytic gradient, or what `change` makes of it, is from central differences. */
function check(
  shape: Case,
  change: (layer: number, name: string, value: number, i: number) => number = (_layer, _name, value) => value,
): { error: number; largest: number; count: number } {
  const h = 1e-5;
  const { weights, atStart, lossAt } = prepare(shape);
  const { gradients } = atStart();
  let [error, largest, count] = [0, 0, 0];
  gradients.forEach((layer, l) => {
    for (const [name, gradient] of Object.entries(layer)) {
      const { values } = weights[l]![name as 'kernel']!;
      expect(gradient.values).toHaveLength(values.length);
      values.forEach((w, i) => {
        values[i] = w + h;
        const above = lossAt(STEP);
        values[i] = w - h;
        const below = lossAt(STEP);
        values[i] = w;
        const slope = (above - below) / (2 * h);
        // Math.max keeps a NaN, and then fails the test.
        error = Math.max(error, Math.abs(change(l, name, gradient.values[i]!, i) - slope));
        largest = Math.max(largest, Math.abs(slope));
        count += 1;
      });
    }
  });
  return { error, largest, count };
}

const STEP = 3;

function prepare({ layers, loss = 'meanSquaredError', y, sampleWeight }: Case) {
  const random = numpyRandom(11);
  const rows = (columns: number, low: number) =>
    Array.from({ length: BATCH }, () => Array.from({ length: columns }, () => low + (1 - low) * random()));
  const outputs = layers.reduce((width, layer) => ('units' in layer ? layer.units : width), INPUTS);
  const x = rows(INPUTS, -1);
  const targets = y ?? rows(outputs, 0);
  const { model, training } = parseRun({ data: { x, y: targets }, model: { seed: 5, layers }, training: { loss } });
  const weights = initialWeights(model, INPUTS).map((layer) =>
    Object.fromEntries(
      Object.entries(layer).map(([name, { rows, columns }]) => [
        name,
        // Normalizations too get weights that are not just 1 and 0.
        matrix(
          rows,
          columns,
          Float64Array.from({ length: rows * columns }, () => 2 * random() - 1),
        ),
      ]),
    ),
  ) satisfies LayerWeights[];
  const batch: Batch = { x: matrixFromRows(x), targets: matrixFromRows(targets), weights: sampleWeight };
  return {
    weights: weights as LayerWeights[],
    atStart: () => batchGradients(model, training.loss, weights, batch, STEP),
    lossAt: (step: number) => batchGradients(model, training.loss, weights, batch, step).loss,
  };
}
