/** A checkpoint is of one run and its data: what differs is named, and nothing that differs passes. */
import { describe, expect, test } from 'vitest';
import { checkFingerprint, fingerprintOf } from '../../../src/checkpoint/fingerprint.js';
import { matrix, matrixToRows } from '../../../src/core/matrix.js';
import { initialWeights } from '../../../src/core/initializers.js';
import { parseRun, type RunDocument } from '../../../src/core/run.js';
import { CheckpointError } from '../../../src/core/saved-state.js';
import { type Task, taskOf } from '../../../src/core/task.js';
import { changed, MISSING } from '../../support/runs.js';

const run: RunDocument = {
  data: {
    x: [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ],
    y: [[0], [1], [0], [1]],
    sampleWeight: [1, 2, 1, 1],
    validation: { x: [[1, 1]], y: [[1]] },
  },
  model: {
    seed: 3,
    layers: [
      { units: 3, activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  training: { loss: 'binaryCrossentropy', optimizer: 'adam', epochs: 4, batchSize: 2, metrics: ['accuracy'] },
};
const fingerprint = (changes: Record<string, unknown> = {}) => fingerprintOf(taskOf(parseRun(changed(run, changes))));

function refusal(found: string, wanted = fingerprint()): string | undefined {
  try {
    checkFingerprint('it', found, wanted);
    return undefined;
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
}

const OTHER = '; another training needs another place for its checkpoints.';

test('the same run and data is let through', () => {
  expect(refusal(fingerprint())).toBeUndefined();
});

describe('what differs is named', () => {
  // prettier-ignore
  test.each<[string, Record<string, unknown>, string]>([
    ['seed', { 'model.seed': 4 }, 'model.seed of 4, expected 3, as in this run'],
    ['epochs', { 'training.epochs': 5 }, 'training.epochs of 5, expected 4, as in this run'],
    ['batch size', { 'training.batchSize': 3 }, 'training.batchSize of 3, expected 2, as in this run'],
    ['loss', { 'training.loss': 'huber' }, 'training.loss of {"name":"huber","delta":1}, expected {"name":"binaryCrossentropy"}, as in this run'],
    ['optimizer', { 'training.optimizer': { name: 'adam', learningRate: 0.1 } }, 'training.optimizer that differ'],
    ['schedule', { 'training.learningRateSchedule': 'cosine' }, 'training.learningRateSchedule'],
    ['shuffle', { 'training.shuffle': false }, 'training.shuffle of false, expected true'],
    ['clipping', { 'training.clipNorm': 1 }, 'training.clipNorm of 1, expected null'],
    ['accumulation', { 'training.gradientAccumulationSteps': 2 }, 'training.gradientAccumulationSteps of 2, expected 1'],
    ['metrics', { 'training.metrics': ['auc'] }, 'training.metrics of [{"name":"auc"}], expected [{"name":"accuracy"}]'],
    ['early stopping', { 'training.earlyStopping': { patience: 2 } }, 'training.earlyStopping'],
    ['class weights', { 'training.classWeight': { 1: 2 } }, 'training.classWeight of {"1":2}, expected null'],
    ['layers', { 'model.layers.0.units': 4 }, 'model.layers that differ'],
    ['a value of x', { 'data.x.3.1': 8.000000000000002 }, 'the training data that differ'],
    ['a target', { 'data.y.3.0': 0 }, 'the training data that differ'],
    ['a weight of a row', { 'data.sampleWeight.1': 3 }, 'the training data that differ'],
    ['weights of rows at all', { 'data.sampleWeight': MISSING }, 'the training data that differ'],
    ['a value that is validated with', { 'data.validation.x.0.1': 2 }, 'the validation data that differ'],
    ['validation at all', { 'data.validation': MISSING }, 'the validation data that differ'],
    ['the order of rows', { 'data.x.0': [3, 4], 'data.x.1': [1, 2] }, 'the training data that differ'],
  ])('%s', (_, changes, sentence) => {
    const message = refusal(fingerprint(changes))!;
    expect(message).toContain(`it: found ${sentence}`);
    expect(message.endsWith(OTHER)).toBe(true);
  });

  test('first weights that are given', () => {
    const weights = [
      {
        kernel: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        bias: [0, 0, 0],
      },
      { kernel: [[1], [2], [3]], bias: [0] },
    ];
    const given = fingerprint({ 'model.weights': weights });
    expect(refusal(given)).toContain('it: found the first weights that differ, expected those of this run');
    expect(
      refusal(fingerprint({ 'model.weights': structuredClone(weights), 'model.weights.1.bias.0': 1 }), given),
    ).toContain('the first weights');
    expect(refusal(fingerprint({ 'model.weights': weights }), given)).toBeUndefined();
  });
});

test('weights that are given as they would be drawn are the same', () => {
  const { model } = parseRun(run);
  const weights = initialWeights(model, 2).map(({ kernel, bias }) => ({
    kernel: matrixToRows(kernel!),
    bias: Array.from(bias!.values),
  }));
  expect(fingerprint({ 'model.weights': weights })).toBe(fingerprint());
});

test('numbers count, and not what holds them', () => {
  const task = taskOf(parseRun(run));
  const held = (values: ArrayLike<number>): Task => ({
    ...task,
    train: { ...task.train, x: { rows: 4, columns: 2, values } },
  });
  expect(fingerprintOf(held(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)))).toBe(
    fingerprintOf(held([1, 2, 3, 4, 5, 6, 7, 8])),
  );
  // NaN is like itself, and 0 is not like −0.
  const [nan, zero, minus] = [NaN, 0, -0].map((value) => fingerprintOf(held([value, 2, 3, 4, 5, 6, 7, 8])));
  expect(nan).toBe(fingerprintOf(held([NaN, 2, 3, 4, 5, 6, 7, 8])));
  expect(new Set([nan, zero, minus]).size).toBe(3);
});

test('each value of large data counts', () => {
  const task = taskOf(parseRun(run));
  const size = 2 ** 16;
  const of = (change?: number) => {
    const x = matrix(size + 3, 2);
    if (change !== undefined) x.values[change] = 1;
    return fingerprintOf({ ...task, train: { ...task.train, x } });
  };
  const places = [0, size - 1, size, 2 * size - 1, 2 * size, 2 * size + 5];
  expect(new Set([of(), ...places.map(of)]).size).toBe(places.length + 1);
});

const deep = `{"model.seed":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

test.each(['', 'null', '[]', '1', '"text"', '{', '{"more":1}', '{"__proto__":{"a":1}}', deep])(
  '%j is another run',
  (found) => {
    expect(refusal(found)).toContain('it: found ');
  },
);

test('what only the other has makes it another run, and is named where it is a setting', () => {
  const more = JSON.stringify({ ...(JSON.parse(fingerprint()) as object), 'training.magic': 1 });
  expect(refusal(more)).toBe(`it: found training.magic of 1, expected null, as in this run${OTHER}`);
  const odd = JSON.stringify({ ...(JSON.parse(fingerprint()) as object), odd: 1 });
  expect(refusal(odd)).toBe(`it: found another run, expected those of this run${OTHER}`);
});
