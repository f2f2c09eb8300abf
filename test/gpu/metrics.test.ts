import { describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { trainTask } from '../../src/reference/training.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { expectParity, failuresOf, verifyTimes } from '../support/parity.js';
import { broken, productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

type Metrics = NonNullable<TrainingDocument['metrics']>;

const OF_CLASSES: Metrics = [
  'accuracy',
  { name: 'topKCategoricalAccuracy', k: 2 },
  'precision',
  'recall',
  'f1Score',
  'auc',
  'confusionMatrix',
];
const OF_NUMBERS: Metrics = ['meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError', 'r2Score'];

/** Two epochs on 77 rows in batches of 20, with the last 17 for validation. */
function runWith(
  loss: 'binaryCrossentropy' | 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy' | 'meanSquaredError',
  outputs: number,
  metrics: Metrics,
) {
  const activation = loss === 'meanSquaredError' ? 'linear' : loss === 'binaryCrossentropy' ? 'sigmoid' : 'softmax';
  const rows = 77;
  const targets = (draw: () => number) =>
    Array.from({ length: rows }, () => {
      const label = Math.floor(outputs * draw());
      if (loss === 'sparseCategoricalCrossentropy') return [label];
      if (loss === 'categoricalCrossentropy') return Array.from({ length: outputs }, (_, c) => Number(c === label));
      if (loss === 'binaryCrossentropy') return Array.from({ length: outputs }, () => Math.round(draw()));
      return Array.from({ length: outputs }, (_, c) => (c === 1 ? 0.3 : draw()));
    });
  return makeRun({
    batch: rows,
    inputs: 4,
    epochs: 2,
    layers: [{ units: outputs, activation, kernelInitializer: { name: 'randomUniform', minval: -2, maxval: 2 } }],
    training: {
      loss,
      metrics,
      batchSize: 20,
      validationSplit: 17 / 77,
      optimizer: { name: 'sgd', learningRate: 0.01 },
    },
    data: (draw) => ({ y: targets(draw) }),
  });
}

/** What is counted agrees to the last example here; what is summed to float32. */
async function expectSameMetrics({ device, adapterInfo }: TestGpu, run: ReturnType<typeof runWith>): Promise<void> {
  const task = taskOf(run);
  const got = await trainOnDevice(productDevice(device, adapterInfo), task);
  const want = trainTask(task);
  expect(Object.keys(got.history)).toEqual(Object.keys(want.history));
  for (const [key, values] of Object.entries(want.history)) {
    values.forEach((value, e) => expect([key, Math.abs(got.history[key]![e]! - value) < 2e-5]).toEqual([key, true]));
  }
  expect(got.confusionMatrices).toEqual(want.confusionMatrices);
}

describe('metrics, batch by batch and over the epoch', () => {
  test('of one probability', async ({ gpu }) => {
    const metrics: Metrics = [
      'accuracy',
      'binaryAccuracy',
      'precision',
      'recall',
      'f1Score',
      'auc',
      'confusionMatrix',
      'meanAbsoluteError',
    ];
    const run = runWith('binaryCrossentropy', 1, metrics);
    await expectParity(gpu, run, ['same side', 'count of 2 sides', 'count of 199 sides', 'confusion'], { times: 2 });
    await expectSameMetrics(gpu, run);
  });

  test('of several probabilities that do not exclude each other', async ({ gpu }) => {
    const run = runWith('binaryCrossentropy', 5, ['binaryAccuracy', 'precision', 'recall', 'auc']);
    await expectParity(gpu, run, ['same side', 'count of 199 sides'], { times: 2 });
    await expectSameMetrics(gpu, run);
  });

  test.for(['sparseCategoricalCrossentropy', 'categoricalCrossentropy'] as const)(
    'of classes: %s',
    async (loss, { gpu }) => {
      const run = runWith(loss, 4, OF_CLASSES);
      await expectParity(gpu, run, ['top 1', 'top 2', 'confusion', 'log counts'].slice(0, 3), { times: 2 });
      await expectSameMetrics(gpu, run);
    },
  );

  test('of numbers, one of whose columns does not vary', async ({ gpu }) => {
    const run = runWith('meanSquaredError', 3, OF_NUMBERS);
    await expectParity(gpu, run, ['absolute error', 'squared error', 'residuals'], { times: 2 });
    await expectSameMetrics(gpu, run);
  });

  test('metrics that come to the same are measured once', async ({ gpu }) => {
    const run = runWith('sparseCategoricalCrossentropy', 4, [
      'accuracy',
      'sparseCategoricalAccuracy',
      'precision',
      'recall',
      'f1Score',
    ]);
    const parity = await verifyTimes(gpu, run, 1);
    const measuring = new Set(parity.map(({ pass }) => pass).filter((pass) => /^(top|count)/.test(pass)));
    expect([...measuring]).toEqual(['top 1', 'count of 2 sides']);
  });

  test('outputs that are equal: the first of them counts as the largest', async ({ gpu }) => {
    const x = [[0], [0], [0]];
    const y = [[0], [1], [2]];
    const layers = [{ units: 3, activation: 'softmax' as const, kernelInitializer: 'zeros' as const, useBias: false }];
    const training = {
      loss: 'sparseCategoricalCrossentropy' as const,
      metrics: ['accuracy' as const, 'confusionMatrix' as const],
    };
    const run = makeRun({ batch: 3, inputs: 1, layers, training, data: () => ({ x, y }) });
    const { history, confusionMatrices } = await trainOnDevice(productDevice(gpu.device, gpu.adapterInfo), taskOf(run));
    expect(history['accuracy']![0]).toBeCloseTo(1 / 3, 6);
    expect(confusionMatrices['confusionMatrix']).toEqual([
      [
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
      ],
    ]);
  });

  test('outputs that are no numbers are no hits', async ({ gpu }) => {
    // 3e38 times 3e38 is infinite in float32, and the softmax of infinities no number.
    const kernelInitializer = { name: 'constant', value: 3e38 } as const;
    const layers = [{ units: 3, activation: 'softmax' as const, useBias: false, kernelInitializer }];
    const training = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;
    const validation = { x: [[3e38], [0]], y: [[0], [0]] };
    const data = () => ({ x: [[0], [0]], y: [[0], [1]], validation });
    const run = makeRun({ batch: 2, inputs: 1, layers, training, data });
    const { history } = await trainOnDevice(productDevice(gpu.device, gpu.adapterInfo), taskOf(run));
    expect(history['val_accuracy']).toEqual([0.5]);
    expect(history['val_loss']![0]).not.toBeLessThan(1e30);

    const shaders = broken('top_k', 'isOrdered && larger < shape.k', 'larger < shape.k');
    const wrong = failuresOf(await verifyTimes(gpu, run, 1, { shaders }));
    expect(wrong.some((failure) => failure.includes('top 1'))).toBe(true);
  });

  // prettier-ignore
  const mistakes = [
    ['a last place that is not counted', 'top_k', 'larger < shape.k', 'larger + 1u < shape.k', 'top 1'],
    ['rows and columns exchanged', 'count_confusion', 'trueClass(row) * shape.columns + predictedClass(row)', 'predictedClass(row) * shape.columns + trueClass(row)', 'confusion'],
    ['a bucket too high', 'count_thresholds', '- 1u;', '- 0u;', 'count of'],
    ['counts that are not reset', 'log_counts', 'counts[i] = 0u', 'counts[i] += 0u', 'log counts'],
    ['a row of the log in another place', 'log_batch', 'shape.firstColumn + column]', 'shape.firstColumn + 1u]', 'log'],
    ['an epoch that is forgotten', 'log_batch', 'counters.epoch += shape.endsEpoch', 'counters.epoch += 0u', 'log'],
  ] as const;
  test.for(mistakes)('control: %s is reported', async ([, shader, right, wrong, pass], { gpu }) => {
    const run = runWith('sparseCategoricalCrossentropy', 4, OF_CLASSES);
    const parity = await verifyTimes(gpu, run, 1, { shaders: broken(shader, right, wrong) });
    expect(failuresOf(parity).length).toBeGreaterThan(0);
    expect(parity.filter(({ ok }) => !ok)[0]!.pass).toContain(pass);
  });
});
