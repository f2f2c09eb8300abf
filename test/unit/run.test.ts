import { describe, expect, test } from 'vitest';
import { RunError } from '../../src/core/run-error.js';
import { parseRun } from '../../src/core/run.js';
import { article } from '../../src/runs/article.js';
import { changed, MISSING } from '../support/runs.js';

describe('a run that can be trained', () => {
  test('keeps what it says and gets the defaults of Keras for the rest', () => {
    const run = parseRun({
      data: { x: [[1, 2]], y: [[3]] },
      model: { layers: [{ units: 1 }] },
      training: { loss: 'halfSumSquaredError', optimizer: { name: 'sgd' }, epochs: 1 },
    });
    expect(run.model).toEqual({
      seed: 0,
      layers: [{ units: 1, activation: 'linear', useBias: true, kernelInitializer: { name: 'glorotUniform' } }],
    });
    expect(run.training.optimizer).toEqual({ name: 'sgd', learningRate: 0.01 });
  });

  test('is a valid document again, also after a trip through JSON', () => {
    const run = parseRun(article);
    expect(parseRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  test('is not changed by parsing', () => {
    const document = structuredClone(article);
    parseRun(document);
    expect(document).toEqual(article);
  });
});

describe('a run that cannot be trained is refused with the field, what was found and what was expected', () => {
  const kernels = [
    [
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    [[1], [2], [3], [4]],
  ];
  const weights = () => kernels.map((kernel): Record<string, unknown> => ({ kernel: structuredClone(kernel) }));

  // prettier-ignore
  const cases: [name: string, changes: Record<string, unknown>, sentence: string][] = [
    ['unknown field at the top', { modle: 1 }, 'modle: found an unknown field, expected one of data, model, training.'],
    ['unknown field of a layer', { 'model.layers.1.unit': 4 }, 'model.layers[1].unit: found an unknown field, expected one of units, activation, useBias, kernelInitializer.'],
    ['an unknown field with a name of its own', { 'a\nb "c"': 1 }, '["a\\nb \\"c\\""]: found an unknown field, expected one of data, model, training.'],
    ['missing part', { training: MISSING }, 'training: found nothing, expected an object with loss, optimizer, epochs.'],
    ['missing field', { 'training.epochs': MISSING }, 'training.epochs: found nothing, expected a whole number from 1 to 1000000.'],
    ['unknown activation', { 'model.layers.0.activation': 'sigmoit' }, 'model.layers[0].activation: found "sigmoit", expected one of "linear", "sigmoid", '],
    ['unknown loss', { 'training.loss': 'mse' }, 'training.loss: found "mse", expected one of "halfSumSquaredError".'],
    ['unknown optimizer', { 'training.optimizer.name': 'sdg' }, 'training.optimizer.name: found "sdg", expected one of "sgd".'],
    ['unknown initializer', { 'model.layers.0.kernelInitializer.name': 'uniform' }, 'model.layers[0].kernelInitializer.name: found "uniform", expected one of "zeros", "ones", "glorotUniform", '],
    ['useBias that is no boolean', { 'model.layers.0.useBias': 'no' }, 'model.layers[0].useBias: found "no", expected true or false.'],
    ['ragged x', { 'data.x.2': [1, 0] }, 'data.x[2]: found 2 numbers, expected 3, as in data.x[0].'],
    ['empty x', { 'data.x': [], 'data.y': [] }, 'data.x: found no rows, expected at least one.'],
    ['empty rows', { 'data.x': [[], [], [], []] }, 'data.x[0]: found an empty row, expected at least one number.'],
    ['x that is no list', { 'data.x': 'abc' }, 'data.x: found "abc", expected a list of rows, each a list of numbers.'],
    ['a row that is no list', { 'data.x.1': 5 }, 'data.x[1]: found 5, expected a list of numbers.'],
    ['text among the numbers', { 'data.x.1.2': '1' }, 'data.x[1][2]: found "1", expected a finite number (float32).'],
    ['NaN in x', { 'data.x.0.0': NaN }, 'data.x[0][0]: found NaN, expected a finite number (float32).'],
    ['null in y, which is what JSON makes of NaN', { 'data.y.3.0': null }, 'data.y[3][0]: found null, expected a finite number (float32).'],
    ['Infinity in y', { 'data.y.1.0': -Infinity }, 'data.y[1][0]: found -Infinity, expected a finite number (float32).'],
    ['a number that float32 cannot hold', { 'data.x.0.0': 1e39 }, 'data.x[0][0]: found 1e+39, expected a finite number (float32).'],
    ['a hole in a row', { 'data.x.0': new Array(3) }, 'data.x[0][0]: found nothing, expected a finite number (float32).'],
    ['y of another length', { 'data.y': [[0], [0], [1]] }, 'data.y: found 3 rows, expected 4, one for each row of data.x.'],
    ['y of another width', { 'model.layers.1.units': 2 }, 'data.y[0]: found 1 number, expected 2, the units of the last layer.'],
    ['no layers', { 'model.layers': [] }, 'model.layers: found a list of 0, expected at least one layer.'],
    ['no units', { 'model.layers.0.units': 0 }, 'model.layers[0].units: found 0, expected a whole number from 1 to 268435456.'],
    ['units not whole', { 'model.layers.0.units': 2.5 }, 'model.layers[0].units: found 2.5, expected a whole number from 1 to 268435456.'],
    ['a layer larger than any device', { 'model.layers.0.units': 2e8 }, 'model.layers[0].units: found 200000000, a kernel of 800000000 values, expected a kernel of at most 268435456.'],
    ['no epochs', { 'training.epochs': 0 }, 'training.epochs: found 0, expected a whole number from 1 to 1000000.'],
    ['epochs not whole', { 'training.epochs': 1.5 }, 'training.epochs: found 1.5, expected a whole number from 1 to 1000000.'],
    ['learning rate not a number', { 'training.optimizer.learningRate': NaN }, 'training.optimizer.learningRate: found NaN, expected a finite number of at least 0 (float32).'],
    ['learning rate infinite', { 'training.optimizer.learningRate': Infinity }, 'training.optimizer.learningRate: found Infinity, expected a finite number of at least 0 (float32).'],
    ['learning rate below 0', { 'training.optimizer.learningRate': -1 }, 'training.optimizer.learningRate: found -1, expected a finite number of at least 0 (float32).'],
    ['seed not whole', { 'model.seed': -1 }, 'model.seed: found -1, expected a whole number from 0 to 4294967295.'],
    ['a deviation below 0', { 'model.layers.0.kernelInitializer': { name: 'randomNormal', stddev: -1 } }, 'model.layers[0].kernelInitializer.stddev: found -1, expected a finite number of at least 0 (float32).'],
    ['a number that the initializer does not take', { 'model.layers.0.kernelInitializer': { name: 'heNormal', gain: 2 } }, 'model.layers[0].kernelInitializer.gain: found an unknown field, expected one of name.'],
    ['minval over maxval', { 'model.layers.0.kernelInitializer.minval': 2 }, 'model.layers[0].kernelInitializer.minval: found 2, expected at most maxval, 1.'],
    ['weights of too few layers', { 'model.weights': weights().slice(1) }, 'model.weights: found weights of 1 layer, expected 2, one for each layer.'],
    ['a kernel with too few rows', { 'model.weights': weights(), 'model.weights.0.kernel': kernels[0]!.slice(1) }, 'model.weights[0].kernel: found 2 rows, expected 3, one for each input of the layer.'],
    ['a kernel with too many columns', { 'model.weights': weights(), 'model.weights.1.kernel.2': [1, 2] }, 'model.weights[1].kernel[2]: found 2 numbers, expected 1, the units of the layer.'],
    ['NaN in the weights', { 'model.weights': weights(), 'model.weights.1.kernel.2': [NaN] }, 'model.weights[1].kernel[2][0]: found NaN, expected a finite number (float32).'],
    ['a bias where there is none', { 'model.weights': weights(), 'model.weights.1.bias': [1] }, 'model.weights[1].bias: found a list of 1, expected none, since model.layers[1].useBias is false.'],
    ['no bias where there is one', { 'model.weights': weights(), 'model.layers.1.useBias': true }, 'model.weights[1].bias: found nothing, expected 1 number (or "useBias": false in model.layers[1]).'],
    ['Infinity in a bias', { 'model.weights': weights(), 'model.layers.1.useBias': true, 'model.weights.1.bias': [Infinity] }, 'model.weights[1].bias[0]: found Infinity, expected a finite number (float32).'],
  ];

  test.each(cases)('%s', (_, changes, sentence) => {
    expect(() => parseRun(changed(article, changes))).toThrow(RunError);
    expect(() => parseRun(changed(article, changes))).toThrow(sentence);
    // Each case starts from a run that is fine: the change alone is what is refused.
    expect(() => parseRun(changed(article, {}))).not.toThrow();
  });

  test.each([[null], [42], ['article'], [[]], [undefined]])('%j is no run', (document) => {
    expect(() => parseRun(document)).toThrow(/^run: found .*, expected an object with data, model, training\.$/);
  });
});
