/** What a model is given: the forms of data, and the sentence for everything that is wrong. */
import { describe, expect, test } from 'vitest';
import type { RunError } from '../../src/core/run-error.js';
import {
  activation,
  adagrad,
  adam,
  adamW,
  batchNormalization,
  type Data,
  dense,
  dropout,
  earlyStopping,
  type FitOptions,
  layerNormalization,
  type Model,
  rmsprop,
  schedules,
  sequential,
  sgd,
} from '../../src/index.js';

const X = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const Y = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const options = { loss: 'meanSquaredError', optimizer: 'sgd', backend: 'cpu' } as const;
const network = (): Model => sequential([dense(3)], { inputs: 2, seed: 1 });

describe('the same numbers in another form give the same bits', () => {
  const trained = async (x: Data, y: Data) => {
    const model = network();
    return [await model.fit(x, y, { ...options, epochs: 3, batchSize: 2 }), model.weights()];
  };
  const flatX = X.flat();
  const flatY = Y.flat();
  const forms: [name: string, x: Data, y: Data][] = [
    ['flat lists', flatX, flatY],
    ['typed arrays', Float32Array.from(flatX), Uint8Array.from(flatY)],
    ['rows that are typed arrays', X.map((row) => Float64Array.from(row)), Y.map((row) => Int32Array.from(row))],
    ['shapes', { data: Int16Array.from(flatX), shape: [3, 2] }, { data: flatY, shape: [3, 3] }],
    ['matrices', { rows: 3, columns: 2, values: Float64Array.from(flatX) }, Float32Array.from(flatY)],
  ];
  test.each(forms)('%s', async (_, x, y) => {
    expect(await trained(x, y)).toEqual(await trained(X, Y));
  });

  test('one column: a flat list, a shape of one number, rows of one', async () => {
    const losses = async (y: Data) => {
      const model = sequential([dense(3, { activation: 'softmax' })], { inputs: 2 });
      return model.fit(X, y, { ...options, loss: 'sparseCategoricalCrossentropy' });
    };
    const want = await losses([[0], [2], [1]]);
    expect(await losses([0, 2, 1])).toEqual(want);
    expect(await losses(Uint8Array.of(0, 2, 1))).toEqual(want);
    expect(await losses({ data: Int32Array.of(0, 2, 1), shape: [3] })).toEqual(want);
  });

  test('a single row may be flat', async () => {
    const model = network();
    expect(await model.predict([1, 2], { backend: 'cpu' })).toEqual(await model.predict([[1, 2]], { backend: 'cpu' }));
  });
});

test('layers, optimizers and schedules are records of a run document', () => {
  const made = [
    dense(3, { activation: 'relu', kernelInitializer: 'heNormal' }),
    dropout(0.5),
    batchNormalization({ momentum: 0.9 }),
    layerNormalization(),
    activation('softmax'),
    ...[sgd({ momentum: 0.9 }), rmsprop(), adagrad(), adam({ beta1: 0.8 }), adamW()],
    schedules.constant(),
    schedules.step({ decaySteps: 10, decayRate: 0.5 }),
    schedules.exponential({ decaySteps: 10, decayRate: 0.5, warmupSteps: 3 }),
    schedules.cosine(),
    schedules.linearWarmup({ warmupSteps: 5 }),
    schedules.oneCycle({ totalSteps: 100 }),
    schedules.reduceOnPlateau({ patience: 2 }),
    earlyStopping({ patience: 3 }),
  ];
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  expect(made).toEqual([
    { type: 'dense', units: 3, activation: 'relu', kernelInitializer: 'heNormal' },
    { type: 'dropout', rate: 0.5 },
    { type: 'batchNormalization', momentum: 0.9 },
    { type: 'layerNormalization' },
    { type: 'activation', activation: 'softmax' },
    { name: 'sgd', momentum: 0.9 },
    { name: 'rmsprop' },
    { name: 'adagrad' },
    { name: 'adam', beta1: 0.8 },
    { name: 'adamW' },
    { name: 'constant' },
    { name: 'step', decaySteps: 10, decayRate: 0.5 },
    { name: 'exponential', decaySteps: 10, decayRate: 0.5, warmupSteps: 3 },
    { name: 'cosine' },
    { name: 'linearWarmup', warmupSteps: 5 },
    { name: 'oneCycle', totalSteps: 100 },
    { name: 'reduceOnPlateau', patience: 2 },
    { patience: 3, minDelta: 0, restoreBestWeights: false },
  ]);
});

test('every optimizer and every schedule trains', async () => {
  for (const optimizer of [sgd(), rmsprop(), adagrad(), adam(), adamW()]) {
    await network().fit(X, Y, { ...options, optimizer });
  }
  for (const learningRateSchedule of [
    schedules.constant(),
    schedules.step({ decaySteps: 1, decayRate: 0.5 }),
    schedules.exponential({ decaySteps: 1, decayRate: 0.5 }),
    schedules.cosine(),
    schedules.linearWarmup({ warmupSteps: 2 }),
    schedules.oneCycle(),
    schedules.reduceOnPlateau(),
  ]) {
    await network().fit(X, Y, { ...options, epochs: 2, learningRateSchedule });
  }
});

describe('what is wrong gets one sentence', () => {
  const sentence = async (attempt: () => unknown): Promise<string> => {
    try {
      await attempt();
    } catch (error) {
      expect((error as RunError).name).toBe('RunError');
      return (error as RunError).message;
    }
    return 'nothing was refused';
  };
  const whole = 'a whole number from 1 to 268435456.';

  // prettier-ignore
  const models: [name: string, make: () => unknown, sentence: string][] = [
    ['no layers', () => sequential([], { inputs: 2 }), 'model.layers: found a list of 0, expected at least one layer.'],
    ['a layer of another kind', () => sequential([{ type: 'conv' } as never], { inputs: 2 }), 'model.layers[0].type: found "conv", expected one of "dense", "dropout", "batchNormalization", "layerNormalization", "activation".'],
    ['an unknown option of a layer', () => sequential([dense(2, { unit: 3 } as never)], { inputs: 2 }), 'model.layers[0].unit: found an unknown field, expected one of type, units, activation, useBias, kernelInitializer, kernelRegularizer.'],
    ['half a unit', () => sequential([dense(1.5)], { inputs: 2 }), `model.layers[0].units: found 1.5, expected ${whole}`],
    ['no inputs', () => sequential([dense(2)], {} as never), `inputs: found nothing, expected ${whole}`],
    ['inputs that are no number', () => sequential([dense(2)], { inputs: '2' as never }), `inputs: found "2", expected ${whole}`],
    ['no options', () => (sequential as (layers: unknown) => unknown)([dense(2)]), 'options: found nothing, expected an object.'],
    ['an unknown option', () => sequential([dense(2)], { inputs: 2, name: 'mine' } as never), 'name: found an unknown option, expected one of inputs, seed.'],
    ['a seed below 0', () => sequential([dense(2)], { inputs: 2, seed: -1 }), 'model.seed: found -1, expected a whole number from 0 to 4294967295.'],
    ['softmax over one', () => sequential([dense(1, { activation: 'softmax' })], { inputs: 2 }), 'model.layers[0].activation: found "softmax" over 1 unit, expected at least 2 units, since softmax of one is always 1 (or "sigmoid").'],
    ['a kernel larger than any device', () => sequential([dense(20000)], { inputs: 20000 }), 'model.layers[0].units: found 20000, a kernel of 400,020,000 values, expected a kernel of at most 268,435,456.'],
    ['weights that are no list', () => network().setWeights({} as never), 'model.weights: found an object, expected a list, one per layer.'],
    ['weights that are nothing', () => network().setWeights(undefined as never), 'model.weights: found nothing, expected a list, one per layer.'],
    ['options that are a number', () => adam(0.1 as never), 'adam: found 0.1, expected an object with options, as in adam({ … }).'],
    ['options that are a name', () => dense(3, 'relu' as never), 'dense: found "relu", expected an object with options, as in dense({ … }).'],
    ['options of a schedule that are a number', () => schedules.cosine(100 as never), 'schedules.cosine: found 100, expected an object with options, as in schedules.cosine({ … }).'],
    ['options of early stopping that are a number', () => earlyStopping(5 as never), 'earlyStopping: found 5, expected an object with options, as in earlyStopping({ … }).'],
    ['weights of too few layers', () => network().setWeights([]), 'model.weights: found weights of 0 layers, expected 1, one for each layer.'],
    ['a layer of weights that is none', () => network().setWeights([[1] as never]), 'model.weights[0]: found a list of 1, expected an object with the weights of the layer, by name.'],
    ['a kernel of another shape', () => network().setWeights([{ kernel: [[1, 2, 3]], bias: [0, 0, 0] }]), 'model.weights[0].kernel: found 1 row, expected 2, one for each input of the layer.'],
    ['a bias that is missing', () => network().setWeights([{ kernel: [[1, 2, 3], [1, 2, 3]] }]), 'model.weights[0].bias: found nothing, expected 3 numbers (or "useBias": false in model.layers[0]).'],
    ['a bias of two rows', () => network().setWeights([{ kernel: [[1, 2, 3], [1, 2, 3]], bias: { rows: 2, columns: 3, values: new Float64Array(6) } }]), 'model.weights[0].bias: found 2 rows, expected one row.'],
    ['a weight nobody knows', () => network().setWeights([{ kernl: [1] } as never]), 'model.weights[0].kernl: found an unknown field, expected one of kernel, bias, gamma, beta, movingMean, movingVariance.'],
    ['a document before anything is known', () => network().toRun(), 'training: found nothing, expected that of a fit before, or toRun({ data, training }).'],
    ['a document without data', () => network().toRun({ training: { loss: 'meanSquaredError' } }), 'data: found nothing, expected that of a fit before, or toRun({ data, training }).'],
    ['a document of wrong data', () => network().toRun({ data: { x: X, y: [1] }, training: { loss: 'meanSquaredError' } }), 'data.y: found 1 number, expected 3 or 9: 1 or 3 for each row of data.x.'],
  ];
  test.each(models)('%s', async (_, make, want) => expect(await sentence(make)).toBe(want));

  const shape = 'expected [rows, columns] or [rows], whole numbers of at least 1.';
  const forms = 'expected rows of numbers, a typed array, or { data, shape }.';
  // prettier-ignore
  const data: [name: string, x: unknown, y: unknown, sentence: string][] = [
    ['no y', X, undefined, `y: found nothing, ${forms}`],
    ['x that is no data', 'abc', Y, `x: found "abc", ${forms}`],
    ['x that is null', null, Y, `x: found null, ${forms}`],
    ['x that is an object', { rows: 3 }, Y, `x: found an object, ${forms}`],
    ['no rows', [], Y, 'x: found no rows, expected at least one.'],
    ['an empty typed array', new Float32Array(), Y, 'x: found no rows, expected at least one.'],
    ['an empty row', [[], []], Y, 'x[0]: found an empty row, expected at least one number.'],
    ['ragged rows', [[1, 2], [3]], Y, 'x[1]: found 1 number, expected 2, as in x[0].'],
    ['a number among rows', [[1, 2], 3], Y, 'x[1]: found 3, expected a list of numbers.'],
    ['rows of another width', [[1], [2], [3]], Y, 'x: found 1 column, expected 2, the inputs of the model.'],
    ['a typed array that does not divide', new Float32Array(7), Y, 'x: found 7 numbers, expected a multiple of 2, the inputs of the model.'],
    ['NaN in rows', [[1, 2], [3, NaN], [5, 6]], Y, 'x[1][1]: found NaN, expected a finite number (float32).'],
    ['NaN in a typed array', Float32Array.of(1, 2, 3, NaN), Y, 'x[3]: found NaN, expected a finite number (float32).'],
    ['text in a flat list', [1, '2'], Y, 'x[1]: found "2", expected a finite number (float32).'],
    ['more than float32 can hold', Float64Array.of(1e39, 1), Y, 'x[0]: found 1e+39, expected a finite number (float32).'],
    ['big integers', BigInt64Array.of(1n, 2n), Y, 'x[0]: found a bigint, expected a finite number (float32).'],
    ['a shape of three', { data: new Float32Array(6), shape: [1, 3, 2] }, Y, `x.shape: found [1, 3, 2], ${shape}`],
    ['a shape of nothing', { data: new Float32Array(6), shape: [0, 2] }, Y, `x.shape: found [0, 2], ${shape}`],
    ['a shape that is none', { data: new Float32Array(6), shape: 6 }, Y, `x.shape: found 6, ${shape}`],
    ['a shape of another size', { data: new Float32Array(6), shape: [2, 2] }, Y, 'x.data: found 6 numbers, expected 4, for 2 rows of 2 numbers.'],
    ['a shape without data', { data: 3, shape: [2, 2] }, Y, 'x.data: found 3, expected a typed array, or a flat list of numbers.'],
    ['nested data with a shape', { data: X, shape: [3, 2] }, Y, 'x.data: found a list of 3, expected a typed array, or a flat list of numbers.'],
    ['a matrix without its sizes', { values: new Float64Array(6) }, Y, `x: found an object, ${forms}`],
    ['fewer targets', X, [[1, 0, 0]], 'y: found 1 row, expected 3, one for each row of x.'],
    ['fewer flat targets', X, [1, 0], 'y: found 2 numbers, expected 3 or 9: 1 or 3 for each row of x.'],
    ['targets of another width', X, [1, 0, 2], 'y[0]: found 1 number, expected 3, the units of the last layer.'],
  ];
  test.each(data)('data: %s', async (_, x, y, want) => {
    expect(await sentence(() => network().fit(x as Data, y as Data, options))).toBe(want);
  });

  const names =
    'expected one of loss, optimizer, learningRateSchedule, clipNorm, clipValue, epochs, batchSize, ' +
    'gradientAccumulationSteps, shuffle, validationSplit, classWeight, metrics, earlyStopping, validationData, ' +
    'sampleWeight, callbacks, signal, verify, schedule, tune, onProgress, onRecovery, checkpoint, resume, onCheckpoint, onCheckpointError, onResume, ' +
    'backend, gpu.';
  const hooks =
    'expected earlyStopping({ … }), or an object with one of onTrainBegin, onEpochBegin, onEpochEnd, onTrainEnd.';
  // prettier-ignore
  const fits: [name: string, options: Record<string, unknown>, sentence: string][] = [
    ['an unknown option', { epoch: 3 }, `epoch: found an unknown option, ${names}`],
    ['an unknown option with a name of its own', { 'a "b"': 3 }, `["a \\"b\\""]: found an unknown option, ${names}`],
    ['no loss', { loss: undefined }, 'training.loss: found nothing, expected one of "halfSumSquaredError", "meanSquaredError", "meanAbsoluteError", "binaryCrossentropy", "categoricalCrossentropy", "sparseCategoricalCrossentropy", "huber".'],
    ['no epochs', { epochs: 0 }, 'training.epochs: found 0, expected a whole number from 1 to 1000000.'],
    ['an unknown optimizer', { optimizer: 'adamm' }, 'training.optimizer: found "adamm", expected one of "sgd", "rmsprop", "adagrad", "adam", "adamW".'],
    ['a wrong option of an optimizer', { optimizer: sgd({ momentum: 1 }) }, 'training.optimizer.momentum: found 1, expected a finite number of at least 0 and below 1 (float32).'],
    ['a schedule without its steps', { learningRateSchedule: schedules.step({ decayRate: 0.5 } as never) }, 'training.learningRateSchedule.decaySteps: found nothing, expected a whole number from 1 to 2147483647.'],
    ['two clippings', { clipNorm: 1, clipValue: 1 }, 'training.clipValue: found 1 beside clipNorm, expected one of the two.'],
    ['an unknown metric', { metrics: ['acc'] }, 'training.metrics[0]: found "acc", expected one of "accuracy", "binaryAccuracy", "categoricalAccuracy", "sparseCategoricalAccuracy", "precision", "recall", "f1Score", "auc", "confusionMatrix", "meanAbsoluteError", "meanSquaredError", "rootMeanSquaredError", "r2Score", "topKCategoricalAccuracy".'],
    ['a crossentropy without softmax', { loss: 'categoricalCrossentropy' }, 'training.loss: found "categoricalCrossentropy" after a last layer with the activation "linear", expected "softmax" there, whose outputs are probabilities.'],
    ['validation data that is one row', { validationData: X[0] }, 'validationData.x: found 1, expected rows of numbers, a typed array, or { data, shape }.'],
    ['validation data that is an object', { validationData: { x: X, y: Y } }, 'validationData: found an object, expected [x, y] or [x, y, sampleWeight].'],
    ['validation data of another width', { validationData: [[[1]], Y] }, 'validationData.x: found 1 column, expected 2, the inputs of the model.'],
    ['validation targets of another length', { validationData: [X, [[1, 2, 3]]] }, 'validationData.y: found 1 row, expected 3, one for each row of validationData.x.'],
    ['validation weights of another length', { validationData: [X, Y, [1]] }, 'validationData.sampleWeight: found 1 number, expected 3, one for each row of validationData.x.'],
    ['two validations', { validationData: [X, Y], validationSplit: 0.5 }, 'training.validationSplit: found 0.5 beside validationData.x, expected one of the two.'],
    ['weights of too few rows', { sampleWeight: [1] }, 'sampleWeight: found 1 number, expected 3, one for each row of x.'],
    ['weights below 0', { sampleWeight: Float32Array.of(1, -1, 1) }, 'sampleWeight[1]: found -1, expected a number of at least 0.'],
    ['weights that are none', { sampleWeight: 'all' }, 'sampleWeight: found "all", expected a list of numbers, one for each row of x.'],
    ['weights of classes without any', { classWeight: { 0: 2 } }, 'training.classWeight: found weights of classes for meanSquaredError, expected none, or a crossentropy.'],
    ['an unknown backend', { backend: 'gpu' }, 'backend: found "gpu", expected one of "auto", "webgpu", "cpu".'],
    ['a GPU that is none', { gpu: true }, 'gpu: found true, expected navigator.gpu, or the gpu of openNodeGpu().'],
    ['a GPU that is null', { gpu: null }, 'gpu: found null, expected navigator.gpu, or the gpu of openNodeGpu().'],
    ['a signal that is null', { signal: null }, 'signal: found null, expected the signal of an AbortController.'],
    ['a signal that is none', { signal: new AbortController() }, 'signal: found an object, expected the signal of an AbortController.'],
    ['verify that is no boolean', { verify: 'yes' }, 'verify: found "yes", expected one of "off", "sample", "every", or true or false.'],
    ['tune that is no store', { tune: 'yes' }, 'tune: found "yes", expected true, false, or a store with read() and write(text).'],
    ['onProgress that is no function', { onProgress: {} }, 'onProgress: found an object, expected a function.'],
    ['onRecovery that is no function', { onRecovery: 3 }, 'onRecovery: found 3, expected a function.'],
    ['callbacks that are no list', { callbacks: {} }, 'callbacks: found an object, expected a list of callbacks.'],
    ['a callback that is a function', { callbacks: [() => 1] }, `callbacks[0]: found a function, ${hooks}`],
    ['a callback without anything known', { callbacks: [{ onEpoch: () => 1 }] }, `callbacks[0]: found an object with "onEpoch", ${hooks}`],
    ['a callback that is early stopping too', { callbacks: [{ patience: 2, onEpochEnd: () => 1 }] }, `callbacks[0]: found both in one object, ${hooks}`],
    ['a callback without anything', { callbacks: [{}] }, `callbacks[0]: found an object without any, ${hooks}`],
    ['a callback that is no function', { callbacks: [{ onEpochEnd: 1 }] }, 'callbacks[0].onEpochEnd: found 1, expected a function.'],
    ['two early stoppings', { callbacks: [earlyStopping(), earlyStopping()] }, 'callbacks[1]: found a second early stopping, expected at most one.'],
    ['early stopping here and there', { callbacks: [earlyStopping()], earlyStopping: {} }, 'earlyStopping: found one beside that in callbacks, expected one of the two.'],
    ['an unknown option of early stopping', { callbacks: [earlyStopping({ patiense: 1 } as never)] }, 'training.earlyStopping.patiense: found an unknown field, expected one of monitor, patience, minDelta, restoreBestWeights.'],
    ['early stopping on what is not measured', { earlyStopping: { monitor: 'val_loss' } }, 'training.earlyStopping.monitor: found "val_loss" without validation data, expected "loss".'],
  ];
  test.each(fits)('fit: %s', async (_, wrong, want) => {
    expect(await sentence(() => network().fit(X, Y, { ...options, ...wrong } as FitOptions))).toBe(want);
  });

  // prettier-ignore
  const calls: [name: string, call: (model: Model) => unknown, sentence: string][] = [
    ['options that are none', (model) => model.fit(X, Y, 3 as never), 'options: found 3, expected an object.'],
    ['a fit with nothing before it', (model) => model.fit(options), 'x: found nothing, expected the data to train on, or a training before to repeat.'],
    ['an unknown option of evaluate', (model) => model.evaluate(X, Y, { epochs: 1 } as never), 'epochs: found an unknown option, expected one of loss, metrics, batchSize, sampleWeight, verify, backend, gpu.'],
    ['evaluate without a loss', (model) => model.evaluate(X, Y), 'training.loss: found nothing, expected one of "halfSumSquaredError", "meanSquaredError", "meanAbsoluteError", "binaryCrossentropy", "categoricalCrossentropy", "sparseCategoricalCrossentropy", "huber".'],
    ['evaluate of other rows', (model) => model.evaluate(X, [[1, 2, 3]], { loss: 'meanSquaredError' }), 'y: found 1 row, expected 3, one for each row of x.'],
    ['an unknown option of predict', (model) => model.predict(X, { batchSize: 3 } as never), 'batchSize: found an unknown option, expected one of backend, gpu.'],
    ['predict of another width', (model) => model.predict([[1]]), 'x: found 1 column, expected 2, the inputs of the model.'],
    ['an unknown option of toRun', (model) => model.toRun({ x: X } as never), 'x: found an unknown option, expected one of data, training.'],
  ];
  test.each(calls)('%s', async (_, call, want) => expect(await sentence(() => call(network()))).toBe(want));
});
