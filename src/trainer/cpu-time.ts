/** How long a training would take on the CPU, by a moment of it. */
import type { Task } from '../core/task.js';
import { TrainingError } from '../core/trained.js';
import { referenceEpochs } from '../reference/training.js';

/** Milliseconds that the CPU is watched for. */
const MOMENT = 10;

/** Milliseconds of the whole training on the CPU, by a moment of it. */
export function cpuTime(task: Task): number {
  const updates = referenceEpochs(task, { predicts: false });
  const times = [performance.now()];
  let isValidated = false;
  try {
    // One update a turn, and with the last of an epoch its validation.
    do {
      const { done, value } = updates.next();
      times.push(performance.now());
      if (done) return times.at(-1)! - times[0]!;
      isValidated ||= value !== undefined;
    } while (times.at(-1)! - times[0]! < MOMENT);
  } catch (error) {
    // A training that diverges is over as soon as that, and tells of it when it is really trained.
    if (error instanceof TrainingError) return performance.now() - times[0]!;
    throw error;
  }
  // The first half is slow until the engine has compiled the loops.
  const half = Math.floor(times.length / 2);
  const each = (times.at(-1)! - times[half - 1]!) / (times.length - half);
  const unseen = isValidated ? 0 : (task.validation?.x.rows ?? 0) / (3 * task.train.x.rows);
  return updatesOf(task) * each * (1 + unseen);
}

function updatesOf({ train, batchSize, training }: Task): number {
  return training.epochs * Math.ceil(Math.ceil(train.x.rows / batchSize) / training.gradientAccumulationSteps);
}
