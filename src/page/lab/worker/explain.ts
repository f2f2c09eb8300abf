/** Says of a training that fails, or would, what can be done about it, where its own sentence does not. It changes nothing. */
import { MAX_VALUES } from '../../../core/model.js';
import { RunError } from '../../../core/run-error.js';
import type { Task } from '../../../core/task.js';
import { type Device, DeviceError } from '../../../gpu/device.js';
import { checkLimits } from '../../../plan/check-limits.js';
import { maxBindingBytes, workgroupLimits } from '../../../plan/limits.js';
import type { Schedule } from '../../../plan/plan.js';
import { planTask } from '../../../plan/schedule.js';

/** The error, with what to do about a lack of memory. */
export function explained(error: unknown): unknown {
  if (error instanceof DeviceError && /out of memory/i.test(error.message)) {
    const advice =
      'Take a smaller training.batchSize or fewer units, close what else uses the GPU, or train on the CPU.';
    return new DeviceError(`${error.message.replace(/\.?$/, '.')} ${advice}`, { cause: error });
  }
  // More than a typed array may hold, or than there is.
  if (error instanceof RangeError) {
    const advice = 'take a smaller training.batchSize, fewer units or fewer rows.';
    return new DeviceError(`There is not enough memory for this training (${error.message}): ${advice}`, {
      cause: error,
    });
  }
  const [, units] = (error instanceof RunError && /^(\d+), [\d,]+ outputs in a batch$/.exec(error.found)) || [];
  if (error instanceof RunError && units !== undefined) {
    return new RunError(
      error.field,
      error.found,
      `${error.expected}${fittingBatch(Math.floor(MAX_VALUES / Number(units)))}`,
    );
  }
  return error;
}

function fittingBatch(most: number): string {
  return `; with a training.batchSize of ${most} or less it would fit`;
}

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
