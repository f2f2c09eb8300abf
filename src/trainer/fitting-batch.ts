/**
 * Whether a task fits a device, and where it does not, with which batch size it would. Loaded where that is asked ahead or something has
 * been refused; it creates nothing and trains with no other batch by itself.
 */
import { RunError } from '../core/run-error.js';
import type { Task } from '../core/task.js';
import type { Device } from '../gpu/device.js';
import { checkLimits } from '../plan/check-limits.js';
import { maxBindingBytes, workgroupLimits } from '../plan/limits.js';
import type { Schedule } from '../plan/plan.js';
import { planTask } from '../plan/schedule.js';

/** @throws RunError naming the field that is too large for the device, and where there is one a batch size that would fit */
export function checkFits(task: Task, device: Device, schedule: Schedule | undefined): void {
  const { limits } = device.gpu;
  const options = { maxBindingBytes: maxBindingBytes(limits), workgroup: workgroupLimits(device), schedule };
  const refusal = withFittingBatch(task.batchSize, (batchSize) =>
    checkLimits(planTask({ ...task, batchSize }, options), limits),
  );
  if (refusal) throw refusal;
}

/**
 * Why a batch size is refused, and where there is a smaller one that would not be, that one.
 * @param check throws a RunError for a batch size that cannot be had
 */
export function withFittingBatch(batchSize: number, check: (batchSize: number) => void): RunError | undefined {
  const refusal = (size: number): RunError | undefined => {
    try {
      check(size);
      return undefined;
    } catch (error) {
      if (error instanceof RunError) return error;
      throw error;
    }
  };
  const error = refusal(batchSize);
  if (!error) return undefined;
  let [fits, tooLarge] = [0, batchSize];
  while (tooLarge - fits > 1) {
    const middle = Math.floor((fits + tooLarge) / 2);
    if (refusal(middle) === undefined) fits = middle;
    else tooLarge = middle;
  }
  return fits === 0 ? error : new RunError(error.field, error.found, `${error.expected}${fittingBatch(fits)}`);
}

/** The end of a refusal. */
export function fittingBatch(most: number): string {
  return `; with a training.batchSize of ${most} or less it would fit`;
}
