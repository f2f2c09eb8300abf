/**
 * What a training measures, epoch by epoch: the keys of its history, and which way each is better.
 */
import { traitsOf } from './metrics.js';
import type { TrainingSettings } from './training.js';

/** One value per epoch under each key: `loss`, each metric's name, and with validation data `val_` of each. */
export type History = { readonly loss: readonly number[] } & Readonly<Record<string, readonly number[]>>;

/** Rows: true class, columns: predicted class; counts of examples. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** The confusion matrix of each epoch, under `confusionMatrix` and `val_confusionMatrix`. */
export type ConfusionMatrices = Readonly<Record<string, readonly ConfusionMatrix[]>>;

/** The numbers of one epoch. */
export type EpochLogs = { readonly loss: number } & Readonly<Record<string, number>>;

/** The keys of the history; confusion matrices are kept apart, since they are no numbers. */
export function historyKeys({ metrics }: Pick<TrainingSettings, 'metrics'>, hasValidation: boolean): string[] {
  const names = ['loss', ...metrics.map(({ name }) => name).filter((name) => name !== 'confusionMatrix')];
  return hasValidation ? [...names, ...names.map((name) => `val_${name}`)] : names;
}

export function isCounted(key: string): boolean {
  return traitsOf(key)?.isCounted ?? false;
}

export function isLargerBetter(key: string): boolean {
  return traitsOf(key)?.isLargerBetter ?? false;
}

/** What is watched where nothing is said. */
export function defaultMonitor(hasValidation: boolean): 'loss' | 'val_loss' {
  return hasValidation ? 'val_loss' : 'loss';
}

/** The numbers of one epoch of a history. @param epoch from 0 */
export function logsOf(history: History, epoch: number): EpochLogs {
  return Object.fromEntries(Object.entries(history).map(([key, values]) => [key, values[epoch]!])) as EpochLogs;
}

/** The reports of epochs, put together. */
export class HistoryBuilder {
  readonly #history: Record<string, number[]> = {};
  readonly #matrices: Record<string, ConfusionMatrix[]> = {};

  add(logs: EpochLogs, confusionMatrices: Readonly<Record<string, ConfusionMatrix>> = {}): void {
    for (const [key, value] of Object.entries(logs)) (this.#history[key] ??= []).push(value);
    for (const [key, value] of Object.entries(confusionMatrices)) (this.#matrices[key] ??= []).push(value);
  }

  /** What was added so far; later additions show in it. */
  get history(): History {
    this.#history['loss'] ??= [];
    return this.#history as Record<string, number[]> & { loss: number[] };
  }

  get confusionMatrices(): ConfusionMatrices {
    return this.#matrices;
  }
}
