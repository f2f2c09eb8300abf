import { expect, test } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import { initialWeights } from '../../src/core/initializers.js';
import type { LayerDocument, ModelSettings } from '../../src/core/model.js';
import { parseRun } from '../../src/core/run.js';
import { article } from '../../src/runs/article.js';
import { matrixToRows } from '../../src/core/matrix.js';
import { golden } from '../support/golden.js';
import { makeRun } from '../support/runs.js';

test("a seed gives NumPy's legacy numbers, bit for bit", () => {
  const random = numpyRandom(1);
  expect([random(), random(), random()]).toEqual([0.417022004702574, 0.7203244934421581, 0.00011437481734488664]);
});

test('the largest seed NumPy takes is a seed here, and another one than 0', () => {
  expect(numpyRandom(2 ** 32 - 1)()).not.toBe(numpyRandom(0)());
  expect(numpyRandom(0)()).toBe(0.5488135039273248);
});

test("the article's first weights are NumPy's, layer by layer, row by row", () => {
  const weights = initialWeights(parseRun(article).model, 3);
  expect(weights.map(({ kernel }) => matrixToRows(kernel!))).toEqual(golden.initial_kernels);
  expect(weights.map(({ bias }) => bias)).toEqual([undefined, undefined]);
});

test('glorotUniform stays within its limit and fills it; biases start at zero', () => {
  const [first] = initialWeights(drawn(40, [{ units: 20 }]), 40);
  const limit = Math.sqrt(6 / 60);
  const largest = Math.max(...first!.kernel!.values.map(Math.abs));
  expect(largest).toBeLessThan(limit);
  expect(largest).toBeGreaterThan(0.98 * limit);
  expect(Array.from(first!.bias!.values)).toEqual(new Array(20).fill(0));
});

test('zeros draws nothing, so the next layer gets the first numbers of the seed', () => {
  const zeros = { name: 'zeros' } as const;
  const uniform = { name: 'randomUniform', minval: 0, maxval: 1 } as const;
  const layers = [
    { units: 3, kernelInitializer: zeros },
    { units: 1, kernelInitializer: uniform },
  ];
  const [first, second] = initialWeights(drawn(2, layers), 2);
  expect(first!.kernel!.values.every((value) => value === 0)).toBe(true);
  expect(second!.kernel!.values[0]).toBe(0.417022004702574);
});

test('given weights are taken as they are, and a training cannot change the run', () => {
  const model = { ...drawn(2, [{ units: 1 }]), weights: [{ kernel: [[0.5], [-2]], bias: [3] }] };
  const weights = initialWeights(model, 2);
  expect(matrixToRows(weights[0]!.kernel!)).toEqual([[0.5], [-2]]);
  expect(Array.from(weights[0]!.bias!.values)).toEqual([3]);
  weights[0]!.kernel!.values.fill(9);
  expect(matrixToRows(initialWeights(model, 2)[0]!.kernel!)).toEqual([[0.5], [-2]]);
});

test('layers without a kernel draw nothing either, and start where Keras starts them', () => {
  const uniform = { name: 'randomUniform', minval: 0, maxval: 1 } as const;
  const layers: LayerDocument[] = [
    { type: 'batchNormalization' },
    { type: 'dropout', rate: 0.5 },
    { type: 'activation', activation: 'relu' },
    { type: 'layerNormalization' },
    { units: 1, kernelInitializer: uniform },
  ];
  const weights = initialWeights(drawn(2, layers), 2);
  const values = weights.map((layer) =>
    Object.fromEntries(Object.entries(layer).map(([name, { values }]) => [name, [...values]])),
  );
  expect(values).toEqual([
    { gamma: [1, 1], beta: [0, 0], movingMean: [0, 0], movingVariance: [1, 1] },
    {},
    {},
    { gamma: [1, 1], beta: [0, 0] },
    { kernel: [0.417022004702574, 0.7203244934421581], bias: [0] },
  ]);
});

/** A model that draws its weights from seed 1. */
function drawn(inputs: number, layers: readonly LayerDocument[]): ModelSettings {
  const { model, ...run } = makeRun({ batch: 1, inputs, layers, seed: 1 });
  return parseRun({ ...run, model: { seed: model.seed, layers } }).model;
}
