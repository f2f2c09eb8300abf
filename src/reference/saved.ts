/**
 * The state of a training of the reference as tensors by name, and a training put to where a state left it. Loaded where
 * checkpoints are kept; it computes nothing.
 */
import type { LayerWeights } from '../core/initializers.js';
import { matrix } from '../core/matrix.js';
import { CheckpointError, type Place, type SavedState, type StateTensors } from '../core/saved-state.js';
import { addAll, copyOf } from '../core/saved-history.js';
import { Plateau } from './schedule.js';
import type { ReferenceProgress } from './training.js';
import type { Updates } from './updates.js';
import { copyWeights } from '../core/layer-weights.js';

/** In front of the weights of the best epoch. */
const BEST = 'best.';

/** How far a training has come. */
export function placeOf({ epochs, updates: { kept } }: ReferenceProgress): Place {
  return { epoch: epochs, turn: kept.running?.batches ?? 0, step: kept.updates };
}

/** A copy of everything that a training goes on from. */
export function stateOf(progress: ReferenceProgress): SavedState {
  const { updates, built, best, isOver } = progress;
  return {
    ...{ backend: 'cpu', schedule: undefined, adapter: undefined, place: placeOf(progress), isOver },
    ...copyOf(built),
    tensors: { ...tensorsOf(updates), ...(best && namedWeights(BEST, best)) },
  };
}

/** A copy of the weights as they are. */
export function weightsOf({ updates }: ReferenceProgress): LayerWeights[] {
  return copyWeights(updates.weights);
}

/** Puts a training that has not begun to where a state left it. @throws CheckpointError if it is that of another task */
export function goOn(progress: ReferenceProgress, from: SavedState): void {
  const { updates, built, stopper } = progress;
  putTensors(updates, from.tensors);
  const { turn, step } = placeOf(progress);
  if (turn !== from.place.turn || step !== from.place.step) {
    const expected = `those of batch ${from.place.turn}, update ${from.place.step}, as it says`;
    throw new CheckpointError('The checkpoint', `numbers of batch ${turn}, update ${step}`, expected);
  }
  addAll(built, from, (logs) => stopper?.judge(++progress.epochs, logs));
  progress.epochs = from.place.epoch;
  progress.isOver = from.isOver;
  if (!Object.keys(from.tensors).some((name) => name.startsWith(BEST))) return;
  progress.best = copyWeights(updates.weights);
  checkTensors(namedWeights(BEST, progress.best), from.tensors);
  putWeights(BEST, progress.best, from.tensors);
}

function tensorsOf({ weights, kept }: Updates): StateTensors {
  const { parameters, plateau, beforeUpdate, updates, epoch, batches, running, lastOutputs } = kept;
  const tensors: Record<string, Float64Array> = {
    counts: Float64Array.of(updates, epoch, batches),
    ...namedWeights('', weights),
    ...namedWeights('previous.', beforeUpdate),
  };
  for (const { layer, name, state } of parameters) {
    state.forEach((values, i) => (tensors[`optimizer.${i}.layers.${layer}.${name}`] = values.slice()));
  }
  if (plateau) {
    const { factor, best, wait, cooldown } = plateau.state;
    tensors['plateau'] = Float64Array.of(factor, best, wait, cooldown);
  }
  if (lastOutputs) {
    tensors['lastOutputs'] = Float64Array.of(lastOutputs.rows, lastOutputs.columns);
    tensors['lastOutputs.values'] = lastOutputs.values.slice();
  }
  if (running) {
    tensors['running'] = Float64Array.of(running.batches, running.loss);
    Object.assign(tensors, withPrefix('metrics.', running.metrics.state));
  }
  return tensors;
}

/** @throws CheckpointError if they are those of another task */
function putTensors(training: Updates, tensors: StateTensors): void {
  const { weights, kept } = training;
  const numbers = (name: string) => tensors[name] as unknown as readonly [number, number, number, number];
  checkTensors(tensorsOf(training), tensors);
  [kept.updates, kept.epoch, kept.batches] = numbers('counts');
  putWeights('', weights, tensors);
  putWeights('previous.', kept.beforeUpdate, tensors);
  for (const { layer, name, state } of kept.parameters) {
    state.forEach((own, i) => own.set(tensors[`optimizer.${i}.layers.${layer}.${name}`]!));
  }
  if (kept.plateau) {
    const [factor, best, wait, cooldown] = numbers('plateau');
    kept.plateau = new Plateau(kept.plateau.schedule, { factor, best, wait, cooldown });
  }
  if (tensors['lastOutputs']) {
    const [rows, columns] = numbers('lastOutputs');
    const values = tensors['lastOutputs.values'];
    if (values?.length !== rows * columns) throw otherTask('lastOutputs.values');
    kept.lastOutputs = matrix(rows, columns, Float64Array.from(values));
  }
  if (!tensors['running']) return;
  const [batches, loss] = numbers('running');
  const metrics = training.epochMetrics();
  const names = Object.keys(metrics.state);
  checkTensors(withPrefix('metrics.', metrics.state), tensors);
  metrics.state = Object.fromEntries(names.map((name) => [name, tensors[`metrics.${name}`] as Float64Array]));
  kept.running = { batches, loss, metrics };
}

/** The first tensor that is wanted and is not given, or not in that type and size; undefined where all are. */
function misfitOf(wanted: StateTensors, given: StateTensors): string | undefined {
  const isFitting = (own: StateTensors[string], other: StateTensors[string] | undefined) =>
    other?.constructor === own.constructor && other.length === own.length;
  return Object.entries(wanted).find(([name, own]) => !isFitting(own, given[name]))?.[0];
}

/** @throws CheckpointError naming the first tensor that a state must have and has not */
function checkTensors(wanted: StateTensors, given: StateTensors): void {
  const misfit = misfitOf(wanted, given);
  if (misfit !== undefined) throw otherTask(misfit);
}

function otherTask(tensor: string): CheckpointError {
  const found = `no ${tensor} of the size that this training has`;
  return new CheckpointError('The checkpoint', found, 'a state of this training');
}

function withPrefix(prefix: string, tensors: StateTensors): StateTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, values]) => [prefix + name, values]));
}

/** Copies of the values of each weight, under `layers.0.kernel` and so on behind a prefix. */
function namedWeights(prefix: string, weights: readonly LayerWeights[]): Record<string, Float64Array> {
  return Object.fromEntries(
    weights.flatMap((layer, l) =>
      Object.entries(layer).map(([name, { values }]) => [`${prefix}layers.${l}.${name}`, values.slice()]),
    ),
  );
}

/** Puts values back into the weights that they were copied from, or into the like of them. */
function putWeights(prefix: string, weights: readonly LayerWeights[], tensors: StateTensors): void {
  weights.forEach((layer, l) => {
    for (const [name, { values }] of Object.entries(layer)) values.set(tensors[`${prefix}layers.${l}.${name}`]!);
  });
}
