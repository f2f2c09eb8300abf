/** A model's fit with checkpoints, on the CPU: what callbacks are told after a break, and that the model ends as without one. */
import { describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../src/core/saved-state.js';
import {
  batchNormalization,
  dense,
  dropout,
  earlyStopping,
  type Fit,
  type FitOptions,
  type Model,
  RunError,
  schedules,
  sequential,
} from '../../../src/index.js';
import { numpyRandom } from '../../../src/core/random.js';
import { memoryStore, type MemoryStore } from '../../support/checkpoints.js';

const random = numpyRandom(4);
const x = Array.from({ length: 24 }, () => [random(), random(), random()]);
const y = x.map(([a, b]) => (a! > b! ? 1 : 0));

const network = (seed = 5): Model =>
  sequential(
    [dense(6, { activation: 'tanh' }), batchNormalization(), dropout(0.2), dense(1, { activation: 'sigmoid' })],
    { inputs: 3, seed },
  );

const SETTINGS: FitOptions = {
  loss: 'binaryCrossentropy',
  optimizer: 'adam',
  learningRateSchedule: schedules.reduceOnPlateau({ patience: 1 }),
  epochs: 5,
  batchSize: 8,
  validationSplit: 0.25,
  metrics: ['accuracy', 'confusionMatrix'],
  backend: 'cpu',
};

/** A training that hears of everything: what it was told, in order, and what it left. */
async function fitted(model: Model, options: FitOptions, told: string[] = []) {
  const hooks = {
    onTrainBegin: () => told.push('train begin'),
    onEpochBegin: (epoch: number) => told.push(`begin ${epoch}`),
    onEpochEnd: ({ epoch }: { epoch: number }) => told.push(`end ${epoch}`),
    onTrainEnd: () => told.push('train end'),
  };
  const { history, confusionMatrices, epochs, bestEpoch, notes } = await model.fit(x, y, {
    ...SETTINGS,
    onResume: ({ name, epoch, step }) => told.push(`resume ${name.slice(11, 17)}: ${epoch}, ${step}`),
    ...options,
    callbacks: [hooks, ...(options.callbacks ?? [])],
  }).result;
  return {
    numbers: { history, confusionMatrices, epochs, bestEpoch, weights: model.weights(), seed: model.seed },
    notes,
    told,
  };
}

/** Breaks a training off after so many updates, of which an epoch has three. */
async function brokenAfter(updates: number, store: MemoryStore, options: FitOptions = {}): Promise<void> {
  const controller = new AbortController();
  const training = network().fit(x, y, {
    ...SETTINGS,
    ...options,
    checkpoint: { store, every: { steps: 1 } },
    signal: controller.signal,
    onCheckpoint: ({ step }) => step === updates && controller.abort(new Error('enough')),
  });
  await expect(training).rejects.toThrow('enough');
}

test('without a break', async () => {
  const { told, numbers } = await fitted(network(), {});
  expect(told).toEqual(['train begin', ...[1, 2, 3, 4, 5].flatMap((e) => [`begin ${e}`, `end ${e}`]), 'train end']);
  expect(numbers).toMatchObject({ epochs: 5, seed: 6 });
});

test.each([
  [3, ['resume 000003: 1, 3', 'train begin', 'begin 2', 'end 2', 'begin 3']],
  [7, ['resume 000007: 2, 7', 'train begin', 'begin 3', 'end 3', 'begin 4']],
  [1, ['resume 000001: 0, 1', 'train begin', 'begin 1', 'end 1', 'begin 2']],
])('broken off after %i updates: epochs go on with their numbers, to the same numbers', async (updates, first) => {
  const store = memoryStore();
  await brokenAfter(updates, store);
  const { told, numbers } = await fitted(network(), { checkpoint: { store }, resume: true });
  expect(told.slice(0, first.length)).toEqual(first);
  expect(told.slice(-2)).toEqual(['end 5', 'train end']);
  expect(numbers).toEqual((await fitted(network(), {})).numbers);
});

test('stop() leaves a checkpoint, and another model goes on from it', async () => {
  const store = memoryStore();
  const first = network();
  const fit: Fit = first.fit(x, y, {
    ...SETTINGS,
    checkpoint: { store },
    callbacks: [{ onEpochEnd: ({ epoch }) => (epoch === 2 ? fit.stop() : undefined) }],
  });
  expect((await fit.result).epochs).toBe(2);
  expect(store.files.size).toBe(1);
  const { told, numbers } = await fitted(network(), { checkpoint: { store }, resume: true });
  expect(told.slice(0, 3)).toEqual(['resume 000001: 2, 6', 'train begin', 'begin 3']);
  expect(numbers).toEqual((await fitted(network(), {})).numbers);
});

test('the iterator gives the epochs that came after the break, the history all', async () => {
  const store = memoryStore();
  await brokenAfter(7, store);
  const fit = network().fit(x, y, { ...SETTINGS, checkpoint: { store }, resume: true });
  const seen: number[] = [];
  for await (const { epoch } of fit) seen.push(epoch);
  expect([seen, (await fit).loss.length]).toEqual([[3, 4, 5], 5]);
});

test('a training that is over begins no epoch, and ends as it did', async () => {
  const store = memoryStore();
  const { numbers } = await fitted(network(), { checkpoint: { store } });
  const again = await fitted(network(), { checkpoint: { store }, resume: true });
  expect(again.told).toEqual(['resume 000001: 5, 15', 'train begin', 'train end']);
  expect(again.numbers).toEqual(numbers);
});

test('one that early stopping has ended begins no epoch either, and has the best weights', async () => {
  const options = {
    optimizer: { name: 'sgd', learningRate: 5 },
    callbacks: [earlyStopping({ patience: 1, restoreBestWeights: true })],
  } as const;
  const store = memoryStore();
  const { numbers } = await fitted(network(), { ...options, checkpoint: { store } });
  expect([numbers.epochs < 5, numbers.bestEpoch]).toEqual([true, numbers.epochs - 1]);
  const again = await fitted(network(), { ...options, checkpoint: { store }, resume: true });
  expect(again.told.slice(1)).toEqual(['train begin', 'train end']);
  expect(again.numbers).toEqual(numbers);
});

test('each checkpoint is told when it is safe, the last at the end', async () => {
  const store = memoryStore();
  const told: unknown[] = [];
  await network().fit(x, y, {
    ...SETTINGS,
    checkpoint: { store, every: { epochs: 2 } },
    onCheckpoint: (info) => told.push([info, store.files.has(info.name)]),
  });
  const info = (number: number, epoch: number) => ({
    name: `checkpoint-00000${number}.safetensors`,
    epoch,
    step: 3 * epoch,
  });
  expect(told).toEqual([2, 4, 5].map((epoch, i) => [info(i + 1, epoch), true]));
});

describe('the same training in other circumstances', () => {
  test('a model whose weights were looked at before goes on', async () => {
    const store = memoryStore();
    await brokenAfter(4, store);
    const model = network();
    await model.evaluate(x, y, { loss: 'binaryCrossentropy', backend: 'cpu' });
    const { numbers } = await fitted(model, { checkpoint: { store }, resume: true });
    expect(numbers).toEqual((await fitted(network(), {})).numbers);
  });

  test('a model that was trained before is another one: its seed has moved on', async () => {
    const store = memoryStore();
    const model = network();
    await model.fit(x, y, { ...SETTINGS, checkpoint: { store } });
    const before = model.weights();
    await expect(model.fit({ checkpoint: { store } })).rejects.toThrow(CheckpointError);
    await expect(model.fit({ checkpoint: { store }, resume: true })).rejects.toThrow(
      'found model.seed of 5, expected 6',
    );
    // It is as it was, and trains on without.
    expect(model.weights()).toEqual(before);
    expect((await model.fit({ epochs: 1 })).loss).toHaveLength(1);
  });

  test('other epochs, other data, another backend: refused', async () => {
    const store = memoryStore();
    await brokenAfter(4, store);
    const going = (options: FitOptions, data = x) =>
      network().fit(data, y, { ...SETTINGS, ...options, checkpoint: { store }, resume: true });
    await expect(going({ epochs: 6 })).rejects.toThrow('training.epochs of 5, expected 6');
    await expect(going({}, [[9, 9, 9], ...x.slice(1)])).rejects.toThrow('the training data that differ');
    await expect(going({ backend: 'webgpu' })).rejects.toThrow('backend: found "webgpu", expected "cpu"');
    await expect(going({})).resolves.toBeDefined();
  });
});

test('what onResume or onCheckpoint throws is what the training is rejected with, and the model can train on', async () => {
  const store = memoryStore();
  await brokenAfter(4, store);
  const thrower = () => {
    throw new Error('mine');
  };
  const model = network();
  const going = { ...SETTINGS, checkpoint: { store, every: { steps: 1 } }, resume: true };
  await expect(model.fit(x, y, { ...going, onResume: thrower })).rejects.toThrow('mine');
  await expect(model.fit(x, y, { ...going, onCheckpoint: thrower })).rejects.toThrow('mine');
  expect((await model.fit(x, y, going)).loss).toHaveLength(5);
});

test('options that are wrong are refused by name', async () => {
  await expect(network().fit(x, y, { ...SETTINGS, resume: true })).rejects.toThrow(RunError);
  await expect(network().fit(x, y, { ...SETTINGS, resume: true })).rejects.toThrow(
    'resume: found true without checkpoint',
  );
});

test('a store that fails ends no training, and the result notes it', async () => {
  const store = memoryStore();
  store.writeFails = new Error('QuotaExceededError');
  const { numbers, notes } = await fitted(network(), { checkpoint: { store, every: { epochs: 1 } } });
  expect(numbers).toEqual((await fitted(network(), {})).numbers);
  expect(notes).toEqual(['5 checkpoints could not be written: QuotaExceededError.']);
});
