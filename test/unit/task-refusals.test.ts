/** What only the whole shows: data, model and training that do not fit each other, each refused with its sentence. */
import { describe, expect, test } from 'vitest';
import type { Source } from '../../src/core/examples.js';
import { parseRun, parseSettings, type RunDocument } from '../../src/core/run.js';
import { makeTask } from '../../src/core/task.js';
import { checkTable } from '../../src/core/task-checks.js';
import { article } from '../../src/runs/article.js';
import { changed } from '../support/runs.js';
import { refusal, sentenceOf } from './refusal.js';

type Case = [name: string, changes: Record<string, unknown>, sentence: string];

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8],
];
/** Four rows of two inputs, three classes as one-hot rows. */
const classifier: RunDocument = {
  data: {
    x,
    y: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0.5, 0.5],
    ],
  },
  model: {
    layers: [
      { units: 5, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
  },
  training: { loss: 'categoricalCrossentropy', metrics: ['accuracy'] },
};
/** The same with class numbers. */
const sparse = changed(classifier, {
  'data.y': [[0], [1], [2], [2]],
  'training.loss': 'sparseCategoricalCrossentropy',
}) as RunDocument;
/** One output, of a logistic regression. */
const binary = changed(classifier, {
  'data.y': [[0], [1], [0.5], [1]],
  'model.layers.1': { units: 1, activation: 'sigmoid' },
  'training.loss': 'binaryCrossentropy',
}) as RunDocument;

function refusedIn(document: RunDocument) {
  return (_: string, changes: Record<string, unknown>, sentence: string): void => {
    expect(refusal(changed(document, changes))).toBe(sentence);
    // Each case starts from a run that is fine: the change alone is what is refused.
    expect(refusal(changed(document, {}))).toBeUndefined();
  };
}

// prettier-ignore
describe('sizes', () => {
  test.each<Case>([
    ['y of another length', { 'data.y': [[0], [0], [1]] }, 'data.y: found 3 rows, expected 4, one for each row of data.x.'],
    ['y of another width', { 'model.layers.1.units': 2 }, 'data.y[0]: found 1 number, expected 2, the units of the last layer.'],
    ['a layer larger than any device', { 'model.layers.0.units': 2e8 }, 'model.layers[0].units: found 200000000, a kernel of 800,000,000 values, expected a kernel of at most 268,435,456.'],
    ['as many weights of rows as there are not', { 'data.sampleWeight': [1, 2] }, 'data.sampleWeight: found 2 numbers, expected 4, one for each row of data.x.'],
    ['a weight of a row below 0', { 'data.sampleWeight': [1, 2, -1, 3] }, 'data.sampleWeight[2]: found -1, expected a number of at least 0.'],
    ['validation of another width', { 'data.validation': { x: [[1, 2]], y: [[1]] } }, 'data.validation.x: found 2 columns, expected 3, the inputs of the model.'],
    ['validation with y of another length', { 'data.validation': { x: [[1, 2, 3]], y: [[1], [2]] } }, 'data.validation.y: found 2 rows, expected 1, one for each row of data.validation.x.'],
    ['validation with y of another width', { 'data.validation': { x: [[1, 2, 3]], y: [[1, 2]] } }, 'data.validation.y[0]: found 2 numbers, expected 1, the units of the last layer.'],
    ['validation with other weights', { 'data.validation': { x: [[1, 2, 3]], y: [[1]], sampleWeight: [] } }, 'data.validation.sampleWeight: found 0 numbers, expected 1, one for each row of data.validation.x.'],
  ])('%s', refusedIn(article));

  test('more outputs of a batch than a buffer holds are refused before anything is allocated', () => {
    const rows = 300_000;
    const { model, training } = parseSettings({
      model: { layers: [{ units: 1000 }] },
      training: { loss: 'meanSquaredError', batchSize: rows },
    });
    const data: Source = { prefix: '', x: { rows, columns: 1, values: [] }, y: { rows, columns: 1000, values: [] } };
    expect(sentenceOf(() => makeTask(model, training, data))).toBe(
      'model.layers[0].units: found 1000, 300,000,000 outputs in a batch, expected at most 268,435,456.',
    );
  });
});

// prettier-ignore
describe('layers', () => {
  const weightless = { 'model.layers': [{ type: 'dropout', rate: 0.5 }, { type: 'activation', activation: 'relu' }] };
  test.each<Case>([
    ['none with weights', weightless, 'model.layers: found no layer with weights, expected at least one, for example { "units": 1 }.'],
    ['minval over maxval', { 'model.layers.0.kernelInitializer.minval': 2 }, 'model.layers[0].kernelInitializer.minval: found 2, expected at most maxval, 1.'],
    ['softmax of one', { 'model.layers.1.activation': 'softmax' }, 'model.layers[1].activation: found "softmax" over 1 unit, expected at least 2 units, since softmax of one is always 1 (or "sigmoid").'],
    ['softmax of one, as a layer', { 'model.layers.2': { type: 'activation', activation: 'softmax' } }, 'model.layers[2].activation: found "softmax" over 1 unit, expected at least 2 units, since softmax of one is always 1 (or "sigmoid").'],
  ])('%s', refusedIn(article));
});

// prettier-ignore
describe('loss and output', () => {
  test.each<Case>([
    ['categorical, not of softmax', { 'model.layers.1.activation': 'sigmoid' }, 'training.loss: found "categoricalCrossentropy" after a last layer with the activation "sigmoid", expected "softmax" there, whose outputs are probabilities.'],
    ['binary, of no probabilities', { 'training.loss': 'binaryCrossentropy', 'model.layers.1.activation': 'relu' }, 'training.loss: found "binaryCrossentropy" after a last layer with the activation "relu", expected one of "sigmoid", "softmax" there, whose outputs are probabilities.'],
    ['after dropout, whose outputs are no probabilities any more', { 'model.layers.2': { type: 'dropout', rate: 0.5 } }, 'training.loss: found "categoricalCrossentropy" after a last layer with the activation "linear", expected "softmax" there, whose outputs are probabilities.'],
    ['class numbers as targets', { 'data.y': [[0], [1], [2], [2]] }, 'data.y[0]: found 1 number, expected 3, the units of the last layer (for class numbers, the loss sparseCategoricalCrossentropy).'],
    ['a target that is no probability', { 'data.y.1.2': 1.5 }, 'data.y[1][2]: found 1.5, expected a probability from 0 to 1, since the loss is categoricalCrossentropy.'],
    ['a target below 0', { 'data.y.0.0': -0.25 }, 'data.y[0][0]: found -0.25, expected a probability from 0 to 1, since the loss is categoricalCrossentropy.'],
    ['a target of the validation', { 'data.validation': { x: [[1, 2]], y: [[0, 0, 2]] } }, 'data.validation.y[0][2]: found 2, expected a probability from 0 to 1, since the loss is categoricalCrossentropy.'],
    ['a weight of a class there is not', { 'training.classWeight': { 0: 1, 3: 2 } }, 'training.classWeight: found a class "3", expected classes from "0" to "2".'],
    ['a weight of a class with a zero before it', { 'training.classWeight': { '01': 2 } }, 'training.classWeight: found a class "01", expected classes from "0" to "2".'],
    ['a weight of a class with a name', { 'training.classWeight': { cat: 2 } }, 'training.classWeight: found a class "cat", expected classes from "0" to "2".'],
    ['weights of classes without classes', { 'training.loss': 'huber', 'training.classWeight': { 1: 2 } }, 'training.classWeight: found weights of classes for huber, expected none, or a crossentropy.'],
  ])('%s', refusedIn(classifier));

  test.each<Case>([
    ['one-hot rows where class numbers are meant', { 'data.y': [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]] }, 'data.y[0]: found 3 numbers, expected one column of class numbers, since the loss is sparseCategoricalCrossentropy.'],
    ['a class there is not', { 'data.y.1': [3] }, 'data.y[1][0]: found 3, expected a class from 0 to 2, since the last layer has 3 units.'],
    ['a class below 0', { 'data.y.1': [-1] }, 'data.y[1][0]: found -1, expected a class from 0 to 2, since the last layer has 3 units.'],
    ['half a class', { 'data.y.3': [1.5] }, 'data.y[3][0]: found 1.5, expected a class from 0 to 2, since the last layer has 3 units.'],
  ])('%s', refusedIn(sparse));

  test('one output has two classes', () => {
    refusedIn(binary)('', { 'training.classWeight': { 2: 1 } }, 'training.classWeight: found a class "2", expected classes from "0" to "1".');
    expect(refusal(changed(binary, { 'training.classWeight': { 0: 1, 1: 2 } }))).toBeUndefined();
  });

  test('a target of a logistic regression that is no probability', () => {
    refusedIn(binary)('', { 'data.y.2': [2] }, 'data.y[2][0]: found 2, expected a probability from 0 to 1, since the loss is binaryCrossentropy.');
  });
});

// prettier-ignore
describe('optimizer', () => {
  test.each<Case>([
    ['clipped twice', { 'training.clipNorm': 1, 'training.clipValue': 0.5 }, 'training.clipValue: found 0.5 beside clipNorm, expected one of the two.'],
    ['looking ahead without momentum', { 'training.optimizer': { name: 'sgd', nesterov: true } }, 'training.optimizer.nesterov: found true with a momentum of 0, expected a momentum above 0, or false.'],
  ])('%s', refusedIn(article));
});

// prettier-ignore
describe('metrics', () => {
  const metrics = (...names: unknown[]) => ({ 'training.metrics': names });
  test.each<Case>([
    ['one twice', metrics('auc', 'recall', 'auc'), 'training.metrics[2]: found "auc" a second time, expected each metric once.'],
    ['class numbers measured where there are none', metrics('sparseCategoricalAccuracy'), 'training.metrics[0]: found "sparseCategoricalAccuracy" with categoricalCrossentropy, expected "categoricalAccuracy", or sparseCategoricalCrossentropy.'],
    ['more of the largest than there are', metrics('auc', { name: 'topKCategoricalAccuracy', k: 4 }), 'training.metrics[1]: found "topKCategoricalAccuracy" with k = 4, expected a k of at most 3, the outputs.'],
    ['five of the largest, where nothing is said', metrics('topKCategoricalAccuracy'), 'training.metrics[0]: found "topKCategoricalAccuracy" with k = 5, expected a k of at most 3, the outputs.'],
  ])('%s', refusedIn(classifier));

  const elementwise = ['meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError', 'r2Score', 'binaryAccuracy'];
  test.each<Case>([
    ...elementwise.map((name): Case => [`${name} of class numbers`, metrics(name), `training.metrics[0]: found "${name}" with class numbers as targets, expected a metric of classes.`]),
    ['one-hot rows measured where there are none', metrics('categoricalAccuracy'), 'training.metrics[0]: found "categoricalAccuracy" with class numbers, expected "sparseCategoricalAccuracy".'],
  ])('%s', refusedIn(sparse));

  const ofClasses = ['categoricalAccuracy', 'sparseCategoricalAccuracy', 'topKCategoricalAccuracy'];
  test.each(ofClasses)('%s of one output', (name) => {
    refusedIn(binary)('', metrics(name), `training.metrics[0]: found "${name}" with one output, expected "binaryAccuracy", or more outputs.`);
  });
});

// prettier-ignore
describe('what is watched', () => {
  const stopping = (monitor: string) => ({ 'training.earlyStopping': { monitor } });
  const plateau = (monitor: string) => ({ 'training.learningRateSchedule': { name: 'reduceOnPlateau', monitor } });
  test.each<Case>([
    ['a metric that is not measured', stopping('auc'), 'training.earlyStopping.monitor: found "auc", expected one of "loss", "accuracy".'],
    ['a validation that there is not', stopping('val_loss'), 'training.earlyStopping.monitor: found "val_loss" without validation data, expected one of "loss", "accuracy".'],
    ['a plateau of a validation that there is not', plateau('val_loss'), 'training.learningRateSchedule.monitor: found "val_loss" without validation data, expected one of "loss", "accuracy".'],
    ['a matrix, which is no number', { ...stopping('confusionMatrix'), 'training.metrics': ['confusionMatrix'] }, 'training.earlyStopping.monitor: found "confusionMatrix", expected "loss".'],
    ['a key that is none, with validation', { ...stopping('val_auc'), 'training.validationSplit': 0.5 }, 'training.earlyStopping.monitor: found "val_auc", expected one of "loss", "accuracy", "val_loss", "val_accuracy".'],
  ])('%s', refusedIn(classifier));

  test('is there with a split as with data of its own', () => {
    expect(refusal(changed(classifier, { ...stopping('val_loss'), 'training.validationSplit': 0.5 }))).toBeUndefined();
    const validation = { x: [[1, 2]], y: [[1, 0, 0]] };
    expect(refusal(changed(classifier, { ...stopping('val_accuracy'), 'data.validation': validation }))).toBeUndefined();
  });
});

// prettier-ignore
describe('the validation split', () => {
  test.each<Case>([
    ['beside validation data', { 'training.validationSplit': 0.5, 'data.validation': { x: [[1, 2, 3]], y: [[1]] } }, 'training.validationSplit: found 0.5 beside data.validation.x, expected one of the two.'],
    ['that leaves nothing to train on', { 'training.validationSplit': 0.9 }, 'training.validationSplit: found 0.9, which of 4 rows leaves none to train on, expected a share that leaves at least one row on either side.'],
    ['of a single row', { 'data.x': [[1, 2, 3]], 'data.y': [[1]], 'training.validationSplit': 0.1 }, 'training.validationSplit: found 0.1, which of 1 row leaves none to train on, expected a share that leaves at least one row on either side.'],
    ['that leaves nothing to validate with', { 'training.validationSplit': 1e-17 }, 'training.validationSplit: found 1e-17, which of 4 rows leaves none to validate with, expected a share that leaves at least one row on either side.'],
  ])('%s', refusedIn(article));
});

test('a number of a table that float32 cannot hold is named by its row and column', () => {
  const table = (rows: number, values: unknown[]) => ({
    rows,
    columns: values.length / rows,
    values: values as number[],
  });
  expect(sentenceOf(() => checkTable('x', table(2, [1, 2, 3, NaN])))).toBe(
    'x[1][1]: found NaN, expected a finite number (float32).',
  );
  expect(sentenceOf(() => checkTable('w', table(1, [1, 1e39])))).toBe(
    'w[1]: found 1e+39, expected a finite number (float32).',
  );
  expect(sentenceOf(() => checkTable('x', table(2, [1, 2, 3, 4])))).toBeUndefined();
});

test('control: the documents that are changed here are runs', () => {
  for (const document of [article, classifier, sparse, binary]) expect(() => parseRun(document)).not.toThrow();
  expect(() => refusedIn(classifier)('', {}, 'nothing')).toThrow();
});
