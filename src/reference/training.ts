/**
 * A whole training in float64, epoch by epoch: trained, measured, judged. What the trainer's numbers are held against
 * from the first to the last. How an epoch trains is in updates.ts.
 */
import { EarlyStopper } from '../core/early-stopping.js';
import { HistoryBuilder } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import { matrix } from '../core/matrix.js';
import { parseRun, type Run, type RunDocument } from '../core/run.js';
import { showsLastForward, type Task, taskOf } from '../core/task.js';
import { epochReport, type EpochReport, type Trained } from '../core/trained.js';
import { evaluateReference, predict } from './evaluate.js';
import { Updates } from './updates.js';
import { copyWeights } from '../core/layer-weights.js';

export interface ReferenceOptions {
  /** Asked before each update; true ends the training there, with what it has. */
  readonly isStopped?: (() => boolean) | undefined;
  /** Given a copy of the weights after each epoch, before its report. */
  readonly onWeights?: ((weights: LayerWeights[]) => void) | undefined;
  /** Whether predictions of the training rows are wanted. Default true. */
  readonly predicts?: boolean | undefined;
  /** Given, once before the first update, what the training is made of; it may be put to where it is to go on from. */
  readonly onStart?: ((progress: ReferenceProgress) => void) | undefined;
}

/** Everything that changes in a training; whole whenever the generator rests (saved.ts). */
export interface ReferenceProgress {
  readonly updates: Updates;
  readonly stopper: EarlyStopper | undefined;
  readonly built: HistoryBuilder;
  /** That are done. */
  epochs: number;
  /** The weights of the best epoch, where they are to be put back. */
  best: LayerWeights[] | undefined;
  /** Whether early stopping has ended it. */
  isOver: boolean;
}

/**
 * Gives the report of each epoch, and between two updates of one nothing, so that others may have a turn.
 * @throws TrainingError where a batch's loss is not a finite float32, or in the end a weight
 */
export function* referenceEpochs(
  task: Task,
  { isStopped = () => false, onWeights, predicts = true, onStart }: ReferenceOptions = {},
): Generator<EpochReport | undefined, Trained> {
  const { model, training, train, validation, batchSize } = task;
  const { earlyStopping } = training;
  const updates = new Updates(task);
  const stopper = earlyStopping && new EarlyStopper(earlyStopping, validation !== undefined);
  const built = new HistoryBuilder();
  const progress: ReferenceProgress = { updates, stopper, built, epochs: 0, best: undefined, isOver: false };
  onStart?.(progress);

  while (progress.epochs < training.epochs && !progress.isOver && !isStopped()) {
    const measured = yield* untilStopped(updates.trainEpoch(progress.epochs + 1), isStopped);
    if (!measured) break;
    const epoch = (progress.epochs += 1);
    const checked = validation && evaluateReference(model, training, updates.weights, validation, batchSize);
    const report = epochReport(epoch, measured, checked);
    built.add(report.logs, report.confusionMatrices);
    updates.endEpoch(report.logs);
    const verdict = stopper?.judge(epoch, report.logs);
    if (verdict?.isBest && earlyStopping?.restoreBestWeights) progress.best = copyWeights(updates.weights);
    onWeights?.(copyWeights(updates.weights));
    progress.isOver = verdict?.isEnough ?? false;
    yield report;
  }

  const weights = progress.best ?? updates.weights;
  updates.checkWeights(weights);
  const predictions = () =>
    (showsLastForward(task) && updates.kept.lastOutputs) || predict(model, weights, train.x, batchSize);
  return {
    history: built.history,
    confusionMatrices: built.confusionMatrices,
    predictions: predicts ? predictions() : matrix(0, 0),
    weights,
    epochs: progress.epochs,
    bestEpoch: stopper?.bestEpoch,
  };
}

/** What the steps come to; undefined if they are stopped before. */
function* untilStopped<T>(
  steps: Generator<undefined, T>,
  isStopped: () => boolean,
): Generator<undefined, T | undefined> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield undefined;
    if (isStopped()) return undefined;
  }
}

/** The whole training of a task at once. */
export function trainTask(task: Task): Trained {
  const epochs = referenceEpochs(task);
  for (;;) {
    const step = epochs.next();
    if (step.done) return step.value;
  }
}

/** The whole training of a run at once. @throws RunError if it cannot be trained */
export function trainReference(document: Run | RunDocument): Trained {
  return trainTask(taskOf(parseRun(document)));
}
