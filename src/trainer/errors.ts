/**
 * The errors of a checked training.
 */
import { RunError } from '../core/run-error.js';
import { CheckpointError } from '../core/saved-state.js';
import { TrainingError } from '../core/trained.js';
import { DeviceError } from '../gpu/device.js';
import { explainFailure, type PassParity, type Reproduction } from '../verify/report.js';

/** A pass computed something else than the reference, beyond its bound. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
  /**
   * @param failures the buffers of passes that have a value out of its bound
   * @param reproduction the first of them by itself, where it was taken apart
   * @param refusal why the adapter is not used at all, where it failed the test at its first use
   */
  constructor(
    readonly failures: readonly PassParity[],
    readonly reproduction?: Reproduction,
    readonly refusal?: string,
  ) {
    super(refusal ?? explainFailure(failures[0]!));
  }
}

/** Whether an error is one this library throws on purpose: its message is a sentence for people. */
export function isOwnError(error: unknown): error is Error {
  return [RunError, DeviceError, TrainingError, ParityError, CheckpointError].some((type) => error instanceof type);
}
