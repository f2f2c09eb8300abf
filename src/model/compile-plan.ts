/** The plan of a run on a device with WebGPU's default limits, for callers who have the run document and no device. It reads no more than sizes and names. */
import { parseRun, type Run, type RunDocument } from '../core/run.js';
import { taskOf } from '../core/task.js';
import type { Plan } from '../plan/plan.js';
import { planTask } from '../plan/schedule.js';

/** @throws RunError if the run cannot be trained, or a product of it is longer than a pass can sum up */
export function compilePlan(document: Run | RunDocument): Plan {
  return planTask(taskOf(parseRun(document)));
}
