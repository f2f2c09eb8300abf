import { describe } from 'vitest';
import type { Activation } from '../../src/core/activations.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { MAX_PARTIALS, REDUCE_WORKGROUP } from '../../src/passes/pass.js';
import { expect, test } from '../support/device.js';
import { expectParity, failuresOf, verifyTimes } from '../support/parity.js';
import { broken } from '../support/plans.js';
import { makeRun, type RunShape } from '../support/runs.js';

type LossDocument = TrainingDocument['loss'];

const LOSSES: readonly [loss: LossDocument, activation: Activation][] = [
  ['halfSumSquaredError', 'sigmoid'],
  ['meanSquaredError', 'linear'],
  ['meanAbsoluteError', 'tanh'],
  ['huber', 'linear'],
  [{ name: 'huber', delta: 0.3 }, 'gelu'],
  ['binaryCrossentropy', 'sigmoid'],
  ['binaryCrossentropy', 'softmax'],
  ['categoricalCrossentropy', 'softmax'],
  ['sparseCategoricalCrossentropy', 'softmax'],
];

function lossRun(
  loss: LossDocument,
  activation: Activation,
  batch: number,
  outputs: number,
  more: Partial<RunShape> = {},
) {
  const isSparse = loss === 'sparseCategoricalCrossentropy';
  const labels = (draw: () => number) => Array.from({ length: batch }, () => [Math.floor(outputs * draw())]);
  return makeRun({
    batch,
    inputs: 3,
    layers: [{ units: outputs, activation, kernelInitializer: { name: 'randomUniform', minval: -3, maxval: 3 } }],
    ...more,
    training: { loss, ...more.training },
    data: (draw) => ({ ...(isSparse && { y: labels(draw) }), ...more.data?.(draw) }),
  });
}

describe.each(LOSSES)('%s after %s', (loss, activation) => {
  const sizes = [
    [1, 2],
    [REDUCE_WORKGROUP - 1, 3],
    [REDUCE_WORKGROUP, 2],
    [REDUCE_WORKGROUP + 1, 5],
    [37, 53],
  ] as const;
  test.for(sizes)('%i rows, %i outputs', async ([batch, outputs], { gpu }) => {
    await expectParity(gpu, lossRun(loss, activation, batch, outputs), ['loss', 'log']);
  });

  test('with weights of the rows, some of them 0', async ({ gpu }) => {
    const sampleWeight = (draw: () => number) => Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 0 : 3 * draw()));
    const data = (draw: () => number) => ({ sampleWeight: sampleWeight(draw) });
    await expectParity(gpu, lossRun(loss, activation, 40, 4, { data }), ['loss']);
  });

  test('far from its targets, where outputs are saturated', async ({ gpu }) => {
    const layers = [
      { units: 4, activation, kernelInitializer: { name: 'randomUniform', minval: -150, maxval: 150 } as const },
    ];
    await expectParity(gpu, lossRun(loss, activation, 33, 4, { layers }), ['loss']);
  });
});

test('more rows than the partial sums have invocations', async ({ gpu }) => {
  const rows = REDUCE_WORKGROUP * MAX_PARTIALS + 1;
  await expectParity(gpu, lossRun('sparseCategoricalCrossentropy', 'softmax', rows, 2), ['loss', 'log']);
});

test('class weights count in training and not in validation', async ({ gpu }) => {
  const training = { classWeight: { 0: 5, 2: 0.1 }, validationSplit: 0.5 };
  const run = lossRun('sparseCategoricalCrossentropy', 'softmax', 40, 3, { training });
  await expectParity(gpu, run, ['loss', 'validate: loss']);
});

test('errors of exactly 0 and exactly delta have the slopes that torch gives them', async ({ gpu }) => {
  const x = [[0], [1], [-1], [2]];
  for (const loss of ['meanAbsoluteError', 'huber'] as const) {
    const run = makeRun({
      batch: 4,
      inputs: 1,
      layers: [{ units: 1, kernelInitializer: 'ones', useBias: false }],
      training: { loss },
      data: () => ({ x, y: [[0], [0], [0], [0]] }),
    });
    await expectParity(gpu, run, ['loss']);
  }
});

describe('control: a wrong loss is reported', () => {
  // prettier-ignore
  const mistakes: [mistake: string, loss: LossDocument, activation: Activation, shader: 'elementwise_loss' | 'softmax_crossentropy', right: string, wrong: string][] = [
    ['a huber that is square everywhere', { name: 'huber', delta: 0.3 }, 'linear', 'elementwise_loss', 'size <= delta', 'size <= 10.0 * delta'],
    ['a sign that is forgotten', 'meanAbsoluteError', 'linear', 'elementwise_loss', 'sign(e)', '1.0'],
    ['weights that are ignored', 'meanSquaredError', 'linear', 'elementwise_loss', 'shape.useWeights == 1u', 'shape.useWeights == 7u'],
    ['a mean over one row too few', 'binaryCrossentropy', 'sigmoid', 'elementwise_loss', '* shape.gradientScale', '* shape.gradientScale * 1.001'],
    ['a logarithm slightly off', 'categoricalCrossentropy', 'softmax', 'softmax_crossentropy', 'f32(exponent) * LN_2', 'f32(exponent) * 0.6932'],
    ['another class', 'sparseCategoricalCrossentropy', 'softmax', 'softmax_crossentropy', 'u32(targets[row]) == column', '(u32(targets[row]) + 1u) % shape.columns == column'],
  ];
  test.for(mistakes)('%s', async ([, loss, activation, shader, right, wrong], { gpu }) => {
    const data = (draw: () => number) => ({ sampleWeight: Array.from({ length: 30 }, () => 0.5 + draw()) });
    const parity = await verifyTimes(gpu, lossRun(loss, activation, 30, 9, { data }), 1, {
      shaders: broken(shader, right, wrong),
    });
    expect(failuresOf(parity)).not.toEqual([]);
    expect(new Set(parity.filter(({ ok }) => !ok).map(({ pass }) => pass))).toEqual(new Set(['loss']));
  });
});
