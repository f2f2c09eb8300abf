/** Says of a training that fails, or would, what can be done about it, where its own sentence does not. It changes nothing. */
import { MAX_VALUES } from '../../../core/model.js';
import { RunError } from '../../../core/run-error.js';
import { DeviceError } from '../../../gpu/device.js';
import { fittingBatch } from '../../../trainer/fitting-batch.js';

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
