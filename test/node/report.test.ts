/** The reports of trainings that are awkward to have: long, wide, stopped at different epochs, not finite. */
import { describe, expect, test } from 'vitest';
import type { Finished } from '../../src/cli/finished.js';
import { jsonReport } from '../../src/cli/json-report.js';
import { confusionTable, epochTable, predictionTable } from '../../src/cli/report-tables.js';
import { textReport } from '../../src/cli/text-report.js';
import type { History } from '../../src/core/history.js';
import { matrix, matrixFromRows } from '../../src/core/matrix.js';
import { parseRun } from '../../src/core/run.js';
import { taskOf } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import type { Training } from '../../src/trainer/train.js';
import { unchecked } from '../../src/verify/verification.js';
import { compareCurves } from '../../src/verify/curves.js';

interface Case {
  readonly y: readonly (readonly number[])[];
  readonly units: number;
  readonly training: TrainingDocument;
  readonly history: History;
  readonly reference?: History;
  readonly backend?: Training['backend'];
  readonly confusionMatrices?: Training['confusionMatrices'];
}

/** A training as it might have ended: made up, since no number is looked at. */
function finished({
  y,
  units,
  training,
  history,
  reference,
  backend = 'webgpu',
  confusionMatrices = {},
}: Case): Finished {
  const activation = training.loss === 'sparseCategoricalCrossentropy' ? 'softmax' : 'linear';
  const data = { x: y.map((_, row) => [row]), y };
  const task = taskOf(parseRun({ data, model: { layers: [{ units, activation }] }, training }));
  const predictions = matrix(
    y.length,
    units,
    Float64Array.from({ length: y.length * units }, (_, i) => i / 8),
  );
  const trained: Training = {
    backend,
    adapter: undefined,
    plan: undefined,
    verification: unchecked(),
    notes: task.notes,
    history,
    confusionMatrices,
    predictions,
    weights: [{ kernel: matrixFromRows([Array.from({ length: units }, () => 0)]) }],
    epochs: history.loss.length,
    bestEpoch: undefined,
    milliseconds: 1,
    setUpMilliseconds: 1,
  };
  const other = { ...trained, history: reference ?? history };
  return { task, training: trained, reference: other, curves: compareCurves(trained, other) };
}

const plain: Case = {
  y: [[0], [1]],
  units: 1,
  training: { loss: 'meanSquaredError', optimizer: 'sgd' },
  history: { loss: [1, 0.5] },
};

const losses = (count: number) => Array.from({ length: count }, (_, epoch) => 1 / (epoch + 1));

describe('the table of epochs', () => {
  const epochsShown = (lines: readonly string[]) =>
    lines.map((line) => Number(/^ *(\d+) {2}/.exec(line)?.[1] ?? NaN)).filter((epoch) => !Number.isNaN(epoch));

  test('has every epoch up to 100', () => {
    const lines = epochTable(finished({ ...plain, history: { loss: losses(100) } }));
    expect(epochsShown(lines)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(lines).toHaveLength(101);
  });

  test('has 100 of more, the first and the last among them, and says so', () => {
    const lines = epochTable(finished({ ...plain, history: { loss: losses(12_345) } }));
    const epochs = epochsShown(lines);
    expect([epochs.length, new Set(epochs).size, epochs[0], epochs.at(-1)]).toEqual([100, 100, 1, 12_345]);
    expect(lines.at(-1)).toBe('… 100 of 12345 epochs (--json has all of them)');
  });

  test('shows the epochs that only one of the two trained', () => {
    const lines = epochTable(finished({ ...plain, history: { loss: [1, 0.5] }, reference: { loss: [1, 0.5, 0.25] } }));
    expect(lines.at(-1)).toMatch(/^ +3 +– +0\.25000000 +Infinity$/);
  });

  test('leaves out what would make it too wide, first what matters least', () => {
    const metrics = ['meanAbsoluteError', 'rootMeanSquaredError', 'r2Score'] as const;
    const keys = ['loss', ...metrics].flatMap((key) => [key, `val_${key}`]);
    const history = { loss: [1], ...Object.fromEntries(keys.map((key) => [key, [1]])) };
    const lines = epochTable(
      finished({
        ...plain,
        training: { ...plain.training, metrics, validationSplit: 0.5, earlyStopping: { monitor: 'val_r2Score' } },
        history,
      }),
    );
    expect(lines[0]).toBe(
      'Epoch  Loss, WebGPU  Mean absolute error          R²  Validation loss  Validation R²  Loss, CPU reference  Difference',
    );
    expect(lines.at(-1)).toBe(
      '… without root mean squared error, validation mean absolute error, validation root mean squared error, for want of width (--json has all of them)',
    );
    expect(Math.max(...lines.slice(0, -1).map(({ length }) => length))).toBeLessThanOrEqual(120);
  });
});

describe('the table of predictions', () => {
  test('cuts many outputs to a few, and says so', () => {
    const y = [Array.from({ length: 7 }, (_, i) => i / 3)];
    const lines = predictionTable(finished({ ...plain, y, units: 7 }));
    expect(lines[1]).toBe(
      '0 0.33333333 0.66666667 …  0.00000000 0.12500000 0.25000000 …  0.00000000 0.12500000 0.25000000 …',
    );
    expect(lines[2]).toBe('… the first 3 of 7 outputs (--json has all of them)');
  });

  test('shows up to six outputs whole', () => {
    const lines = predictionTable(finished({ ...plain, y: [[1, 2, 3, 4, 5, 0.1]], units: 6, backend: 'cpu' }));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^1 2 3 4 5 0\.1 {2}0\.00000000 .* 0\.62500000$/);
  });

  test('shows classes for one-hot targets, and outputs where they are no probabilities', () => {
    const lines = predictionTable(finished({ ...plain, y: [[0, 1], [1, 0]], units: 2, backend: 'cpu' })); // prettier-ignore
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['Actual class', 'Predicted class', 'Output'],
      ['1', '1', '0.12500000'],
      ['0', '1', '0.37500000'],
    ]);
  });

  test('shows numbers for targets that only look like it', () => {
    const [head] = predictionTable(finished({ ...plain, y: [[0, 1], [1, 1]], units: 2, backend: 'cpu' })); // prettier-ignore
    expect(head).toMatch(/^Actual +Predicted$/);
  });
});

test('a confusion matrix of more than 20 classes is not printed, and one sentence says where it is', () => {
  const zeros = Array.from({ length: 21 }, () => new Array<number>(21).fill(0));
  const wide = finished({ ...plain, confusionMatrices: { confusionMatrix: [zeros, zeros] } });
  expect(confusionTable(wide)).toEqual([
    'Confusion matrix of the training data, epoch 2: 21 classes, too many to show (--json has it)',
  ]);
  expect(confusionTable(finished(plain))).toEqual([]);
});

test('the confusion matrix is that of the epoch whose weights are left', () => {
  const matrices = { confusionMatrix: [[[2, 0], [0, 2]], [[0, 2], [2, 0]]] }; // prettier-ignore
  const last = finished({ ...plain, confusionMatrices: matrices });
  expect(confusionTable(last).slice(0, 3)).toEqual([
    'Confusion matrix of the training data, epoch 2',
    'Actual \\ predicted  0  1',
    '                 0  0  2',
  ]);
  const earlyStopping = { patience: 5, restoreBestWeights: true };
  const { training, ...rest } = finished({
    ...plain,
    training: { ...plain.training, earlyStopping },
    confusionMatrices: matrices,
  });
  expect(confusionTable({ ...rest, training: { ...training, bestEpoch: 1 } }).slice(0, 3)).toEqual([
    'Confusion matrix of the training data, epoch 1',
    'Actual \\ predicted  0  1',
    '                 0  2  0',
  ]);
});

test('early stopping that did not stop names the best epoch, and the last for its weights', () => {
  const training: TrainingDocument = { ...plain.training, epochs: 2, earlyStopping: { patience: 5 } };
  const { training: trained, ...rest } = finished({ ...plain, training, backend: 'cpu' });
  const text = textReport({ ...rest, training: { ...trained, bestEpoch: 1 } });
  expect(text).toContain('\nBest epoch  1 of 2, by loss: 1.00000000; the weights are those of epoch 2\n');
});

describe('JSON', () => {
  test('says which numbers it cannot hold', () => {
    const history = { loss: [1, 0.5], val_loss: [NaN, Infinity] };
    const training: TrainingDocument = { ...plain.training, validationSplit: 0.5 };
    const report = jsonReport(finished({ ...plain, training, history }));
    expect(report.notes).toEqual([
      'history.val_loss: 2 values are NaN or infinite, which JSON cannot hold, and are null here.',
      'reference.history.val_loss: 2 values are NaN or infinite, which JSON cannot hold, and are null here.',
      'parity.maxAbsoluteDifference: 1 value is NaN or infinite, which JSON cannot hold, and is null here.',
    ]);
  });

  test('names the weights of a layer as a path', () => {
    const made = finished(plain);
    const training = { ...made.training, weights: [{}, { gamma: matrixFromRows([[1, NaN]]) }] };
    const report = jsonReport({ ...made, training });
    expect(report.weights).toEqual([{}, { gamma: [1, NaN] }]);
    expect(report.notes).toEqual([
      'weights[1].gamma: 1 value is NaN or infinite, which JSON cannot hold, and is null here.',
    ]);
  });

  test('has no notes where there is nothing to say', () => {
    expect(jsonReport(finished(plain))).not.toHaveProperty('notes');
  });
});
