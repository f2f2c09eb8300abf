/**
 * Trains a task with the float64 reference, epoch by epoch, and lets others have a turn in between.
 */
import type { Task } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import { referenceEpochs } from '../reference/training.js';

/** Milliseconds after which the CPU training lets others have a turn. */
const PAUSE_EVERY = 50;

export interface OnCpuOptions {
  /** Told now and then how many epochs are done, of how many. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Asked after each epoch; true ends the training there, with what it has. */
  readonly isStopped?: (() => boolean) | undefined;
}

/** @throws TrainingError where a batch's loss is not finite */
export async function* trainTaskOnCpu(
  task: Task,
  { onProgress, isStopped = () => false }: OnCpuOptions = {},
): AsyncGenerator<EpochReport, Trained & { readonly milliseconds: number }> {
  const started = performance.now();
  let lastPause = started;
  const epochs = referenceEpochs(task, isStopped);
  for (;;) {
    const epoch = epochs.next();
    if (epoch.done) {
      onProgress?.(task.training.epochs, task.training.epochs);
      return { ...epoch.value, milliseconds: performance.now() - started };
    }
    if (performance.now() - lastPause > PAUSE_EVERY) {
      onProgress?.(epoch.value.epoch, task.training.epochs);
      await new Promise((resolve) => setTimeout(resolve));
      lastPause = performance.now();
    }
    yield epoch.value;
  }
}
