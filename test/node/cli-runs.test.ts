/** Runs other than the tutorial's on the command line: what is printed, as text and as JSON, and how it ends. */
import { describe, expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';
import { numpyRandom } from '../../src/core/random.js';
import type { RunDocument } from '../../src/core/run.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { article } from '../../src/runs/article.js';
import { CURVE_TOLERANCE } from '../../src/verify/curves.js';
import { changed } from '../support/runs.js';
import { file, idli, json, useCli } from './cli-driver.js';

useCli();

test('a run document of another shape trains, with biases in the report', async () => {
  const layers = [{ units: 5, activation: 'sigmoid' }, { units: 2 }];
  const run = changed(article, {
    'model.layers': layers,
    'data.y': [
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    'training.optimizer.learningRate': 0.1,
  });
  const report = json(await idli('train', file('wide.json', run), '--json'));
  expect(report.weights.map(({ kernel, bias }) => [kernel!.length, kernel![0]!.length, bias?.length])).toEqual([
    [3, 5, 5],
    [5, 2, 2],
  ]);
  expect(report.parity!.maxAbsoluteDifference).toBeLessThan(CURVE_TOLERANCE);
});

/** Points around three centres, as class numbers; mini-batches, a validation split, dropout, Adam. */
function classifier(training: Partial<TrainingDocument> = {}): RunDocument {
  const random = numpyRandom(5);
  const centres = [[-1, 0], [1, 1], [0, -1]]; // prettier-ignore
  const y = Array.from({ length: 60 }, (_, row) => row % 3);
  return {
    data: { x: y.map((label) => centres[label]!.map((c) => c + 0.6 * (random() - 0.5))), y: y.map((label) => [label]) },
    model: {
      seed: 2,
      layers: [
        { units: 8, activation: 'relu' },
        { type: 'dropout', rate: 0.1 },
        { units: 3, activation: 'softmax' },
      ],
    },
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.02 },
      epochs: 6,
      batchSize: 16,
      validationSplit: 0.2,
      metrics: ['accuracy', 'confusionMatrix'],
      ...training,
    },
  };
}

describe('a classifier in mini-batches, with dropout and a validation split', () => {
  test('prints every measure, classes with their probability, and the confusion matrix', async () => {
    const { code, stdout, stderr } = await idli('train', file('classes.json', classifier()), '--backend', 'webgpu');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines).toContain(
      'Epoch  Loss, WebGPU    Accuracy  Validation loss  Validation accuracy  Loss, CPU reference  Difference',
    );
    expect(lines.filter((line) => /^ +\d+( +\d\.\d{8}){5} +\S+$/.test(line))).toHaveLength(6);
    expect(lines).toContain('Actual class  Predicted class  Probability  CPU reference  Probability');
    expect(lines.filter((line) => /^ +[012] +[012] +[01]\.\d{8} +[012] +[01]\.\d{8}$/.test(line))).toHaveLength(20);
    expect(lines).toContain('… and 28 training rows more (--json has all of them)');
    const matrix = lines.indexOf('Confusion matrix of the validation data, epoch 6');
    expect(lines[matrix + 1]).toMatch(/^Actual \\ predicted +0 +1 +2$/);
    const counts = lines.slice(matrix + 2, matrix + 5).flatMap((line) => line.trim().split(/ +/).slice(1).map(Number));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(stdout).toMatch(/^Difference {2}WebGPU and the CPU reference differ by at most \d\.\de-\d/m);
    expect(stdout).toContain("Over every epoch's loss and accuracy, in training and validation, and every prediction.");
  });

  test.each(['webgpu', 'cpu'])('--json on %s has all of it', async (backend) => {
    const report = json(await idli('train', file('classes.json', classifier()), '--backend', backend, '--json'));
    expect([report.backend, report.epochs, report.notes, report.bestEpoch]).toEqual([backend, 6, undefined, undefined]);
    expect(Object.keys(report.history)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    Object.values(report.history).forEach((values) => expect(values).toHaveLength(6));
    expect(Object.keys(report.reference!.history)).toEqual(Object.keys(report.history));
    // 48 rows to train on, 12 to validate with; what is predicted stands beside its targets.
    expect([report.predictions.length, report.targets.length]).toEqual([48, 48]);
    const hits = report.predictions.filter((row, i) => row.indexOf(Math.max(...row)) === report.targets[i]![0]);
    expect(hits.length).toBeGreaterThan(40);
    expect(Object.keys(report.confusionMatrices!)).toEqual(['confusionMatrix', 'val_confusionMatrix']);
    expect(report.confusionMatrices!['val_confusionMatrix']).toHaveLength(6);
    expect(report.weights.map((layer) => Object.keys(layer))).toEqual([['kernel', 'bias'], [], ['kernel', 'bias']]);
    expect(report.parity!.maxAbsoluteDifference).toBeLessThan(1e-4);
  });

  test('its weights are a document to train on from', async () => {
    const run = classifier();
    const { weights } = json(await idli('train', file('classes.json', run), '--backend', 'cpu', '--json'));
    const further = { ...run, model: { ...run.model, weights } };
    const report = json(await idli('train', file('further.json', further), '--backend', 'cpu', '--json'));
    expect(report.history.loss[0]).toBeLessThan(0.5);
  });
});

describe('early stopping', () => {
  const stopping = classifier({
    epochs: 200,
    // Nothing is ever better by so much than the first epoch.
    earlyStopping: { monitor: 'val_accuracy', patience: 3, minDelta: 2, restoreBestWeights: true },
  });

  test.each(['webgpu', 'cpu'])('on %s, in one line: when, why, and whose weights are left', async (backend) => {
    const { code, stdout } = await idli('train', file('stopping.json', stopping), '--backend', backend);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Stopped {5}after 4 of 200 epochs: validation accuracy was best in epoch 1 \(\d\.\d{8}\); the weights are those of epoch 1$/m,
    );
    expect(stdout).toMatch(/^Time .* for 4 epochs/m);
  });

  test('--json has the epochs trained, and the best', async () => {
    const report = json(await idli('train', file('stopping.json', stopping), '--json'));
    expect([report.epochs, report.bestEpoch, report.history.loss.length]).toEqual([4, 1, 4]);
    expect(report.reference!.history.loss).toHaveLength(4);
  });
});

test('a batch size over the rows is cut, with a sentence on stderr, and among the notes', async () => {
  const name = file('large.json', changed(article, { 'training.batchSize': 9 }));
  const note = 'training.batchSize: 9 is more than the 4 rows to train on; one batch takes them all.';
  const { code, stdout, stderr } = await idli('train', name, '--json', '--epochs', '2');
  expect([code, stderr]).toEqual([0, `${note}\n`]);
  expect((JSON.parse(stdout) as JsonReport).notes).toEqual([note]);
});

describe('a training that diverges ends with code 1, one sentence with epoch, step and tensor, and what to change', () => {
  test.each(['webgpu', 'cpu'])('%s', async (backend) => {
    const run = changed(classifier(), {
      'model.layers': [{ units: 8 }, { units: 1 }],
      training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 100 }, epochs: 20, batchSize: 32 },
    });
    const outcome = await idli('train', file('wild.json', run), '--backend', backend);
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toMatch(
      /^The training diverged in epoch \d+, step \d+: (the loss|loss|[\w.]+) is not finite \(float32\)\. Lower training\.optimizer\.learningRate, now 100\..*\n$/,
    );
  });
});
