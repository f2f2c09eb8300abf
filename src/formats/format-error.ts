/**
 * The error for a file that is not what it should be: one sentence that names the file, the place in it, what was found
 * and what was expected. The command line ends with exit code 2 on it.
 */
import { misfit } from '../core/text.js';

/** A file that is not what it should be: one sentence with the file, the place in it, what was found and what was expected. */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  /**
   * @param file the file's name
   * @param place where in it, for example `byte 8` or `tensor layers.0.kernel`; empty for the whole
   * @param found what stands there
   * @param expected what should stand there
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
