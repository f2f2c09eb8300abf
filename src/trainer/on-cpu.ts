/**
 * Trains a task with the float64 reference, epoch by epoch, and lets others have a turn in between.
 */
import type { Task } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import { type ReferenceOptions, referenceEpochs } from '../reference/training.js';

/** Milliseconds after which the CPU training lets others have a turn. */
const PAUSE_EVERY = 50;

export interface OnCpuOptions extends ReferenceOptions {
  /** Told now and then how many epochs are done, of how many. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Asked before each update; a promise is waited for. */
  readonly hold?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Yields each epoch as it ends, by itself: the trainers yield lists.
 * @throws TrainingError where a batch's loss is not a finite float32
 */
export async function* trainTaskOnCpu(
  task: Task,
  { onProgress, hold, ...options }: OnCpuOptions = {},
): AsyncGenerator<readonly EpochReport[], Trained & { readonly milliseconds: number }> {
  const started = performance.now();
  let lastPause = started;
  const steps = referenceEpochs(task, options);
  let epochs = 0;
  for (;;) {
    const held = hold?.();
    if (held) await held;
    const { done, value } = steps.next();
    if (done) {
      onProgress?.(task.training.epochs, task.training.epochs);
      return { ...value, milliseconds: performance.now() - started };
    }
    epochs = value?.epoch ?? epochs;
    if (performance.now() - lastPause > PAUSE_EVERY) {
      onProgress?.(epochs, task.training.epochs);
      await new Promise((resolve) => setTimeout(resolve));
      lastPause = performance.now();
    }
    if (value) yield [value];
  }
}
