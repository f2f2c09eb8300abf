/**
 * The same run on the same device gives the same bits: of a run with everything that could break it, such as
 * anything random, mini-batches with a short last one, and sums over many invocations.
 */
import type { Run } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import type { Trained } from '../../src/core/trained.js';
import type { Device } from '../../src/gpu/device.js';
import { trainTaskOnDevice, type OnDeviceOptions } from '../../src/trainer/on-device.js';
import { expect, test } from '../support/device.js';
import { flat } from '../support/golden.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const ROWS = 70;
const CLASSES = 3;

/** 50 rows to train on in batches of 16, the last of 2, two batches an update; 20 rows to validate with. */
const run: Run = makeRun({
  batch: ROWS,
  inputs: 5,
  layers: [
    { units: 24, activation: 'relu', kernelRegularizer: { l1: 1e-3, l2: 1e-2 } },
    { type: 'batchNormalization' },
    { type: 'dropout', rate: 0.3 },
    { units: 17, activation: 'tanh' },
    { type: 'layerNormalization' },
    { type: 'dropout', rate: 0.1 },
    { units: CLASSES, activation: 'softmax' },
  ],
  epochs: 6,
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.01, weightDecay: 0.01 },
    learningRateSchedule: { name: 'cosine', warmupSteps: 3 },
    clipNorm: 1,
    batchSize: 16,
    gradientAccumulationSteps: 2,
    shuffle: true,
    validationSplit: 0.28,
    classWeight: { 0: 2 },
    metrics: ['accuracy', 'precision', 'recall', 'f1Score', 'auc', 'confusionMatrix'],
  },
  data: (draw) => ({
    y: Array.from({ length: ROWS }, () => [Math.floor(CLASSES * draw())]),
    sampleWeight: Array.from({ length: ROWS }, () => 0.5 + draw()),
  }),
});

test('a run with everything gives the same bits again', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  expect(first.weights.length).toBeGreaterThan(600);
  expect(first.weights.every(Number.isFinite)).toBe(true);
  expect(await bits(run)).toEqual(first);
});

test('checked or not, at one go or epoch by epoch: the same bits', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  expect(await bits(run, { verify: false })).toEqual(first);
  expect(await bits(run, { verify: false, onWeights: () => undefined })).toEqual(first);
});

test('control: another seed of dropout and shuffle gives other bits', async ({ device, adapterInfo }) => {
  const bits = bitsWith(productDevice(device, adapterInfo));
  const first = await bits(run);
  // The weights to start from are given, so that nothing else hangs on the seed.
  const other = await bits({ ...run, model: { ...run.model, seed: run.model.seed + 1 } });
  expect(other.weights).toHaveLength(first.weights.length);
  const changed = other.weights.filter((word, i) => word !== first.weights[i]);
  expect(changed.length).toBeGreaterThan(0.9 * first.weights.length);
});

/** A training on the device: every float32 weight as its 32 bits, and every number that was measured. */
function bitsWith(device: Device) {
  return async (of: Run, options: OnDeviceOptions = {}) => {
    const { weights, history, confusionMatrices, predictions } = await trained(device, of, options);
    return {
      weights: Array.from(new Uint32Array(Float32Array.from(flat(weights)).buffer)),
      history,
      confusionMatrices,
      predictions,
    };
  };
}

async function trained(device: Device, of: Run, options: OnDeviceOptions): Promise<Trained> {
  const epochs = trainTaskOnDevice(device, taskOf(of), options);
  for (;;) {
    const step = await epochs.next();
    if (step.done) return step.value;
  }
}
