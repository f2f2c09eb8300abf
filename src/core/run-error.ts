/**
 * The error for bad input: one sentence that names the field, what was found and what was expected.
 * The command line ends with exit code 2 on it. Failures of a device are DeviceError (gpu/device.ts).
 */
import { misfit } from './text.js';

/** Bad input: one sentence that names the field, what was found and what was expected. */
export class RunError extends Error {
  override readonly name = 'RunError';

  /**
   * @param field where, as a path into the run document, for example `model.layers[0].units`
   * @param found what stands there
   * @param expected what should stand there
   */
  constructor(
    readonly field: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(misfit(field, found, expected));
  }
}
