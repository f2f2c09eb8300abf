/**
 * What a caller wants to be told of a training, and the early stopping that may stand among it, as in Keras.
 */
import type { EpochReport } from '../core/trained.js';
import type { EarlyStopping } from '../core/training.js';
import { describe, quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import type { Training } from '../trainer/train.js';

/** How a training went: its history, what computed it, what was checked. The weights are the model's. */
export type FitResult = Omit<Training, 'predictions' | 'weights'>;

/**
 * Told of a training as it goes on. Each may return a promise; the training waits for it, and for one callback after
 * the other. What a callback throws ends the training: the model keeps the weights trained so far, and the training's
 * promise is rejected with it. A callback cannot await its own training, which waits for it; it can `stop()` it.
 */
export interface TrainingCallback {
  /** Before the first epoch. */
  onTrainBegin?(): unknown;
  /** Called before each epoch. @param epoch from 1 */
  onEpochBegin?(epoch: number): unknown;
  /** The model then has the weights of this epoch: `evaluate`, `predict`, `weights` and `toRun` take them. */
  onEpochEnd?(report: EpochReport): unknown;
  /** After a training that ended without an error, stopped or not; the model has its new weights. */
  onTrainEnd?(result: FitResult): unknown;
}

/** What stands in the option `callbacks`. */
export type Callback = TrainingCallback | Partial<EarlyStopping>;

const HOOKS = ['onTrainBegin', 'onEpochBegin', 'onEpochEnd', 'onTrainEnd'] as const;
const STOPPING = ['monitor', 'patience', 'minDelta', 'restoreBestWeights'] as const satisfies (keyof EarlyStopping)[];
const EXPECTED = `earlyStopping({ … }), or an object with one of ${HOOKS.join(', ')}`;

/** The callbacks to call, and the early stopping, if there is one. @throws RunError for anything else */
export function sortCallbacks(callbacks: unknown): {
  readonly hooks: readonly TrainingCallback[];
  readonly stopping: Partial<EarlyStopping> | undefined;
} {
  if (!Array.isArray(callbacks)) throw new RunError('callbacks', describe(callbacks), 'a list of callbacks');
  const hooks: TrainingCallback[] = [];
  let stopping: Partial<EarlyStopping> | undefined;
  callbacks.forEach((callback: unknown, i) => {
    const field = `callbacks[${i}]`;
    if (typeof callback !== 'object' || callback === null) throw new RunError(field, describe(callback), EXPECTED);
    const given = HOOKS.filter((hook) => (callback as Record<string, unknown>)[hook] !== undefined);
    for (const hook of given) {
      const value = (callback as Record<string, unknown>)[hook];
      if (typeof value !== 'function') throw new RunError(`${field}.${hook}`, describe(value), 'a function');
    }
    const isStopping = STOPPING.some((name) => name in callback);
    if (given.length > 0 && isStopping) throw new RunError(field, 'both in one object', EXPECTED);
    if (given.length > 0) hooks.push(callback);
    else if (!isStopping) {
      const names = Object.keys(callback).slice(0, 3).map(quoted).join(', ');
      throw new RunError(field, names ? `an object with ${names}` : 'an object without any', EXPECTED);
    } else if (stopping) throw new RunError(field, 'a second early stopping', 'at most one');
    else stopping = callback;
  });
  return { hooks, stopping };
}

/** Whether one of them wants to be told between two epochs, so that the second must wait. */
export function wantsEpochs(hooks: readonly TrainingCallback[]): boolean {
  return hooks.some((hook) => hook.onEpochBegin !== undefined || hook.onEpochEnd !== undefined);
}
