/**
 * Fields that are wrong by themselves: each is refused with one sentence that says where, what was found and what was
 * expected. What does not fit together is in task-refusals.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { article } from '../../src/runs/article.js';
import { changed, MISSING } from '../support/runs.js';
import { refusal } from './refusal.js';

type Case = [name: string, changes: Record<string, unknown>, sentence: string];

const LAYERS = 'one of "dense", "dropout", "batchNormalization", "layerNormalization", "activation"';
const ACTIVATIONS =
  'one of "linear", "sigmoid", "tanh", "relu", "leakyRelu", "elu", "gelu", "geluTanh", "silu", "softplus", "softmax"';
const LOSSES =
  'one of "halfSumSquaredError", "meanSquaredError", "meanAbsoluteError", "binaryCrossentropy", ' +
  '"categoricalCrossentropy", "sparseCategoricalCrossentropy", "huber"';
const OPTIMIZERS = 'one of "sgd", "rmsprop", "adagrad", "adam", "adamW"';
const SCHEDULES = 'one of "constant", "step", "exponential", "cosine", "linearWarmup", "oneCycle", "reduceOnPlateau"';
const INITIALIZERS =
  'one of "zeros", "ones", "glorotUniform", "heUniform", "lecunUniform", "glorotNormal", "heNormal", "lecunNormal", ' +
  '"constant", "randomUniform", "randomNormal", "orthogonal"';
const METRICS =
  'one of "accuracy", "binaryAccuracy", "categoricalAccuracy", "sparseCategoricalAccuracy", "precision", "recall", ' +
  '"f1Score", "auc", "confusionMatrix", "meanAbsoluteError", "meanSquaredError", "rootMeanSquaredError", "r2Score", ' +
  '"topKCategoricalAccuracy"';
const TRAINING =
  'loss, optimizer, learningRateSchedule, clipNorm, clipValue, epochs, batchSize, gradientAccumulationSteps, shuffle, ' +
  'validationSplit, classWeight, metrics, earlyStopping';
const STEPS = 'a whole number from 1 to 2147483647';

/** In the article, these changes alone. */
function refused(_: string, changes: Record<string, unknown>, sentence: string): void {
  expect(refusal(changed(article, changes))).toBe(sentence);
  // Each case starts from a run that is fine: the change alone is what is refused.
  expect(refusal(changed(article, {}))).toBeUndefined();
}

const TRAINABLE = 'one of data, model, training';

// prettier-ignore
describe('the document', () => {
  test.each<Case>([
    ['unknown field at the top', { modle: 1 }, `modle: found an unknown field, expected ${TRAINABLE}.`],
    ['an unknown field with a name of its own', { 'a\nb "c"': 1 }, `["a\\nb \\"c\\""]: found an unknown field, expected ${TRAINABLE}.`],
    ['missing data', { data: MISSING }, 'data: found nothing, expected an object with x, y, sampleWeight, validation.'],
    ['missing model', { model: MISSING }, 'model: found nothing, expected an object with seed, layers, weights.'],
    ['missing training', { training: MISSING }, `training: found nothing, expected an object with ${TRAINING}.`],
    ['training that is no object', { training: 5 }, `training: found 5, expected an object with ${TRAINING}.`],
    ['missing layers', { 'model.layers': MISSING }, 'model.layers: found nothing, expected a list of layers.'],
    ['missing loss', { 'training.loss': MISSING }, `training.loss: found nothing, expected ${LOSSES}.`],
    ['missing x', { 'data.x': MISSING }, 'data.x: found nothing, expected a list of rows, each a list of numbers.'],
    ['unknown field of the data', { 'data.z': 1 }, 'data.z: found an unknown field, expected one of x, y, sampleWeight, validation.'],
    ['unknown field of the model', { 'model.layer': 1 }, 'model.layer: found an unknown field, expected one of seed, layers, weights.'],
    ['unknown field of the training', { 'training.epoch': 1 }, `training.epoch: found an unknown field, expected one of ${TRAINING}.`],
    ['seed below 0', { 'model.seed': -1 }, 'model.seed: found -1, expected a whole number from 0 to 4294967295.'],
    ['seed too large', { 'model.seed': 2 ** 32 }, 'model.seed: found 4294967296, expected a whole number from 0 to 4294967295.'],
  ])('%s', refused);

  test.each([[null], [42], ['article'], [[]], [undefined]])('%j is no run', (document) => {
    expect(refusal(document)).toMatch(/^run: found .*, expected an object with data, model, training\.$/);
  });
});

// prettier-ignore
describe('the data', () => {
  const number = 'expected a finite number (float32)';
  test.each<Case>([
    ['ragged x', { 'data.x.2': [1, 0] }, 'data.x[2]: found 2 numbers, expected 3, as in data.x[0].'],
    ['ragged y', { 'data.y.2': [1, 0] }, 'data.y[2]: found 2 numbers, expected 1, as in data.y[0].'],
    ['empty x', { 'data.x': [], 'data.y': [] }, 'data.x: found no rows, expected at least one.'],
    ['empty rows', { 'data.x': [[], [], [], []] }, 'data.x[0]: found an empty row, expected at least one number.'],
    ['x that is no list', { 'data.x': 'abc' }, 'data.x: found "abc", expected a list of rows, each a list of numbers.'],
    ['a row that is no list', { 'data.x.1': 5 }, 'data.x[1]: found 5, expected a list of numbers.'],
    ['text among the numbers', { 'data.x.1.2': '1' }, `data.x[1][2]: found "1", ${number}.`],
    ['NaN in x', { 'data.x.0.0': NaN }, `data.x[0][0]: found NaN, ${number}.`],
    ['null in y, which is what JSON makes of NaN', { 'data.y.3.0': null }, `data.y[3][0]: found null, ${number}.`],
    ['Infinity in y', { 'data.y.1.0': -Infinity }, `data.y[1][0]: found -Infinity, ${number}.`],
    ['a number that float32 cannot hold', { 'data.x.0.0': 1e39 }, `data.x[0][0]: found 1e+39, ${number}.`],
    ['a hole in a row', { 'data.x.0': new Array(3) }, `data.x[0][0]: found nothing, ${number}.`],
    ['weights of rows that are no list', { 'data.sampleWeight': 5 }, 'data.sampleWeight: found 5, expected a list of numbers, one for each row.'],
    ['text among the weights of rows', { 'data.sampleWeight': [1, 2, 'a', 3] }, `data.sampleWeight[2]: found "a", ${number}.`],
    ['NaN in the weights of rows', { 'data.sampleWeight': [1, NaN, 1, 3] }, `data.sampleWeight[1]: found NaN, ${number}.`],
    ['validation that is no object', { 'data.validation': 5 }, 'data.validation: found 5, expected an object with x, y, sampleWeight.'],
    ['validation without y', { 'data.validation': { x: [[1, 2, 3]] } }, 'data.validation.y: found nothing, expected a list of rows, each a list of numbers.'],
    ['NaN in the validation', { 'data.validation': { x: [[1, NaN, 3]], y: [[1]] } }, `data.validation.x[0][1]: found NaN, ${number}.`],
    ['validation in the validation', { 'data.validation': { x: [[1, 2, 3]], y: [[1]], validation: {} } }, 'data.validation.validation: found an unknown field, expected one of x, y, sampleWeight.'],
  ])('%s', refused);
});

// prettier-ignore
describe('the layers', () => {
  const units = 'expected a whole number from 1 to 268435456';
  const share = 'expected a finite number of at least 0 and below 1 (float32)';
  const layer = (fields: object) => ({ 'model.layers.0': fields });
  test.each<Case>([
    ['no list', { 'model.layers': 5 }, 'model.layers: found 5, expected a list of layers.'],
    ['none', { 'model.layers': [] }, 'model.layers: found a list of 0, expected at least one layer.'],
    ['a layer that is a number', { 'model.layers.0': 5 }, `model.layers[0]: found 5, expected an object whose type is ${LAYERS}.`],
    ['a layer that is a name', { 'model.layers.0': 'dropout' }, `model.layers[0]: found "dropout", expected an object whose type is ${LAYERS}.`],
    ['an unknown type', { 'model.layers.0.type': 'dens' }, `model.layers[0].type: found "dens", expected ${LAYERS}.`],
    ['an unknown field', { 'model.layers.1.unit': 4 }, 'model.layers[1].unit: found an unknown field, expected one of type, units, activation, useBias, kernelInitializer, kernelRegularizer.'],
    ['no units said', { 'model.layers.0.units': MISSING }, `model.layers[0].units: found nothing, ${units}.`],
    ['no units', { 'model.layers.0.units': 0 }, `model.layers[0].units: found 0, ${units}.`],
    ['units not whole', { 'model.layers.0.units': 2.5 }, `model.layers[0].units: found 2.5, ${units}.`],
    ['an unknown activation', { 'model.layers.0.activation': 'sigmoit' }, `model.layers[0].activation: found "sigmoit", expected ${ACTIVATIONS}.`],
    ['useBias that is no boolean', { 'model.layers.0.useBias': 'no' }, 'model.layers[0].useBias: found "no", expected true or false.'],
    ['an unknown initializer', { 'model.layers.0.kernelInitializer.name': 'uniform' }, `model.layers[0].kernelInitializer.name: found "uniform", expected ${INITIALIZERS}.`],
    ['an initializer that is a number', { 'model.layers.0.kernelInitializer': 5 }, `model.layers[0].kernelInitializer: found 5, expected ${INITIALIZERS}.`],
    ['an initializer without a name', { 'model.layers.0.kernelInitializer': {} }, `model.layers[0].kernelInitializer.name: found nothing, expected ${INITIALIZERS}.`],
    ['a deviation below 0', { 'model.layers.0.kernelInitializer': { name: 'randomNormal', stddev: -1 } }, 'model.layers[0].kernelInitializer.stddev: found -1, expected a finite number of at least 0 (float32).'],
    ['a number that the initializer does not take', { 'model.layers.0.kernelInitializer': { name: 'heNormal', gain: 2 } }, 'model.layers[0].kernelInitializer.gain: found an unknown field, expected one of name.'],
    ['a gain that is text', { 'model.layers.0.kernelInitializer': { name: 'orthogonal', gain: 'a' } }, 'model.layers[0].kernelInitializer.gain: found "a", expected a finite number (float32).'],
    ['a regularizer that is a number', { 'model.layers.0.kernelRegularizer': 5 }, 'model.layers[0].kernelRegularizer: found 5, expected an object with l1, l2.'],
    ['a penalty below 0', { 'model.layers.0.kernelRegularizer': { l2: -1 } }, 'model.layers[0].kernelRegularizer.l2: found -1, expected a finite number of at least 0 (float32).'],
    ['an unknown penalty', { 'model.layers.0.kernelRegularizer': { l3: 1 } }, 'model.layers[0].kernelRegularizer.l3: found an unknown field, expected one of l1, l2.'],
    ['dropout without a rate', layer({ type: 'dropout' }), `model.layers[0].rate: found nothing, ${share}.`],
    ['dropout of everything', layer({ type: 'dropout', rate: 1 }), `model.layers[0].rate: found 1, ${share}.`],
    ['dropout with units', layer({ type: 'dropout', rate: 0.5, units: 3 }), 'model.layers[0].units: found an unknown field, expected one of type, rate.'],
    ['a momentum of 1', layer({ type: 'batchNormalization', momentum: 1 }), `model.layers[0].momentum: found 1, ${share}.`],
    ['an epsilon of 0', layer({ type: 'batchNormalization', epsilon: 0 }), 'model.layers[0].epsilon: found 0, expected a finite number of at least 1e-37 (float32).'],
    ['a momentum where there is none', layer({ type: 'layerNormalization', momentum: 0.5 }), 'model.layers[0].momentum: found an unknown field, expected one of type, epsilon.'],
    ['an activation that is none', layer({ type: 'activation' }), `model.layers[0].activation: found nothing, expected ${ACTIVATIONS}.`],
    ['weights that are no list', { 'model.weights': 5 }, 'model.weights: found 5, expected a list, one per layer.'],
    ['weights of a layer that are no object', { 'model.weights': [5, 6] }, 'model.weights[0]: found 5, expected an object with kernel, bias, gamma, beta, movingMean, movingVariance.'],
    ['a kernel that is no list', { 'model.weights': [{ kernel: 5 }] }, 'model.weights[0].kernel: found 5, expected a list of rows, each a list of numbers.'],
    ['a bias that is no list', { 'model.weights': [{ bias: 5 }] }, 'model.weights[0].bias: found 5, expected a list of numbers.'],
  ])('%s', refused);
});

// prettier-ignore
describe('the training', () => {
  const rate = 'expected a finite number of at least 0 (float32)';
  const share = 'expected a finite number of at least 0 and below 1 (float32)';
  const above = 'expected a finite number above 0 (float32)';
  const optimizer = (fields: object) => ({ 'training.optimizer': fields });
  const schedule = (fields: object) => ({ 'training.learningRateSchedule': fields });
  test.each<Case>([
    ['an unknown loss', { 'training.loss': { name: 'mse' } }, `training.loss.name: found "mse", expected ${LOSSES}.`],
    ['a loss that is a number', { 'training.loss': 5 }, `training.loss: found 5, expected ${LOSSES}.`],
    ['a loss without a name', { 'training.loss': {} }, `training.loss.name: found nothing, expected ${LOSSES}.`],
    ['a delta of 0', { 'training.loss': { name: 'huber', delta: 0 } }, `training.loss.delta: found 0, ${above}.`],
    ['a delta of another loss', { 'training.loss': { name: 'meanSquaredError', delta: 1 } }, 'training.loss.delta: found an unknown field, expected one of name.'],
    ['an unknown optimizer', { 'training.optimizer.name': 'sdg' }, `training.optimizer.name: found "sdg", expected ${OPTIMIZERS}.`],
    ['an optimizer that is null', { 'training.optimizer': null }, `training.optimizer: found null, expected ${OPTIMIZERS}.`],
    ['an optimizer without a name', optimizer({ learningRate: 1 }), `training.optimizer.name: found nothing, expected ${OPTIMIZERS}.`],
    ['a learning rate that is no number', { 'training.optimizer.learningRate': NaN }, `training.optimizer.learningRate: found NaN, ${rate}.`],
    ['an infinite learning rate', { 'training.optimizer.learningRate': Infinity }, `training.optimizer.learningRate: found Infinity, ${rate}.`],
    ['a learning rate below 0', { 'training.optimizer.learningRate': -1 }, `training.optimizer.learningRate: found -1, ${rate}.`],
    ['a momentum of 1', optimizer({ name: 'sgd', momentum: 1 }), `training.optimizer.momentum: found 1, ${share}.`],
    ['a momentum of another optimizer', optimizer({ name: 'adam', momentum: 0.9 }), 'training.optimizer.momentum: found an unknown field, expected one of name, learningRate, beta1, beta2, epsilon, weightDecay.'],
    ['nesterov that is no boolean', optimizer({ name: 'sgd', nesterov: 1 }), 'training.optimizer.nesterov: found 1, expected true or false.'],
    ['a beta of 1', optimizer({ name: 'adamW', beta2: 1 }), `training.optimizer.beta2: found 1, ${share}.`],
    ['a rho below 0', optimizer({ name: 'rmsprop', rho: -0.1 }), `training.optimizer.rho: found -0.1, ${share}.`],
    ['an epsilon of 0', optimizer({ name: 'adagrad', epsilon: 0 }), "training.optimizer.epsilon: found 0, expected a finite number of at least 1e-37 (float32)."],
    ['an accumulator below 0', optimizer({ name: 'adagrad', initialAccumulatorValue: -1 }), `training.optimizer.initialAccumulatorValue: found -1, ${rate}.`],
    ['a weight decay below 0', optimizer({ name: 'sgd', weightDecay: -1 }), `training.optimizer.weightDecay: found -1, ${rate}.`],
    ['an unknown schedule', schedule({ name: 'cosinus' }), `training.learningRateSchedule.name: found "cosinus", expected ${SCHEDULES}.`],
    ['steps that are not said', schedule({ name: 'step', decayRate: 0.5 }), `training.learningRateSchedule.decaySteps: found nothing, expected ${STEPS}.`],
    ['steps that are none', schedule({ name: 'exponential', decaySteps: 0, decayRate: 0.5 }), `training.learningRateSchedule.decaySteps: found 0, expected ${STEPS}.`],
    ['a rate that grows', schedule({ name: 'step', decaySteps: 1, decayRate: 2 }), 'training.learningRateSchedule.decayRate: found 2, expected a finite number above 0 and of at most 1 (float32).'],
    ['a warm-up below 0', schedule({ name: 'constant', warmupSteps: -1 }), 'training.learningRateSchedule.warmupSteps: found -1, expected a whole number from 0 to 2147483647.'],
    ['a linear warm-up of nothing', schedule({ name: 'linearWarmup' }), `training.learningRateSchedule.warmupSteps: found nothing, expected ${STEPS}.`],
    ['an alpha above 1', schedule({ name: 'cosine', alpha: 1.5 }), 'training.learningRateSchedule.alpha: found 1.5, expected a finite number of at least 0 and of at most 1 (float32).'],
    ['a cycle of one step', schedule({ name: 'oneCycle', totalSteps: 1 }), 'training.learningRateSchedule.totalSteps: found 1, expected a whole number from 2 to 2147483647.'],
    ['a rise that takes all of the cycle', schedule({ name: 'oneCycle', pctStart: 1 }), 'training.learningRateSchedule.pctStart: found 1, expected a finite number above 0 and below 1 (float32).'],
    ['a factor of a cycle below 1', schedule({ name: 'oneCycle', divFactor: 0.5 }), 'training.learningRateSchedule.divFactor: found 0.5, expected a finite number of at least 1 (float32).'],
    ['a plateau of something else', schedule({ name: 'reduceOnPlateau', monitor: 'auc' }), 'training.learningRateSchedule.monitor: found "auc", expected one of "loss", "val_loss".'],
    ['a plateau that raises', schedule({ name: 'reduceOnPlateau', factor: 1 }), 'training.learningRateSchedule.factor: found 1, expected a finite number above 0 and below 1 (float32).'],
    ['a plateau without patience', schedule({ name: 'reduceOnPlateau', patience: 0 }), 'training.learningRateSchedule.patience: found 0, expected a whole number from 1 to 1000000.'],
    ['a norm of 0', { 'training.clipNorm': 0 }, `training.clipNorm: found 0, ${above}.`],
    ['a value of 0 to clip at', { 'training.clipValue': 0 }, `training.clipValue: found 0, ${above}.`],
    ['no epochs', { 'training.epochs': 0 }, 'training.epochs: found 0, expected a whole number from 1 to 1000000.'],
    ['epochs not whole', { 'training.epochs': 1.5 }, 'training.epochs: found 1.5, expected a whole number from 1 to 1000000.'],
    ['no rows in a batch', { 'training.batchSize': 0 }, `training.batchSize: found 0, expected ${STEPS}.`],
    ['no batches to an update', { 'training.gradientAccumulationSteps': 0 }, `training.gradientAccumulationSteps: found 0, expected ${STEPS}.`],
    ['a shuffle that is a number', { 'training.shuffle': 1 }, 'training.shuffle: found 1, expected true or false.'],
    ['a split of everything', { 'training.validationSplit': 1 }, `training.validationSplit: found 1, ${share}.`],
    ['class weights that are a map', { 'training.classWeight': new Map([[0, 1]]) }, 'training.classWeight: found an object, expected an object with a number for each class.'],
    ['a schedule by its name without what it needs', { 'training.learningRateSchedule': 'step' }, `training.learningRateSchedule.decaySteps: found nothing, expected ${STEPS}.`],
    ['class weights that are a number', { 'training.classWeight': 5 }, 'training.classWeight: found 5, expected an object with a number for each class.'],
    ['a class weight below 0', { 'training.classWeight': { 1: -1 } }, `training.classWeight.1: found -1, ${rate}.`],
    ['metrics that are no list', { 'training.metrics': 'auc' }, 'training.metrics: found "auc", expected a list of metrics.'],
    ['an unknown metric', { 'training.metrics': [{ name: 'acc' }] }, `training.metrics[0].name: found "acc", expected ${METRICS}.`],
    ['a metric that is a number', { 'training.metrics': ['auc', 5] }, `training.metrics[1]: found 5, expected ${METRICS}.`],
    ['a k of 0', { 'training.metrics': [{ name: 'topKCategoricalAccuracy', k: 0 }] }, `training.metrics[0].k: found 0, expected ${STEPS}.`],
    ['a k of another metric', { 'training.metrics': [{ name: 'auc', k: 1 }] }, 'training.metrics[0].k: found an unknown field, expected one of name.'],
    ['early stopping that is a number', { 'training.earlyStopping': 5 }, 'training.earlyStopping: found 5, expected an object with monitor, patience, minDelta, restoreBestWeights.'],
    ['an unknown field of early stopping', { 'training.earlyStopping': { patients: 5 } }, 'training.earlyStopping.patients: found an unknown field, expected one of monitor, patience, minDelta, restoreBestWeights.'],
    ['a monitor that is no text', { 'training.earlyStopping': { monitor: 5 } }, 'training.earlyStopping.monitor: found 5, expected a key of the history.'],
    ['a patience below 0', { 'training.earlyStopping': { patience: -1 } }, 'training.earlyStopping.patience: found -1, expected a whole number from 0 to 1000000.'],
    ['a difference below 0', { 'training.earlyStopping': { minDelta: -1 } }, `training.earlyStopping.minDelta: found -1, ${rate}.`],
  ])('%s', refused);

  test.each([
    ['loss', 'mse', LOSSES],
    ['optimizer', 'sdg', OPTIMIZERS],
    ['learningRateSchedule', 'cosinus', SCHEDULES],
  ])('an unknown bare name of %s is found, and the names there are told', (field, name, names) => {
    const sentence = refusal(changed(article, { [`training.${field}`]: name }));
    expect(sentence).toMatch(new RegExp(`^training\\.${field}(\\.name)?: found "${name}", expected `));
    expect(sentence).toContain(names);
  });
});

test('control: a change that is fine is refused by nobody', () => {
  expect(refusal(changed(article, { 'model.seed': 3 }))).toBeUndefined();
  expect(() => refused('', { 'model.seed': 3 }, 'model.seed: found 3')).toThrow();
});
