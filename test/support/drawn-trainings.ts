/**
 * Small trainings drawn at random, between them with all that could change a bit from one time to the next: both schedules, dropout,
 * shuffles, batch normalization, every optimizer, short last batches, batches in groups, validation, learning rates that move.
 * A drawing is plain data that fast-check can print and make smaller; it trains nothing.
 */
import fc from 'fast-check';
import type { LayerDocument } from '../../src/core/model.js';
import type { Run } from '../../src/core/run.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { SCHEDULES, type Schedule } from '../../src/plan/plan.js';
import { makeRun } from './runs.js';

/** How many classes the targets have; 0 for numbers. */
type Kind = Omit<TrainingDocument, 'epochs'> & { readonly layers: readonly LayerDocument[]; readonly classes: number };

/** What hangs on the shaders' constants is said here and not drawn: a new shader for each training would take minutes to compile. */
const KINDS = {
  'numbers, by sgd': {
    ...{ classes: 0, layers: [{ units: 5, activation: 'tanh' }, { units: 2 }] },
    ...{ loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.02 }, clipNorm: 0.5 },
    ...{ learningRateSchedule: 'constant', metrics: ['meanAbsoluteError', 'r2Score'], gradientAccumulationSteps: 2 },
    ...{ shuffle: false, batchSize: 6 },
  },
  'two classes, by momentum': {
    ...{
      classes: 2,
      layers: [
        { units: 6, activation: 'relu' },
        { type: 'dropout', rate: 0.3 },
      ],
    },
    ...{ loss: 'binaryCrossentropy', optimizer: { name: 'sgd', learningRate: 0.02, momentum: 0.9, nesterov: true } },
    ...{ learningRateSchedule: 'oneCycle', batchSize: 4, metrics: ['accuracy', 'auc', 'confusionMatrix'] },
  },
  'classes, by adam': {
    classes: 3,
    layers: [
      { units: 5, useBias: false },
      { type: 'batchNormalization', momentum: 0.8 },
      { type: 'activation', activation: 'sigmoid' },
      { type: 'dropout', rate: 0.2 },
    ],
    ...{ loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'adam', learningRate: 0.02 }, validationSplit: 0.3 },
    ...{ learningRateSchedule: 'cosine', batchSize: 5, metrics: ['accuracy', 'f1Score'], gradientAccumulationSteps: 2 },
  },
  'numbers, by rmsprop': {
    ...{ classes: 0, layers: [{ units: 4, activation: 'gelu' }, { type: 'layerNormalization' }, { units: 1 }] },
    ...{ loss: 'huber', optimizer: { name: 'rmsprop', learningRate: 0.02 }, validationSplit: 0.3 },
    ...{ learningRateSchedule: { name: 'reduceOnPlateau', patience: 1, minDelta: 0.02 }, batchSize: 8 },
  },
  'classes, by adagrad': {
    ...{ classes: 3, layers: [{ units: 4, activation: 'elu', kernelRegularizer: { l1: 0.001, l2: 0.01 } }] },
    ...{ loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'adagrad', learningRate: 0.1 }, clipValue: 0.1 },
    ...{ learningRateSchedule: 'constant', validationSplit: 0.3, batchSize: 7 },
  },
} as const satisfies Record<string, Kind>;

const LAST: Readonly<Record<number, readonly LayerDocument[]>> = {
  0: [],
  2: [{ units: 1, activation: 'sigmoid' }],
  3: [{ units: 3, activation: 'softmax' }],
};

export interface Drawing {
  readonly schedule: Schedule;
  readonly kind: keyof typeof KINDS;
  /** Of the data, the first weights, the shuffle and the dropout. */
  readonly seed: number;
  readonly rows: number;
  readonly epochs: number;
  /** Where it is broken off, as a share of its updates. */
  readonly breakAt: number;
}

export const KIND_NAMES = Object.keys(KINDS) as readonly Drawing['kind'][];

export const drawings: fc.Arbitrary<Drawing> = fc.record({
  schedule: fc.constantFrom(...SCHEDULES),
  kind: fc.constantFrom(...KIND_NAMES),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  rows: fc.integer({ min: 15, max: 24 }),
  epochs: fc.integer({ min: 2, max: 4 }),
  breakAt: fc.double({ min: 0, max: 1, noNaN: true }),
});

export function runOf({ kind, seed, rows, epochs }: Drawing): Run {
  const { classes, layers, ...training }: Kind = KINDS[kind];
  return makeRun({
    ...{ batch: rows, inputs: 3, layers: [...layers, ...LAST[classes]!], epochs, seed },
    training,
    data: (draw) => (classes ? { y: Array.from({ length: rows }, () => [Math.floor(classes * draw())]) } : {}),
  });
}
