/**
 * The error for data that cannot be read or used: one sentence that names the file, the place in it, what was found and
 * what was expected. The command line ends with exit code 2 on it.
 */
import { misfit } from '../core/text.js';

/** Data that cannot be read or used: one sentence with the file, the place in it, what was found and what was expected. */
export class DataError extends Error {
  override readonly name = 'DataError';

  /**
   * @param file the file's name, or the field of the run that asks for it
   * @param place where in it, for example `line 3, column "age"` or `byte 16`; empty for the whole
   * @param found what stands there
   * @param expected what should stand there, or what to do
   */
  constructor(
    readonly file: string,
    readonly place: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(misfit(place ? `${file}, ${place}` : file, found, expected));
  }
}
