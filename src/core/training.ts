/**
 * The training of a run: loss, optimizer, schedule of the learning rate, batches, metrics, early stopping.
 * Types, and the schemas that fill in the defaults (those of Keras). What fits the data and the model is
 * checked in task-checks.ts.
 */
import * as v from 'valibot';
import type { WithDefaults } from './model.js';
import { choiceText, finite, flag, noList, object, oneOf, optionsObject, tagged, whole } from './run-checks.js';

const PLAIN_LOSSES = [
  'halfSumSquaredError',
  'meanSquaredError',
  'meanAbsoluteError',
  'binaryCrossentropy',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
] as const;

/**
 * What is made small. `halfSumSquaredError` is ½ Σ (ŷ − y)² over batch and outputs. The others are means over the
 * batch; meanSquaredError, meanAbsoluteError, huber and binaryCrossentropy over the outputs too.
 */
export type Loss =
  | { readonly name: (typeof PLAIN_LOSSES)[number] }
  /** ½ e² up to |e| = delta, then delta · (|e| − ½ delta). */
  | { readonly name: 'huber'; readonly delta: number };

/** What every optimizer has. Each steps exactly as torch's of that name does. */
interface OptimizerBase {
  readonly learningRate: number;
  /** Decoupled, as in AdamW and Keras: before its step each weight loses learningRate · weightDecay of itself. */
  readonly weightDecay: number;
}

/** Gradient descent, with or without momentum. */
export interface Sgd extends OptimizerBase {
  readonly name: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Hinton's: v ← rho · v + (1 − rho) · g²; w ← w − learningRate · g / (√v + epsilon). */
export interface RmsProp extends OptimizerBase {
  readonly name: 'rmsprop';
  readonly rho: number;
  readonly epsilon: number;
}

/** Duchi, Hazan & Singer (2011): a ← a + g²; w ← w − learningRate · g / (√a + epsilon). */
export interface Adagrad extends OptimizerBase {
  readonly name: 'adagrad';
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
}

/** Kingma & Ba (2015); adamW is the same with a weight decay by default (Loshchilov & Hutter, 2019). */
export interface Adam extends OptimizerBase {
  readonly name: 'adam' | 'adamW';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** An optimizer with every default filled in. */
export type Optimizer = Sgd | RmsProp | Adagrad | Adam;

/**
 * How the learning rate changes, as a factor of the optimizer's, with t the updates done before this one (less the
 * warm-up's). Where `decaySteps` or `totalSteps` is left out it is the whole training.
 */
export type LearningRateSchedule =
  | { readonly name: 'constant'; readonly warmupSteps: number }
  /** decayRate ^ ⌊t / decaySteps⌋ */
  | {
      readonly name: 'step';
      readonly decaySteps: number;
      readonly decayRate: number;
      readonly warmupSteps: number;
    }
  /** decayRate ^ (t / decaySteps) */
  | {
      readonly name: 'exponential';
      readonly decaySteps: number;
      readonly decayRate: number;
      readonly warmupSteps: number;
    }
  /** From 1 along half a cosine to alpha. Loshchilov & Hutter (2017), without restarts. */
  | {
      readonly name: 'cosine';
      readonly decaySteps?: number | undefined;
      readonly alpha: number;
      readonly warmupSteps: number;
    }
  /** (t + 1) / warmupSteps up to 1, then 1. */
  | { readonly name: 'linearWarmup'; readonly warmupSteps: number }
  /** From 1 / divFactor up to 1 in the share pctStart of the steps, then down to 1 / (divFactor · finalDivFactor). */
  | {
      readonly name: 'oneCycle';
      readonly totalSteps?: number | undefined;
      readonly pctStart: number;
      readonly divFactor: number;
      readonly finalDivFactor: number;
    }
  /** Times `factor` whenever `monitor` has not fallen by more than minDelta for `patience` epochs. */
  | {
      readonly name: 'reduceOnPlateau';
      /** Default `val_loss`, or `loss` where there is no validation data. */
      readonly monitor?: 'loss' | 'val_loss' | undefined;
      readonly factor: number;
      readonly patience: number;
      readonly minDelta: number;
      readonly cooldown: number;
      readonly minLearningRate: number;
    };

const PLAIN_METRICS = [
  'accuracy',
  'binaryAccuracy',
  'categoricalAccuracy',
  'sparseCategoricalAccuracy',
  'precision',
  'recall',
  'f1Score',
  'auc',
  'confusionMatrix',
  'meanAbsoluteError',
  'meanSquaredError',
  'rootMeanSquaredError',
  'r2Score',
] as const;

/** What is measured beside the loss. `accuracy` is the binary, categorical or sparse one, by outputs and loss. */
export type Metric =
  | { readonly name: (typeof PLAIN_METRICS)[number] }
  /** Whether the true class is among the k most likely. */
  | { readonly name: 'topKCategoricalAccuracy'; readonly k: number };

/** When a training ends before its last epoch: once what is watched has not become better for a while. */
export interface EarlyStopping {
  /** A key of the history. Default `val_loss`, or `loss` where there is no validation data. */
  readonly monitor?: string | undefined;
  /** Epochs without an improvement of more than minDelta after which the training ends. */
  readonly patience: number;
  readonly minDelta: number;
  /** Whether the weights of the best epoch are put back at the end. */
  readonly restoreBestWeights: boolean;
}

/** How to train, with every default filled in. */
export interface TrainingSettings {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly learningRateSchedule: LearningRateSchedule;
  /** Gradients longer than this, over all weights together, are shortened to it. */
  readonly clipNorm?: number | undefined;
  /** Each gradient value is held within ±clipValue. */
  readonly clipValue?: number | undefined;
  readonly epochs: number;
  /** Rows of a batch; the last batch of an epoch may be short. Default 32, or all rows where there are fewer. */
  readonly batchSize?: number | undefined;
  /** Batches whose gradients make one update: that of one batch of so many times the rows. */
  readonly gradientAccumulationSteps: number;
  /** Whether each epoch takes the rows in another order, which follows from model.seed and the epoch. */
  readonly shuffle: boolean;
  /** The share of the rows, from the end, that are held back from training and measured after each epoch. */
  readonly validationSplit: number;
  /** How much a row counts in the loss, by the class in its targets. Classes that are not named count 1. */
  readonly classWeight?: Readonly<Record<string, number>> | undefined;
  readonly metrics: readonly Metric[];
  readonly earlyStopping?: EarlyStopping | undefined;
}

/** A training as a person writes it. A bare name stands for a record whose other fields have their defaults. */
export interface TrainingDocument extends Partial<
  Omit<TrainingSettings, 'loss' | 'optimizer' | 'learningRateSchedule' | 'metrics' | 'earlyStopping'>
> {
  readonly loss: Loss['name'] | WithDefaults<Loss>;
  readonly optimizer?: Optimizer['name'] | WithDefaults<Optimizer>;
  readonly learningRateSchedule?: LearningRateSchedule['name'] | WithDefaults<LearningRateSchedule>;
  readonly metrics?: readonly (Metric['name'] | WithDefaults<Metric>)[];
  readonly earlyStopping?: Partial<EarlyStopping> | undefined;
}

/** A report of more would be longer than a string can be. */
const MAX_EPOCHS = 1_000_000;
const MAX_STEPS = 2 ** 31 - 1;
export const DEFAULT_BATCH_SIZE = 32;

export const LOSS_NAMES: readonly Loss['name'][] = [...PLAIN_LOSSES, 'huber'];

const loss = tagged(
  'name',
  [
    object({ name: v.picklist(PLAIN_LOSSES) }),
    object({ name: v.literal('huber'), delta: v.optional(finite({ above: 0 }), 1) }),
  ],
  choiceText(LOSS_NAMES),
);

const nonNegative = (fallback: number) => v.optional(finite({ atLeast: 0 }), fallback);
const share = (fallback: number) => v.optional(finite({ atLeast: 0, below: 1 }), fallback);
// Keras's; torch's is 1e-8. Zero would divide by zero where a gradient has been zero from the start.
const epsilon = v.optional(finite({ atLeast: 1e-37 }), 1e-7);
const adam = { beta1: share(0.9), beta2: share(0.999), epsilon };

export const OPTIMIZER_NAMES: readonly Optimizer['name'][] = ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamW'];

const optimizer = tagged(
  'name',
  [
    object({
      name: v.literal('sgd'),
      learningRate: nonNegative(0.01),
      momentum: share(0),
      nesterov: v.optional(flag, false),
      weightDecay: nonNegative(0),
    }),
    object({
      name: v.literal('rmsprop'),
      learningRate: nonNegative(0.001),
      rho: share(0.9),
      epsilon,
      weightDecay: nonNegative(0),
    }),
    object({
      name: v.literal('adagrad'),
      learningRate: nonNegative(0.001),
      initialAccumulatorValue: nonNegative(0.1),
      epsilon,
      weightDecay: nonNegative(0),
    }),
    object({ name: v.literal('adam'), learningRate: nonNegative(0.001), ...adam, weightDecay: nonNegative(0) }),
    object({ name: v.literal('adamW'), learningRate: nonNegative(0.001), ...adam, weightDecay: nonNegative(0.004) }),
  ],
  choiceText(OPTIMIZER_NAMES),
);

const steps = whole(1, MAX_STEPS);
const warmupSteps = v.optional(whole(0, MAX_STEPS), 0);
const decayRate = finite({ above: 0, atMost: 1 });

export const SCHEDULE_NAMES: readonly LearningRateSchedule['name'][] = [
  'constant',
  'step',
  'exponential',
  'cosine',
  'linearWarmup',
  'oneCycle',
  'reduceOnPlateau',
];

const learningRateSchedule = tagged(
  'name',
  [
    object({ name: v.literal('constant'), warmupSteps }),
    object({ name: v.literal('step'), decaySteps: steps, decayRate, warmupSteps }),
    object({ name: v.literal('exponential'), decaySteps: steps, decayRate, warmupSteps }),
    object({
      name: v.literal('cosine'),
      decaySteps: v.optional(steps),
      alpha: v.optional(finite({ atLeast: 0, atMost: 1 }), 0),
      warmupSteps,
    }),
    object({ name: v.literal('linearWarmup'), warmupSteps: steps }),
    object({
      name: v.literal('oneCycle'),
      totalSteps: v.optional(whole(2, MAX_STEPS)),
      pctStart: v.optional(finite({ above: 0, below: 1 }), 0.3),
      divFactor: v.optional(finite({ atLeast: 1 }), 25),
      finalDivFactor: v.optional(finite({ atLeast: 1 }), 1e4),
    }),
    object({
      name: v.literal('reduceOnPlateau'),
      monitor: v.optional(oneOf(['loss', 'val_loss'])),
      factor: v.optional(finite({ above: 0, below: 1 }), 0.1),
      patience: v.optional(whole(1, MAX_EPOCHS), 10),
      minDelta: nonNegative(1e-4),
      cooldown: v.optional(whole(0, MAX_EPOCHS), 0),
      minLearningRate: nonNegative(0),
    }),
  ],
  choiceText(SCHEDULE_NAMES),
);

export const METRIC_NAMES: readonly Metric['name'][] = [...PLAIN_METRICS, 'topKCategoricalAccuracy'];

const metric = tagged(
  'name',
  [
    object({ name: v.picklist(PLAIN_METRICS) }),
    object({ name: v.literal('topKCategoricalAccuracy'), k: v.optional(whole(1, MAX_STEPS), 5) }),
  ],
  choiceText(METRIC_NAMES),
);

const CLASS_WEIGHTS = 'an object with a number for each class';

const trainingObject = object({
  loss,
  optimizer: v.optional(optimizer, 'rmsprop'),
  learningRateSchedule: v.optional(learningRateSchedule, 'constant'),
  clipNorm: v.optional(finite({ above: 0 })),
  clipValue: v.optional(finite({ above: 0 })),
  epochs: v.optional(whole(1, MAX_EPOCHS), 1),
  batchSize: v.optional(whole(1, MAX_STEPS)),
  gradientAccumulationSteps: v.optional(whole(1, MAX_STEPS), 1),
  shuffle: v.optional(flag, true),
  validationSplit: v.optional(finite({ atLeast: 0, below: 1 }), 0),
  classWeight: v.optional(v.pipe(noList(CLASS_WEIGHTS), v.record(v.string(), finite({ atLeast: 0 }), CLASS_WEIGHTS))),
  metrics: v.optional(v.array(metric, 'a list of metrics')),
  earlyStopping: v.optional(
    optionsObject({
      monitor: v.optional(v.string('a key of the history')),
      patience: v.optional(whole(0, MAX_EPOCHS), 0),
      minDelta: nonNegative(0),
      restoreBestWeights: v.optional(flag, false),
    }),
  ),
});

/** The tutorial prints the mean absolute error beside its loss, so that loss brings it where nothing is said. */
const TUTORIAL_METRICS: readonly Metric[] = [{ name: 'meanAbsoluteError' }];

export const trainingSchema = v.pipe(
  trainingObject,
  v.transform((training): TrainingSettings => {
    const metrics = training.metrics ?? (training.loss.name === 'halfSumSquaredError' ? TUTORIAL_METRICS : []);
    return { ...training, metrics };
  }),
);
