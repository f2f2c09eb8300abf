/**
 * The errors of a checked training.
 */
import { RunError } from '../core/run-error.js';
import { CheckpointError } from '../core/saved-state.js';
import { TrainingError } from '../core/trained.js';
import { DeviceError } from '../gpu/device.js';
import { explainFailure, explainRefusal, type PassParity, type Reproduction } from '../verify/report.js';

/** A pass computed something else than the reference, beyond its bound. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
  /**
   * @param failures the buffers of passes that have a value out of its bound
   * @param reproduction the first of them by itself, where it was taken apart
   * @param refused the adapter, where it was tested at its first use and is not used at all
   */
  constructor(
    readonly failures: readonly PassParity[],
    readonly reproduction?: Reproduction,
    readonly refused?: string,
  ) {
    super(refused === undefined ? explainFailure(failures[0]!) : explainRefusal(refused, failures[0]!));
  }
}

/** Whether an error is one this library throws on purpose: its message is a sentence for people. */
export function isOwnError(error: unknown): error is Error {
  return [RunError, DeviceError, TrainingError, ParityError, CheckpointError].some((type) => error instanceof type);
}
