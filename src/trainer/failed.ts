/** What is wrong with a training on a device that went wrong, as an error. Loaded where one did; it finds out nothing that a slice did not say. */
import type { LayerWeights } from '../core/initializers.js';
import type { Task } from '../core/task.js';
import { type Divergence, divergenceError, type TrainingError } from '../core/trained.js';
import { DeviceError } from '../gpu/device.js';
import type { Execution, Slice } from '../plan/execute.js';

/** @param before reads the weights before the last update */
export async function failedSlice(
  execution: Execution,
  task: Task,
  counters: Slice['counters'],
  stepsAsked: number,
  before: () => Promise<LayerWeights[]>,
): Promise<Error> {
  if (counters.failed === 0) {
    return new DeviceError(`The GPU stopped after ${counters.step} of ${stepsAsked} steps without an error.`);
  }
  const weights = await before();
  const { diagnose } = await import('../verify/diagnose.js');
  const tensor = await diagnose(execution, counters.batch);
  return divergence(task, { epoch: counters.epoch + 1, step: counters.failed, tensor, weights });
}

/** Of weights one of which is no number. */
export function failedWeights(
  weights: readonly LayerWeights[],
  task: Task,
  { epoch, position, step }: Pick<Slice['counters'], 'epoch' | 'position' | 'step'>,
  before: readonly LayerWeights[],
): TrainingError {
  const isBad = (layer: LayerWeights) =>
    Object.keys(layer).find((name) => !layer[name as keyof LayerWeights]!.values.every(Number.isFinite));
  const l = weights.findIndex(isBad);
  const tensor = `layers.${l}.${isBad(weights[l]!)!}`;
  // The counters are already at what comes next.
  return divergence(task, { epoch: position > 0 ? epoch + 1 : epoch, step, tensor, weights: before });
}

export function divergence({ training }: Task, found: Divergence): TrainingError {
  return divergenceError(found, training.optimizer.learningRate);
}
