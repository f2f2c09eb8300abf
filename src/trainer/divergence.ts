/**
 * Says of a training on a device that has diverged where it did, and what is left of it. Loaded when one does.
 */
import type { LayerWeights } from '../core/initializers.js';
import type { Task } from '../core/task.js';
import { divergenceError, type TrainingError } from '../core/trained.js';
import type { Execution } from '../plan/execute.js';

/** Where, and either what went bad or in which batch, which is then looked at again. */
export interface Found {
  readonly epoch: number;
  readonly step: number;
  readonly tensor?: string;
  /** From 0, of the whole training. */
  readonly batch?: number;
}

/** @param weights before the update that led there */
export async function divergenceOf(
  execution: Execution,
  { training }: Task,
  { epoch, step, tensor, batch = 0 }: Found,
  weights: readonly LayerWeights[],
): Promise<TrainingError> {
  const bad = tensor ?? (await (await import('../verify/diagnose.js')).diagnose(execution, batch));
  return divergenceError({ epoch, step, tensor: bad, weights }, training.optimizer.learningRate);
}
