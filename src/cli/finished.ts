/** What the reports of `idli train` are made of: a task, its training, the reference's, and both compared. */
import { historyKeys } from '../core/history.js';
import type { Task } from '../core/task.js';
import type { Trained } from '../core/trained.js';
import type { Training } from '../trainer/train.js';
import type { CurveParity } from '../verify/curves.js';

export interface Finished {
  readonly task: Task;
  readonly training: Training;
  /** The same object as `training` where the CPU trained. */
  readonly reference: Trained;
  readonly curves: CurveParity;
}

/** The keys of the history, in the order in which they are shown. */
export function keysOf({ training, validation }: Task): string[] {
  return historyKeys(training, validation !== undefined);
}
