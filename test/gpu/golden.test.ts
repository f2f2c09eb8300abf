/**
 * Whole trainings on WebGPU against torch's, computed in float64 (test/golden): every loss and every final weight.
 * Nothing is tuned to fit: the tolerance was stated before anything was measured. Each training is checked pass by
 * pass too, as always.
 */
import { parseRun, type RunDocument } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import type { Device } from '../../src/gpu/device.js';
import { trainReference } from '../../src/reference/training.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test } from '../support/device.js';
import { flat, furthest, goldenClassifier, goldenOptimizers } from '../support/golden.js';
import { productDevice } from '../support/plans.js';

/** How far a training in float32 may be from torch's in float64, after at most 12 updates. */
const TOLERANCE = 5e-6;

type Optimizer = TrainingDocument['optimizer'] & object;

/** As make_golden.py makes them; torch has no weight decay where none is said. */
const OPTIMIZERS: Readonly<Record<keyof typeof goldenOptimizers.runs, Optimizer>> = {
  sgd: { name: 'sgd', learningRate: 0.1 },
  sgd_momentum: { name: 'sgd', learningRate: 0.1, momentum: 0.9 },
  sgd_nesterov: { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  rmsprop: { name: 'rmsprop', learningRate: 0.01, rho: 0.99, epsilon: 1e-8, weightDecay: 0 },
  adam: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  adamw: { name: 'adamW', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
};
const NAMES = Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[];

test.for(NAMES)("%s: ten updates of a 3-5-2 network, as torch's", async (name, { device, adapterInfo }) => {
  const distances = await distanceOf(productDevice(device, adapterInfo), name, OPTIMIZERS[name]);
  expect(distances.loss).toBeLessThanOrEqual(TOLERANCE);
  expect(distances.weights).toBeLessThanOrEqual(TOLERANCE);
});

const ALMOST: readonly (readonly [string, keyof typeof OPTIMIZERS, Optimizer])[] = [
  ["a learning rate of 0.1001 for torch's 0.1", 'sgd', { name: 'sgd', learningRate: 0.1001 }],
  ['a momentum that forgets a little more', 'sgd_momentum', { name: 'sgd', learningRate: 0.1, momentum: 0.899 }],
  ['momentum without Nesterov', 'sgd_nesterov', { name: 'sgd', learningRate: 0.1, momentum: 0.9 }],
  ["Keras's rho", 'rmsprop', { ...OPTIMIZERS.rmsprop, name: 'rmsprop', rho: 0.9 }],
  ['an epsilon of 1e-4 in Adam', 'adam', { ...OPTIMIZERS.adam, name: 'adam', epsilon: 1e-4 }],
  ["Keras's weight decay in AdamW", 'adamw', { ...OPTIMIZERS.adamw, name: 'adamW', weightDecay: 0.004 }],
];

test.for(ALMOST)('control: %s is noticed', async ([, name, optimizer], { device, adapterInfo }) => {
  const distances = await distanceOf(productDevice(device, adapterInfo), name, optimizer);
  expect(distances.loss).toBeGreaterThan(TOLERANCE);
  expect(distances.weights).toBeGreaterThan(TOLERANCE);
});

test('validation rows, which go through the network last, are not taken for those trained on', async ({
  device,
  adapterInfo,
}) => {
  const { data, ...rest } = optimizerRun(OPTIMIZERS.adam);
  const validation = { x: data.x.slice(0, 4).map((row) => row.map((value) => -value)), y: data.y.slice(0, 4) };
  const run = parseRun({ ...rest, data: { ...data, validation } });
  const { predictions } = await trainOnDevice(productDevice(device, adapterInfo), taskOf(run));
  const wanted = trainReference(run).predictions;
  expect(furthest(Array.from(predictions.values), Array.from(wanted.values))).toBeLessThanOrEqual(TOLERANCE);
});

const LABELS = goldenClassifier.labels;
const TARGETS = {
  sparseCategoricalCrossentropy: LABELS.map((label) => [label]),
  categoricalCrossentropy: LABELS.map((label) => [0, 1, 2].map((c) => Number(c === label))),
};
const LOSSES = Object.keys(TARGETS) as (keyof typeof TARGETS)[];

test.for(LOSSES)("%s: mini-batches of 5, 5 and 2, as torch's", async (loss, { device, adapterInfo }) => {
  const distances = await classifierDistance(productDevice(device, adapterInfo), loss);
  expect(distances.loss).toBeLessThanOrEqual(TOLERANCE);
  expect(distances.weights).toBeLessThanOrEqual(TOLERANCE);
});

test('control: the same rows in another order are noticed', async ({ device, adapterInfo }) => {
  const shuffled = await classifierDistance(productDevice(device, adapterInfo), LOSSES[0]!, { shuffle: true });
  expect(shuffled.loss).toBeGreaterThan(TOLERANCE);
  expect(shuffled.weights).toBeGreaterThan(TOLERANCE);
});

function distanceOf(device: Device, name: keyof typeof OPTIMIZERS, optimizer: Optimizer) {
  const { losses, ...final } = goldenOptimizers.runs[name];
  return distance(device, optimizerRun(optimizer), losses, final);
}

function optimizerRun(optimizer: Optimizer): RunDocument {
  const { x, y, kernels, biases, steps } = goldenOptimizers;
  return {
    data: { x, y },
    model: { layers: [{ units: 5, activation: 'tanh' }, { units: 2 }], weights: weightsOf(kernels, biases) },
    training: { loss: 'meanSquaredError', optimizer, epochs: steps, batchSize: x.length, shuffle: false },
  };
}

function classifierDistance(device: Device, loss: keyof typeof TARGETS, changes: Partial<TrainingDocument> = {}) {
  const { x, kernels, biases, learning_rate, batch_size, epochs, final_kernels, final_biases } = goldenClassifier;
  const document: RunDocument = {
    data: { x, y: TARGETS[loss] },
    model: {
      layers: [
        { units: 8, activation: 'relu' },
        { units: 3, activation: 'softmax' },
      ],
      weights: weightsOf(kernels, biases),
    },
    training: {
      loss,
      optimizer: { name: 'sgd', learningRate: learning_rate },
      epochs,
      batchSize: batch_size,
      shuffle: false,
      ...changes,
    },
  };
  return distance(device, document, epochLosses(), { kernels: final_kernels, biases: final_biases });
}

/** torch's mean over each batch becomes the mean over the epoch's rows. */
function epochLosses(): number[] {
  const { batch_losses, batch_size, epochs, x } = goldenClassifier;
  const batches = Math.ceil(x.length / batch_size);
  return Array.from({ length: epochs }, (_, epoch) => {
    const sums = batch_losses
      .slice(epoch * batches, (epoch + 1) * batches)
      .map((mean, batch) => mean * Math.min(batch_size, x.length - batch * batch_size));
    return sums.reduce((sum, part) => sum + part, 0) / x.length;
  });
}

/** How far the losses of a training on the device, and its last weights, are from given ones. */
async function distance(
  device: Device,
  document: RunDocument,
  losses: readonly number[],
  { kernels, biases }: { readonly kernels: readonly number[][][]; readonly biases: readonly number[][] },
): Promise<{ readonly loss: number; readonly weights: number }> {
  const { history, weights, verification } = await trainOnDevice(device, taskOf(parseRun(document)));
  expect(verification.checks).toBeGreaterThan(0);
  expect(verification.passes.filter(({ ok }) => !ok)).toEqual([]);
  return {
    loss: furthest(history.loss, losses),
    weights: furthest(
      flat(weights),
      kernels.flatMap((kernel, l) => [...kernel.flat(), ...biases[l]!]),
    ),
  };
}

function weightsOf(kernels: readonly number[][][], biases: readonly number[][]) {
  return kernels.map((kernel, l) => ({ kernel, bias: biases[l]! }));
}
