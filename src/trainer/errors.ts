/**
 * The errors of a checked training, and how a failed check becomes one.
 */
import { RunError } from '../core/run-error.js';
import { TrainingError } from '../core/trained.js';
import { DeviceError } from '../gpu/device.js';
import { passesBeyond } from '../verify/beyond.js';
import { explainFailure, type PassParity } from '../verify/parity.js';

/** A pass computed something else than the reference, beyond its bound. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
  constructor(readonly failures: readonly PassParity[]) {
    super(explainFailure(failures[0]!));
  }
}

/** Whether an error is one this library throws on purpose: its message is a sentence for people. */
export function isOwnError(error: unknown): error is Error {
  return [RunError, DeviceError, TrainingError, ParityError].some((type) => error instanceof type);
}

/**
 * The comparisons that say something: those of passes all of whose values the reference itself has in the range of
 * float32. What leaves it is no fault of the GPU's.
 * @throws ParityError for a value out of its bound
 */
export function checkParity(parity: readonly PassParity[]): PassParity[] {
  const isBeyond = passesBeyond(parity);
  const judged = parity.filter((one) => !isBeyond(one));
  const failures = judged.filter(({ ok }) => !ok);
  if (failures.length > 0) throw new ParityError(failures);
  return judged;
}
