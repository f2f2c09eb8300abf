/** Weights that a run gives itself: which a layer has, and which do not fit it. */
import { describe, expect, test } from 'vitest';
import { weightShapes } from '../../src/core/given-weights.js';
import { parseModel } from '../../src/core/run.js';
import { article } from '../../src/runs/article.js';
import { changed } from '../support/runs.js';
import { refusal } from './refusal.js';

type Case = [name: string, changes: Record<string, unknown>, sentence: string];

const KERNELS = [
  [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ],
  [[1], [2], [3], [4]],
];
const dense = changed(article, { 'model.weights': KERNELS.map((kernel) => ({ kernel })) });

/** Every kind of layer, with weights that fit. */
const layered = {
  data: { x: [[1, 2]], y: [[3]] },
  model: {
    layers: [
      { type: 'batchNormalization' },
      { type: 'dropout', rate: 0.5 },
      { type: 'layerNormalization' },
      { type: 'activation', activation: 'relu' },
      { units: 1 },
    ],
    weights: [
      { gamma: [1, 2], beta: [3, 4], movingMean: [5, 6], movingVariance: [7, 8] },
      {},
      { gamma: [1, 2], beta: [3, 4] },
      {},
      { kernel: [[1], [2]], bias: [3] },
    ],
  },
  training: { loss: 'meanSquaredError' },
};

function refusedIn(document: unknown) {
  return (_: string, changes: Record<string, unknown>, sentence: string): void => {
    expect(refusal(changed(document, changes))).toBe(sentence);
    expect(refusal(changed(document, {}))).toBeUndefined();
  };
}

// prettier-ignore
describe('weights of dense layers', () => {
  const number = 'expected a finite number (float32)';
  const bias = { 'model.layers.1.useBias': true };
  test.each<Case>([
    ['of too few layers', { 'model.weights': [{ kernel: KERNELS[1] }] }, 'model.weights: found weights of 1 layer, expected 2, one for each layer.'],
    ['without a kernel', { 'model.weights.0': {} }, 'model.weights[0].kernel: found nothing, expected 3 rows of 4 numbers.'],
    ['without a kernel of one row and column', { 'model.weights.1': {}, 'model.weights.0.kernel': [[1], [1], [1]], 'model.layers.0.units': 1 }, 'model.weights[1].kernel: found nothing, expected 1 row of 1 number.'],
    ['with too few rows', { 'model.weights.0.kernel': KERNELS[0]!.slice(1) }, 'model.weights[0].kernel: found 2 rows, expected 3, one for each input of the layer.'],
    ['with too many columns', { 'model.weights.1.kernel.2': [1, 2] }, 'model.weights[1].kernel[2]: found 2 numbers, expected 1, the units of the layer.'],
    ['with NaN', { 'model.weights.1.kernel.2': [NaN] }, `model.weights[1].kernel[2][0]: found NaN, ${number}.`],
    ['with a gamma in a dense layer', { 'model.weights.1.gamma': [1] }, 'model.weights[1].gamma: found a list of 1, expected none, since a dense layer has none.'],
    ['with a bias where there is none', { 'model.weights.1.bias': [1] }, 'model.weights[1].bias: found a list of 1, expected none, since model.layers[1].useBias is false.'],
    ['without a bias where there is one', bias, 'model.weights[1].bias: found nothing, expected 1 number (or "useBias": false in model.layers[1]).'],
    ['with Infinity in a bias', { ...bias, 'model.weights.1.bias': [Infinity] }, `model.weights[1].bias[0]: found Infinity, ${number}.`],
    ['with a bias that is too long', { ...bias, 'model.weights.1.bias': [1, 2] }, 'model.weights[1].bias: found 2 numbers, expected 1, the units of the layer.'],
  ])('%s', refusedIn(dense));
});

// prettier-ignore
describe('weights of other layers', () => {
  test.each<Case>([
    ['without a gamma', { 'model.weights.0.gamma': undefined }, 'model.weights[0].gamma: found nothing, expected 2 numbers.'],
    ['without a moving mean', { 'model.weights.0.movingMean': undefined }, 'model.weights[0].movingMean: found nothing, expected 2 numbers.'],
    ['with a beta that is too short', { 'model.weights.2.beta': [1] }, 'model.weights[2].beta: found 1 number, expected 2, the inputs of the layer.'],
    ['with a moving mean where there is none', { 'model.weights.2.movingMean': [1, 2] }, 'model.weights[2].movingMean: found a list of 2, expected none, since a layerNormalization layer has none.'],
    ['with a kernel in dropout', { 'model.weights.1.kernel': [[1]] }, 'model.weights[1].kernel: found a list of 1, expected none, since a dropout layer has none.'],
    ['with a bias in an activation', { 'model.weights.3.bias': [1] }, 'model.weights[3].bias: found a list of 1, expected none, since an activation layer has none.'],
    ['with text among them', { 'model.weights.0.movingVariance.1': 'a' }, 'model.weights[0].movingVariance[1]: found "a", expected a finite number (float32).'],
    ['with a variance below 0', { 'model.weights.0.movingVariance.1': -1 }, 'model.weights[0].movingVariance[1]: found -1, expected a variance, a number of at least 0.'],
  ])('%s', refusedIn(layered));
});

test('a layer has its weights in one order, and those that no optimizer changes are told apart', () => {
  const { layers } = parseModel(layered.model);
  expect(layers.map((layer) => weightShapes(layer, 2).map(({ name, shape }) => `${name} ${shape.join('×')}`))).toEqual([
    ['gamma 1×2', 'beta 1×2', 'movingMean 1×2', 'movingVariance 1×2'],
    [],
    ['gamma 1×2', 'beta 1×2'],
    [],
    ['kernel 2×1', 'bias 1×1'],
  ]);
  expect(weightShapes(layers[0]!, 2).map(({ isTrainable }) => isTrainable)).toEqual([true, true, false, false]);
});

test('control: weights that fit are taken', () => {
  expect(refusal(dense)).toBeUndefined();
  expect(refusal(layered)).toBeUndefined();
});
