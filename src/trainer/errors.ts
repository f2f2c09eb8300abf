/**
 * The errors of a checked training, and how a failed check becomes one.
 */
import { MAX_FLOAT32 } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { TrainingError } from '../core/trained.js';
import { DeviceError } from '../gpu/device.js';
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
 * @throws TrainingError where the reference itself leaves the range of float32
 * @throws ParityError for any other value out of its bound
 */
export function checkParity(parity: readonly PassParity[]): void {
  const failures = parity.filter(({ ok }) => !ok);
  if (failures.length === 0) return;
  const beyond = failures.find(({ worst }) => !(Math.abs(worst.want) + worst.bound <= MAX_FLOAT32));
  if (!beyond) throw new ParityError(failures);
  throw new TrainingError(
    `The training left the range of float32: pass ${beyond.pass} comes to ${beyond.worst.want} in ` +
      `${beyond.buffer}. Lower training.optimizer.learningRate, or scale data.x, data.y or model.weights down.`,
  );
}
