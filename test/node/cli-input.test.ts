/** What the command line refuses: code 2, and one sentence that names the field. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { article } from '../../src/runs/article.js';
import { golden } from '../support/golden.js';
import { changed, MISSING } from '../support/runs.js';
import { expectRefusal, file, folder, idli, useCli } from './cli-driver.js';

useCli();

describe('bad input ends with code 2, one sentence on stderr that names the field, and nothing on stdout', () => {
  const CLASSES = {
    'model.layers.1': { units: 3, activation: 'softmax' },
    'training.loss': 'sparseCategoricalCrossentropy',
  };
  const WIDE = Array.from({ length: 4 }, () => Array.from({ length: 200 }, () => 1));

  // prettier-ignore
  const cases: [name: string, changes: Record<string, unknown>, sentence: string][] = [
    ['an unknown field', { 'training.epoch': 5 }, 'training.epoch: found an unknown field, '],
    ['an unknown name', { 'model.layers.0.activation': 'sigmoit' }, 'model.layers[0].activation: found "sigmoit", '],
    ['ragged x', { 'data.x.1': [1] }, 'data.x[1]: found 1 number, '],
    ['empty x', { 'data.x': [], 'data.y': [] }, 'data.x: found no rows, '],
    ['x and y of different length', { 'data.y': [[0]] }, 'data.y: found 1 row, '],
    ['no units', { 'model.layers.0.units': 0 }, 'model.layers[0].units: found 0, '],
    ['no epochs', { 'training.epochs': 0 }, 'training.epochs: found 0, '],
    ['weights that do not fit', { 'model.weights': [{ kernel: [[1]] }, { kernel: [[1]] }] }, 'model.weights[0].kernel: found 1 row, '],
    ['softmax over one unit', { 'model.layers.1.activation': 'softmax' }, 'model.layers[1].activation: found "softmax" over 1 unit, '],
    ['a label outside the classes', { ...CLASSES, 'data.y.3.0': 3 }, 'data.y[3][0]: found 3, expected a class from 0 to 2, since the last layer has 3 units.'],
    ['a loss that does not fit the activation', { 'training.loss': 'categoricalCrossentropy' }, 'training.loss: found "categoricalCrossentropy" after a last layer with the activation "sigmoid", expected "softmax" there, '],
    ['targets of another shape', { 'data.y': [[0, 1], [0, 1], [1, 0], [1, 1]] }, 'data.y[0]: found 2 numbers, expected 1, the units of the last layer.'],
    ['a validation split that leaves nothing to train on', { 'training.validationSplit': 0.9 }, 'training.validationSplit: found 0.9, which of 4 rows leaves none to train on, '],
    ['a validation split that leaves nothing to validate with', { 'training.validationSplit': 1e-17 }, 'training.validationSplit: found 1e-17, which of 4 rows leaves none to validate with, '],
    ['a metric to stop by that is not measured', { 'training.earlyStopping': { monitor: 'val_loss' } }, 'training.earlyStopping.monitor: found "val_loss" without validation data, '],
    ['no training', { training: MISSING }, 'training: found nothing, '],
    ['a network over the limits of the device', { 'data.x': WIDE, 'data.y': WIDE, 'model.layers': [{ units: 450_000 }, { units: 450 }, { units: 200 }] }, 'model.layers[1].units: found a size of 293040650 '],
  ];

  test.each(cases)('%s', async (name, changes, sentence) => {
    const outcome = await idli('train', file(`${name}.json`, changed(article, changes)), '--backend', 'webgpu');
    expectRefusal(outcome, sentence);
  });

  test.each([
    [
      'Infinity in the data, as JSON can say it',
      '{"data":{"x":[[1e999]],"y":[[1]]},"model":{"layers":[{"units":1}]},"training":{"loss":"halfSumSquaredError","optimizer":{"name":"sgd"},"epochs":1}}',
      'data.x[0][0]: found Infinity, ',
    ],
    [
      'an infinite learning rate',
      '{"data":{"x":[[1]],"y":[[1]]},"model":{"layers":[{"units":1}]},"training":{"loss":"halfSumSquaredError","optimizer":{"name":"sgd","learningRate":1e999},"epochs":1}}',
      'training.optimizer.learningRate: found Infinity, ',
    ],
    ['broken JSON', '{"data": ', 'broken JSON.json, line 1, column 10: found the end of the file, expected a value'],
    ['an empty file', '', 'an empty file.json, line 1, column 1: found the end of the file, expected a value'],
    ['a list', '[]', 'run: found a list of 0, '],
  ])('%s', async (name, text, sentence) => {
    expectRefusal(await idli('train', file(`${name}.json`, text)), sentence);
  });

  test('a file that is not there', async () => {
    const outcome = await idli('train', join(folder, 'nowhere.json'));
    expectRefusal(
      outcome,
      'nowhere.json: found no such file, expected a run document in JSON, or a built-in run: article.',
    );
  });

  test.each([
    ['--epochs', '0', 'training.epochs: found 0, '],
    ['--epochs', '1.5', "option '--epochs <n>' argument '1.5' is invalid. Expected a whole number."],
    ['--seed', '-1', "option '--seed <n>' argument '-1' is invalid. Expected a whole number."],
    ['--seed', '4294967296', 'model.seed: found 4294967296, '],
    ['--backend', 'gpu', "option '--backend <name>' argument 'gpu' is invalid. Allowed choices are auto, webgpu, cpu."],
  ])('%s %s', async (option, value, sentence) => {
    expectRefusal(await idli('train', 'article', option, value), sentence);
  });

  test('a seed for a run that gives its weights leaves them, and is there for shuffle and dropout', async () => {
    const weights = golden.initial_kernels.map((kernel) => ({ kernel }));
    const outcome = await idli(
      'train',
      file('given.json', changed(article, { 'model.weights': weights })),
      ...['--seed', '3', '--backend', 'cpu', '--json'],
    );
    expect(outcome.code).toBe(0);
    const { history } = JSON.parse(outcome.stdout) as { history: { loss: number[] } };
    expect(history.loss[0]).toBeCloseTo(golden.half_sum_squared_error[0]!, 12);
  });

  test('no run, an unknown option, an unknown command', async () => {
    expectRefusal(await idli('train'), "missing required argument 'run'");
    expectRefusal(await idli('train', 'article', '--fast'), "unknown option '--fast'");
    expectRefusal(await idli('frobnicate'), "unknown command 'frobnicate'");
  });
});
