/**
 * The numbers that losses, optimizers and schedules have: what people call them, their defaults and what they may be. The defaults
 * are those of core/training.ts, which a test holds them to. Texts and numbers only.
 */
import type { LearningRateSchedule, Loss, Optimizer } from '../../../../core/training.js';

export interface Rule {
  readonly label: string;
  /** What it is where nothing is said; undefined: it must be said, and `first` is what it begins with. */
  readonly fallback: number | undefined;
  readonly first?: number;
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly above?: boolean;
  /** Rarely changed: shown under "More". */
  readonly isRare?: boolean;
}

export type Rules = Readonly<Record<string, Rule>>;

const rate = (fallback: number): Rule => ({ label: 'Learning rate', fallback, min: 0 });
const epsilon: Rule = { label: 'Epsilon', fallback: 1e-7, min: 1e-37, isRare: true };
const decay = (fallback: number): Rule => ({ label: 'Weight decay', fallback, min: 0, isRare: true });
const ADAM = {
  beta1: { label: 'Beta 1', fallback: 0.9, min: 0, max: 1, isRare: true },
  beta2: { label: 'Beta 2', fallback: 0.999, min: 0, max: 1, isRare: true },
  epsilon,
} satisfies Rules;

export const OPTIMIZERS: Readonly<Record<Optimizer['name'], { readonly text: string; readonly rules: Rules }>> = {
  sgd: {
    text: 'SGD',
    rules: {
      learningRate: rate(0.01),
      momentum: { label: 'Momentum', fallback: 0, min: 0, max: 1 },
      weightDecay: decay(0),
    },
  },
  rmsprop: {
    text: 'RMSprop',
    rules: {
      learningRate: rate(0.001),
      rho: { label: 'Rho', fallback: 0.9, min: 0, max: 1 },
      epsilon,
      weightDecay: decay(0),
    },
  },
  adagrad: {
    text: 'Adagrad',
    rules: {
      learningRate: rate(0.001),
      initialAccumulatorValue: { label: 'Accumulator’s start', fallback: 0.1, min: 0 },
      epsilon,
      weightDecay: decay(0),
    },
  },
  adam: { text: 'Adam', rules: { learningRate: rate(0.001), ...ADAM, weightDecay: decay(0) } },
  adamW: {
    text: 'AdamW',
    rules: { learningRate: rate(0.001), ...ADAM, weightDecay: { ...decay(0.004), isRare: false } },
  },
};

export const LOSSES: Readonly<Record<Loss['name'], { readonly text: string; readonly rules: Rules }>> = {
  binaryCrossentropy: { text: 'Binary crossentropy', rules: {} },
  categoricalCrossentropy: { text: 'Categorical crossentropy', rules: {} },
  sparseCategoricalCrossentropy: { text: 'Sparse categorical crossentropy', rules: {} },
  meanSquaredError: { text: 'Mean squared error', rules: {} },
  meanAbsoluteError: { text: 'Mean absolute error', rules: {} },
  halfSumSquaredError: { text: 'Half the sum of squares', rules: {} },
  huber: { text: 'Huber', rules: { delta: { label: 'Delta', fallback: 1, min: 0, above: true } } },
};

const warmupSteps: Rule = { label: 'Warm-up steps', fallback: 0, whole: true, min: 0 };
const DECAY = {
  decaySteps: { label: 'Decay steps', fallback: undefined, first: 1000, whole: true, min: 1 },
  decayRate: { label: 'Decay rate', fallback: undefined, first: 0.9, min: 0, above: true, max: 1 },
  warmupSteps,
} satisfies Rules;

export interface ScheduleEntry {
  readonly text: string;
  readonly rules: Rules;
  /** A number of steps that is the whole training's where nothing is said. */
  readonly span?: 'decaySteps' | 'totalSteps';
}

export const SCHEDULES: Readonly<Record<LearningRateSchedule['name'], ScheduleEntry>> = {
  constant: { text: 'Constant', rules: { warmupSteps } },
  step: { text: 'In steps', rules: DECAY },
  exponential: { text: 'Exponential', rules: DECAY },
  cosine: {
    text: 'Cosine',
    rules: { alpha: { label: 'Alpha (last share)', fallback: 0, min: 0, max: 1 }, warmupSteps },
    span: 'decaySteps',
  },
  linearWarmup: {
    text: 'Linear warm-up',
    rules: { warmupSteps: { label: 'Warm-up steps', fallback: undefined, first: 100, whole: true, min: 1 } },
  },
  oneCycle: {
    text: 'One cycle',
    rules: {
      pctStart: { label: 'Share that rises', fallback: 0.3, min: 0, above: true, max: 1 },
      divFactor: { label: 'First divisor', fallback: 25, min: 1 },
      finalDivFactor: { label: 'Last divisor', fallback: 1e4, min: 1 },
    },
    span: 'totalSteps',
  },
  reduceOnPlateau: {
    text: 'Lower on plateaus',
    rules: {
      factor: { label: 'Factor', fallback: 0.1, min: 0, above: true, max: 1 },
      patience: { label: 'Patience (epochs)', fallback: 10, whole: true, min: 1 },
      minDelta: { label: 'Least fall', fallback: 1e-4, min: 0 },
      cooldown: { label: 'Cooldown (epochs)', fallback: 0, whole: true, min: 0 },
      minLearningRate: { label: 'Least rate', fallback: 0, min: 0 },
    },
  },
};

export const STOPPING: Rules = {
  patience: { label: 'Patience (epochs)', fallback: 0, whole: true, min: 0 },
  minDelta: { label: 'Least improvement', fallback: 0, min: 0 },
};
