/** From the rows of the log to the reports of epochs: the keys, the epochs, which columns belong to whom. */
import { expect, test } from 'vitest';
import { historyKeys } from '../../src/core/history.js';
import { taskOf } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { compileTask } from '../../src/plan/compile.js';
import type { Slice } from '../../src/plan/execute.js';
import { measured, ReportReader } from '../../src/trainer/measured.js';
import { makeRun } from '../support/runs.js';

const task = (training: Partial<TrainingDocument>) =>
  taskOf(makeRun({ batch: 6, inputs: 2, layers: [{ units: 2 }], epochs: 9, training }));

const slice = (firstEpoch: number, sums: number[], counts: number[] = [], epochs = 1): Slice => ({
  firstEpoch,
  epochs,
  sums: Float32Array.from(sums),
  counts: Uint32Array.from(counts),
  counters: { batch: 0, step: 0, epoch: 0, position: 0, failed: 0 },
  share: 1,
  stepsAsked: 0,
});

test('a slice of several epochs gives a report for each, from 1', () => {
  const plain = task({ metrics: ['meanAbsoluteError'] });
  const reader = new ReportReader(compileTask(plain), plain);
  expect([...reader.read(slice(4, [1, 2, 3, 4, 5, 6], [], 3))]).toEqual([
    { epoch: 5, logs: { loss: 1, meanAbsoluteError: 2 }, confusionMatrices: {} },
    { epoch: 6, logs: { loss: 3, meanAbsoluteError: 4 }, confusionMatrices: {} },
    { epoch: 7, logs: { loss: 5, meanAbsoluteError: 6 }, confusionMatrices: {} },
  ]);
});

test('a slice in which no epoch ended gives none', () => {
  const plain = task({});
  expect([...new ReportReader(compileTask(plain), plain).read(slice(4, [], [], 0))]).toEqual([]);
});

test('with validation its columns come after those of the training, under their own keys', () => {
  const validated = task({ metrics: ['rootMeanSquaredError', 'confusionMatrix', 'recall'], validationSplit: 0.5 });
  const plan = compileTask(validated);
  const [report] = new ReportReader(plan, validated).read(
    // Of each: loss and squared error; a matrix of two classes, and two sides of negatives and of positives.
    slice(0, [1, 4, 2, 9], [1, 2, 3, 4, 0, 0, 1, 3, 5, 6, 7, 8, 0, 0, 3, 1]),
  );
  expect(report!.logs).toEqual({
    loss: 1,
    rootMeanSquaredError: 2,
    recall: 0.75,
    val_loss: 2,
    val_rootMeanSquaredError: 3,
    val_recall: 0.25,
  });
  expect(Object.keys(report!.logs)).toEqual(historyKeys(validated.training, true));
  expect(report!.confusionMatrices).toEqual({
    confusionMatrix: [
      [1, 2],
      [3, 4],
    ],
    val_confusionMatrix: [
      [5, 6],
      [7, 8],
    ],
  });
});

test('R² knows what could be explained, of the training and of the validation apart', () => {
  const data = () => ({
    y: [
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
      [6, 0],
    ],
    validation: {
      x: [
        [1, 2],
        [3, 4],
      ],
      y: [
        [1, 2],
        [3, 4],
      ],
    },
  });
  const run = makeRun({ batch: 6, inputs: 2, layers: [{ units: 2 }], data, training: { metrics: ['r2Score'] } });
  const explained = taskOf(run);
  expect(measured(explained, explained.train).explainable).toBe(0.5);
  expect(measured(explained, explained.validation!).explainable).toBe(1);
  const [report] = new ReportReader(compileTask(explained), explained).read(slice(0, [7, 0.25, 7, 0.25]));
  expect(report!.logs).toMatchObject({ r2Score: 0.25, val_r2Score: 0.75 });
});

test('control: rows that are read from another place are other numbers', () => {
  const plain = task({ metrics: ['meanAbsoluteError'] });
  const reader = new ReportReader(compileTask(plain), plain);
  const [first] = reader.read(slice(0, [1, 2]));
  const [second] = reader.read(slice(0, [2, 1]));
  expect(second!.logs).not.toEqual(first!.logs);
});
