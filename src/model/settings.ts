/**
 * Optimizers, learning-rate schedules and early stopping, each made by a call as in Keras. What comes back is the
 * record that stands in a run document, so it is JSON; it is checked when a model is trained with it.
 */
import type { WithDefaults } from '../core/model.js';
import type { Adagrad, Adam, EarlyStopping, LearningRateSchedule, RmsProp, Sgd } from '../core/training.js';
import { optionsOf } from './options-of.js';

type Options<T> = Partial<Omit<T, 'name'>>;
type Schedule<N extends LearningRateSchedule['name']> = Extract<LearningRateSchedule, { readonly name: N }>;

/** Gradient descent. Defaults: learningRate 0.01, momentum 0, nesterov false, weightDecay 0. */
export function sgd(options: Options<Sgd> = {}): WithDefaults<Sgd> {
  return { ...optionsOf('sgd', options), name: 'sgd' };
}

/** Defaults: learningRate 0.001, rho 0.9, epsilon 1e-7, weightDecay 0. */
export function rmsprop(options: Options<RmsProp> = {}): WithDefaults<RmsProp> {
  return { ...optionsOf('rmsprop', options), name: 'rmsprop' };
}

/** Defaults: learningRate 0.001, initialAccumulatorValue 0.1, epsilon 1e-7, weightDecay 0. */
export function adagrad(options: Options<Adagrad> = {}): WithDefaults<Adagrad> {
  return { ...optionsOf('adagrad', options), name: 'adagrad' };
}

/** Defaults: learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, weightDecay 0. */
export function adam(options: Options<Adam> = {}): WithDefaults<Adam> {
  return { ...optionsOf('adam', options), name: 'adam' };
}

/** Adam with a weight decay of 0.004 by default. */
export function adamW(options: Options<Adam> = {}): WithDefaults<Adam> {
  return { ...optionsOf('adamW', options), name: 'adamW' };
}

/**
 * How the learning rate changes over the updates of a training, as a factor of the optimizer's. Where `decaySteps`
 * or `totalSteps` may be left out, it is the whole training; `warmupSteps` is 0 by default.
 */
export const schedules = {
  /** The same all the time, after a warm-up if there is one. */
  constant: (options: Options<Schedule<'constant'>> = {}): WithDefaults<Schedule<'constant'>> => {
    return { ...optionsOf('schedules.constant', options), name: 'constant' };
  },
  /** decayRate ^ ⌊t / decaySteps⌋ */
  step: (options: Decay): WithDefaults<Schedule<'step'>> => {
    return { ...optionsOf('schedules.step', options), name: 'step' };
  },
  /** decayRate ^ (t / decaySteps) */
  exponential: (options: Decay): WithDefaults<Schedule<'exponential'>> => {
    return { ...optionsOf('schedules.exponential', options), name: 'exponential' };
  },
  /** From 1 along half a cosine to `alpha`, by default 0. */
  cosine: (options: Options<Schedule<'cosine'>> = {}): WithDefaults<Schedule<'cosine'>> => {
    return { ...optionsOf('schedules.cosine', options), name: 'cosine' };
  },
  /** (t + 1) / warmupSteps up to 1, then 1. */
  linearWarmup: (options: { readonly warmupSteps: number }): WithDefaults<Schedule<'linearWarmup'>> => {
    return { ...optionsOf('schedules.linearWarmup', options), name: 'linearWarmup' };
  },
  /** From 1 / divFactor (25) up to 1 in the share pctStart (0.3), down to 1 / (divFactor · finalDivFactor (1e4)). */
  oneCycle: (options: Options<Schedule<'oneCycle'>> = {}): WithDefaults<Schedule<'oneCycle'>> => {
    return { ...optionsOf('schedules.oneCycle', options), name: 'oneCycle' };
  },
  /**
   * Times `factor` (0.1) whenever `monitor` has not fallen by more than minDelta (1e-4) for `patience` (10) epochs;
   * then waits `cooldown` (0) epochs; never below minLearningRate (0).
   */
  reduceOnPlateau: (options: Options<Schedule<'reduceOnPlateau'>> = {}): WithDefaults<Schedule<'reduceOnPlateau'>> => {
    return { ...optionsOf('schedules.reduceOnPlateau', options), name: 'reduceOnPlateau' };
  },
} as const;

interface Decay {
  /** Updates, a whole number of at least 1. */
  readonly decaySteps: number;
  /** Above 0, at most 1. */
  readonly decayRate: number;
  readonly warmupSteps?: number;
}

/**
 * Ends the training when a value of the history has not become better for a while. For `fit`, among the callbacks or
 * as the option `earlyStopping`. Defaults: monitor `val_loss`, or `loss` without validation data; patience 0 epochs;
 * minDelta 0; restoreBestWeights false.
 */
export function earlyStopping(options: Partial<EarlyStopping> = {}): EarlyStopping {
  return { patience: 0, minDelta: 0, restoreBestWeights: false, ...optionsOf('earlyStopping', options) };
}
