/**
 * Trainings that are broken off and gone on with: runs whose state has everything in it that a state can have,
 * and the bits of a result.
 */
import type { Run } from '../../src/core/run.js';
import type { Trained } from '../../src/core/trained.js';
import { flat } from './golden.js';
import { makeRun } from './runs.js';

export { type MemoryStore, memoryStore, newestIn } from './memory-store.js';

/** Everything that a training leaves, each number by its bits. */
export function bitsOf({ weights, predictions, ...rest }: Trained) {
  const { history, confusionMatrices, epochs, bestEpoch } = rest;
  const curves = Object.entries(history).map(([key, values]) => [key, bits(values)]);
  return {
    history: Object.fromEntries(curves) as Record<string, string>,
    ...{ confusionMatrices, epochs, bestEpoch },
    weights: bits(flat(weights)),
    predictions: bits(predictions.values),
  };
}

function bits(values: ArrayLike<number>): string {
  return Array.from(new Uint32Array(Float64Array.from(values).buffer), (word) => word.toString(16)).join(' ');
}

const classes = (count: number, rows: number) => (draw: () => number) => ({
  y: Array.from({ length: rows }, () => [Math.floor(count * draw())]),
  sampleWeight: Array.from({ length: rows }, () => 0.5 + draw()),
});

/** Between them every optimizer, every metric, and everything that lasts from one step to the next. */
export const RESUMED = {
  'classes, every layer, batches in groups, the best weights put back': makeRun({
    batch: 26,
    inputs: 3,
    layers: [
      { units: 6, activation: 'relu', kernelRegularizer: { l2: 1e-2 } },
      { type: 'batchNormalization', momentum: 0.8 },
      { type: 'dropout', rate: 0.3 },
      { units: 5, activation: 'tanh' },
      { type: 'layerNormalization' },
      { units: 3, activation: 'softmax' },
    ],
    epochs: 5,
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.05, weightDecay: 0.01 },
      learningRateSchedule: { name: 'cosine', warmupSteps: 3 },
      clipNorm: 1,
      batchSize: 4,
      gradientAccumulationSteps: 2,
      shuffle: true,
      validationSplit: 0.25,
      classWeight: { 0: 2 },
      metrics: [
        'accuracy',
        'sparseCategoricalAccuracy',
        'precision',
        'recall',
        'f1Score',
        'auc',
        'confusionMatrix',
        { name: 'topKCategoricalAccuracy', k: 2 },
      ],
      earlyStopping: { monitor: 'val_loss', patience: 4, restoreBestWeights: true },
    },
    data: classes(3, 26),
  }),

  'a regression whose learning rate falls on plateaus, and that ends early': makeRun({
    batch: 20,
    inputs: 4,
    layers: [{ units: 5, activation: 'silu' }, { type: 'dropout', rate: 0.2 }, { units: 2 }],
    epochs: 12,
    training: {
      loss: { name: 'huber', delta: 0.5 },
      optimizer: { name: 'rmsprop', learningRate: 0.1 },
      learningRateSchedule: { name: 'reduceOnPlateau', factor: 0.5, patience: 1, cooldown: 1, minDelta: 0.02 },
      clipValue: 0.05,
      batchSize: 8,
      shuffle: true,
      validationSplit: 0.2,
      metrics: ['meanAbsoluteError', 'meanSquaredError', 'rootMeanSquaredError', 'r2Score'],
      earlyStopping: { monitor: 'loss', patience: 2, minDelta: 0.01 },
    },
  }),

  'two classes, by momentum': makeRun({
    batch: 12,
    inputs: 3,
    layers: [
      { units: 4, activation: 'gelu' },
      { units: 1, activation: 'sigmoid' },
    ],
    epochs: 4,
    training: {
      loss: 'binaryCrossentropy',
      optimizer: { name: 'sgd', learningRate: 0.3, momentum: 0.9, nesterov: true },
      learningRateSchedule: { name: 'oneCycle' },
      batchSize: 5,
      shuffle: true,
      metrics: ['binaryAccuracy', 'precision', 'recall', 'auc', 'confusionMatrix'],
    },
    data: (draw) => ({
      y: Array.from({ length: 12 }, () => [Math.floor(2 * draw())]),
      validation: { x: [[0.1, 0.2, 0.3]], y: [[1]] },
    }),
  }),

  'one batch an epoch, whose last forward pass is the prediction': makeRun({
    batch: 6,
    inputs: 2,
    layers: [{ units: 3, activation: 'tanh' }, { units: 2 }],
    epochs: 6,
    training: {
      loss: 'meanSquaredError',
      optimizer: { name: 'adamW', learningRate: 0.05 },
      learningRateSchedule: { name: 'exponential', decaySteps: 2, decayRate: 0.9 },
      metrics: ['meanAbsoluteError'],
    },
  }),

  'one-hot classes, by adagrad': makeRun({
    batch: 9,
    inputs: 2,
    layers: [
      { units: 4, activation: 'elu' },
      { units: 3, activation: 'softmax' },
    ],
    epochs: 3,
    training: {
      loss: 'categoricalCrossentropy',
      optimizer: { name: 'adagrad', learningRate: 0.2 },
      learningRateSchedule: { name: 'step', decaySteps: 2, decayRate: 0.5 },
      batchSize: 2,
      gradientAccumulationSteps: 2,
      shuffle: false,
      metrics: ['categoricalAccuracy', 'f1Score'],
    },
    data: () => ({ y: Array.from({ length: 9 }, (_, row) => [0, 1, 2].map((c) => Number(c === row % 3))) }),
  }),
} as const satisfies Record<string, Run>;

export const CLASSES: Run = RESUMED['classes, every layer, batches in groups, the best weights put back'];
