/** What the reports of `idli train` are made of: a task, its training, the reference's, and both compared. */
import { historyKeys } from '../core/history.js';
import type { Task } from '../core/task.js';
import type { MeasuredLogs, Trained } from '../core/trained.js';
import type { Training } from '../trainer/train.js';
import type { CurveParity } from '../verify/curves.js';

export interface Finished {
  readonly task: Task;
  readonly training: Training;
  /** The same object as `training` where the CPU trained; undefined where nobody wanted it. */
  readonly reference: Trained | undefined;
  /** Undefined where there is nothing to compare. */
  readonly curves: CurveParity | undefined;
  /** The names of the classes, where they have some. */
  readonly classes?: readonly string[] | undefined;
  /** What the trained network makes of the rows held back for the end. */
  readonly test?: TestResult | undefined;
}

/** What the GPU's training is held against; undefined where the CPU trained, or no reference was wanted. */
export interface Compared {
  readonly reference: Trained;
  readonly curves: CurveParity;
}

export function comparedOf({ training, reference, curves }: Finished): Compared | undefined {
  return training.backend === 'webgpu' && reference && curves ? { reference, curves } : undefined;
}

export interface TestResult extends MeasuredLogs {
  readonly rows: number;
}

/** The keys of the history, in the order in which they are shown. */
export function keysOf({ training, validation }: Task): string[] {
  return historyKeys(training, validation !== undefined);
}

/** The epoch whose weights are left, from 1. */
export function lastingEpoch({ task, training }: Finished): number {
  const isRestored = task.training.earlyStopping?.restoreBestWeights ?? false;
  return (isRestored ? training.bestEpoch : undefined) ?? training.epochs;
}
