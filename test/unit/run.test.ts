/** What parsing makes of a run that can be trained: every default filled in, and the same again of what it made. */
import { describe, expect, test } from 'vitest';
import { parseModel, parseRun, type RunDocument } from '../../src/core/run.js';
import { METRIC_NAMES, OPTIMIZER_NAMES, SCHEDULE_NAMES, type TrainingDocument } from '../../src/core/training.js';
import { article } from '../../src/runs/article.js';
import { RUNS } from './plan-runs.js';

const data = { x: [[1, 2]], y: [[3]] };
const model = { layers: [{ units: 1 }] };
const parsed = (training: Partial<TrainingDocument>) =>
  parseRun({ data, model, training: { loss: 'meanSquaredError', ...training } }).training;

describe('a run that can be trained', () => {
  test('keeps what it says and gets the defaults of Keras for the rest', () => {
    const run = parseRun({ data, model, training: { loss: 'meanSquaredError' } });
    expect(run).toStrictEqual({
      data,
      model: {
        seed: 0,
        layers: [
          {
            type: 'dense',
            units: 1,
            activation: 'linear',
            useBias: true,
            kernelInitializer: { name: 'glorotUniform' },
            kernelRegularizer: { l1: 0, l2: 0 },
          },
        ],
      },
      training: {
        loss: { name: 'meanSquaredError' },
        optimizer: { name: 'rmsprop', learningRate: 0.001, rho: 0.9, epsilon: 1e-7, weightDecay: 0 },
        learningRateSchedule: { name: 'constant', warmupSteps: 0 },
        epochs: 1,
        gradientAccumulationSteps: 1,
        shuffle: true,
        validationSplit: 0,
        metrics: [],
      },
    });
  });

  test('is a valid document again, also after a trip through JSON', () => {
    for (const [name, run] of Object.entries({ ...RUNS, article: parseRun(article) })) {
      expect([name, parseRun(run)]).toStrictEqual([name, run]);
      expect([name, parseRun(JSON.parse(JSON.stringify(run)))]).toStrictEqual([name, run]);
    }
  });

  test('is not changed by parsing', () => {
    const document = structuredClone(article);
    parseRun(document);
    expect(document).toEqual(article);
  });
});

describe('a bare name stands for a record with its defaults', () => {
  const optimizers = {
    sgd: { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 },
    rmsprop: { learningRate: 0.001, rho: 0.9, epsilon: 1e-7, weightDecay: 0 },
    adagrad: { learningRate: 0.001, initialAccumulatorValue: 0.1, epsilon: 1e-7, weightDecay: 0 },
    adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 },
    adamW: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
  };
  test.each(OPTIMIZER_NAMES)('the optimizer %s, as in Keras', (name) => {
    const want = { name, ...optimizers[name] };
    expect(parsed({ optimizer: name }).optimizer).toStrictEqual(want);
    expect(parsed({ optimizer: { name } }).optimizer).toStrictEqual(want);
    expect(parsed({ optimizer: { name, learningRate: 3 } }).optimizer).toStrictEqual({ ...want, learningRate: 3 });
  });

  const schedules: Record<string, object> = {
    constant: { warmupSteps: 0 },
    step: { decaySteps: 5, decayRate: 0.5, warmupSteps: 0 },
    exponential: { decaySteps: 5, decayRate: 0.5, warmupSteps: 0 },
    cosine: { alpha: 0, warmupSteps: 0 },
    linearWarmup: { warmupSteps: 3 },
    oneCycle: { pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 },
    reduceOnPlateau: { factor: 0.1, patience: 10, minDelta: 1e-4, cooldown: 0, minLearningRate: 0 },
  };
  const needed: Record<string, object> = {
    step: { decaySteps: 5, decayRate: 0.5 },
    exponential: { decaySteps: 5, decayRate: 0.5 },
    linearWarmup: { warmupSteps: 3 },
  };
  test.each(SCHEDULE_NAMES)('the schedule %s', (name) => {
    const document = { name, ...needed[name] } as NonNullable<TrainingDocument['learningRateSchedule']>;
    expect(parsed({ learningRateSchedule: document }).learningRateSchedule).toStrictEqual({ name, ...schedules[name] });
    if (needed[name]) return;
    const bare = name as 'constant' | 'cosine' | 'oneCycle' | 'reduceOnPlateau';
    expect(parsed({ learningRateSchedule: bare }).learningRateSchedule).toStrictEqual({ name, ...schedules[name] });
  });

  test('a loss', () => {
    expect(parsed({ loss: 'huber' }).loss).toStrictEqual({ name: 'huber', delta: 1 });
    expect(parsed({ loss: { name: 'huber', delta: 2 } }).loss).toStrictEqual({ name: 'huber', delta: 2 });
    expect(parsed({ loss: 'meanAbsoluteError' }).loss).toStrictEqual({ name: 'meanAbsoluteError' });
  });

  test('a metric, of which some say more', () => {
    const layers = [{ units: 9 }];
    const y = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]];
    const metrics = METRIC_NAMES.filter((name) => name !== 'sparseCategoricalAccuracy');
    const run = parseRun({ data: { ...data, y }, model: { layers }, training: { loss: 'meanSquaredError', metrics } });
    expect(run.training.metrics).toStrictEqual(
      metrics.map((name) => (name === 'topKCategoricalAccuracy' ? { name, k: 5 } : { name })),
    );
  });
});

test("the tutorial's loss brings the tutorial's metric, where no metrics are said", () => {
  expect(parsed({ loss: 'halfSumSquaredError' }).metrics).toEqual([{ name: 'meanAbsoluteError' }]);
  expect(parsed({ loss: 'halfSumSquaredError', metrics: [] }).metrics).toEqual([]);
  expect(parsed({ loss: 'halfSumSquaredError', metrics: ['r2Score'] }).metrics).toEqual([{ name: 'r2Score' }]);
});

test('early stopping has the defaults of Keras, and is none where nothing is said', () => {
  expect(parsed({ earlyStopping: {} }).earlyStopping).toStrictEqual({
    patience: 0,
    minDelta: 0,
    restoreBestWeights: false,
  });
  expect(parsed({}).earlyStopping).toBeUndefined();
});

test('layers have the defaults of Keras, and are dense where they do not say what they are', () => {
  const layers = [
    { units: 2, kernelRegularizer: { l1: 0.5 } },
    { type: 'dropout', rate: 0.5 },
    { type: 'batchNormalization' },
    { type: 'layerNormalization' },
    { type: 'activation', activation: 'relu' },
  ];
  expect(parseModel({ layers }).layers.map((layer) => ({ ...layer, kernelInitializer: undefined }))).toEqual([
    { type: 'dense', units: 2, activation: 'linear', useBias: true, kernelRegularizer: { l1: 0.5, l2: 0 } },
    { type: 'dropout', rate: 0.5 },
    { type: 'batchNormalization', momentum: 0.99, epsilon: 0.001 },
    { type: 'layerNormalization', epsilon: 0.001 },
    { type: 'activation', activation: 'relu' },
  ]);
});

test('data may have weights of rows, and rows to validate with', () => {
  const document: RunDocument = {
    data: { ...data, sampleWeight: [2], validation: { ...data, sampleWeight: [0] } },
    model,
    training: { loss: 'meanSquaredError' },
  };
  expect(parseRun(document).data).toStrictEqual(document.data);
});

test('what lies at the very edge is still a run', () => {
  const at = (training: Partial<TrainingDocument>) => () => parsed(training);
  expect(at({ epochs: 1_000_000 })).not.toThrow();
  expect(at({ batchSize: 2 ** 31 - 1, gradientAccumulationSteps: 2 ** 31 - 1 })).not.toThrow();
  expect(at({ optimizer: { name: 'sgd', learningRate: 0 } })).not.toThrow();
  expect(at({ optimizer: { name: 'adam', beta1: 0, beta2: 0 } })).not.toThrow();
  expect(
    at({ learningRateSchedule: { name: 'oneCycle', totalSteps: 2, divFactor: 1, finalDivFactor: 1 } }),
  ).not.toThrow();
  expect(at({ learningRateSchedule: { name: 'exponential', decaySteps: 1, decayRate: 1 } })).not.toThrow();
  expect(at({ learningRateSchedule: { name: 'cosine', alpha: 1 } })).not.toThrow();
  expect(() => parseModel({ seed: 2 ** 32 - 1, layers: [{ type: 'dropout', rate: 0 }, { units: 1 }] })).not.toThrow();
});

test('control: another document is another run', () => {
  expect(parsed({ epochs: 2 })).not.toEqual(parsed({ epochs: 3 }));
  expect(() => parsed({ epochs: 0 })).toThrow('training.epochs');
});
