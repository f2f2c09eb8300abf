/**
 * Trains a task with the float64 reference, epoch by epoch, and lets others have a turn in between.
 */
import type { StateKeeper } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import type { EpochReport, Trained } from '../core/trained.js';
import { type ReferenceOptions, type ReferenceProgress, referenceEpochs } from '../reference/training.js';

/** Milliseconds after which the CPU training lets others have a turn. */
const PAUSE_EVERY = 50;

export interface OnCpuOptions extends Omit<ReferenceOptions, 'onStart'> {
  /** Told now and then how many epochs are done, of how many. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Asked before each update; a promise is waited for. */
  readonly hold?: (() => Promise<void> | undefined) | undefined;
  /** Takes the states of the training, and has the one it goes on from. Default: nobody does. */
  readonly keeper?: StateKeeper | undefined;
}

/**
 * Yields each epoch as it ends, by itself: the trainers yield lists.
 * @throws TrainingError where a batch's loss is not a finite float32
 */
export async function* trainTaskOnCpu(
  task: Task,
  { onProgress, hold, keeper, ...options }: OnCpuOptions = {},
): AsyncGenerator<readonly EpochReport[], Trained & { readonly milliseconds: number }> {
  const started = performance.now();
  let lastPause = started;
  const keeping = keeper && { keeper, ...(await import('../reference/saved.js')) };
  const begun: ReferenceProgress[] = [];
  const steps = referenceEpochs(task, {
    ...options,
    onStart(progress) {
      if (keeper?.from) keeping!.goOn(progress, keeper.from);
      begun.push(progress);
    },
  });
  const keep = () => keeping!.keeper.keep(keeping!.stateOf(begun[0]!), () => keeping!.weightsOf(begun[0]!));
  let epochs = keeper?.from?.place.epoch ?? 0;
  for (;;) {
    const held = hold?.();
    if (held) await held;
    const { done, value } = steps.next();
    if (done) {
      // Wherever it ended, it can go on from there.
      if (keeping) await keep();
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
    // Between two updates there is always a rest.
    if (keeping?.keeper.isDue(keeping.placeOf(begun[0]!))) await keep();
  }
}
