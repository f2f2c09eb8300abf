/**
 * Errors between page and worker. Their class does not survive the way; what it tells (name, sentence, field, last good weights)
 * does, so the page can say what happened and mark the field. Both sides call `carryErrors` before they talk.
 */
import { transferHandlers } from 'comlink';
import { RunError } from '../../core/run-error.js';
import { DataError } from '../../data/data-error.js';
import { FormatError } from '../../formats/format-error.js';
import { isOwnError } from '../../trainer/errors.js';

/** An error as it arrives on the other side. */
export class CarriedError extends Error {
  /**
   * @param name of the class that it was thrown as
   * @param isOwn whether its message is a sentence for people
   * @param field of the run that is wrong, where it is one
   */
  constructor(
    override readonly name: string,
    message: string,
    readonly isOwn: boolean,
    readonly field: string | undefined,
  ) {
    super(message);
  }
}

/** What Comlink hands to the handler of things thrown. */
interface Thrown {
  readonly value: unknown;
}

export function carryErrors(): void {
  const handler = transferHandlers.get('throw')!;
  transferHandlers.set('throw', {
    canHandle: (value): value is Thrown => handler.canHandle(value),
    serialize: (thrown) => {
      const { value } = thrown as Thrown;
      const error = value instanceof Error ? value : new Error(String(value));
      const field = error instanceof RunError ? error.field : undefined;
      return [{ name: error.name, message: error.message, isOwn: isForPeople(error), field }, []];
    },
    deserialize: (carried) => {
      const { name, message, isOwn, field } = carried as CarriedError;
      throw new CarriedError(name, message, isOwn, field);
    },
  });
}

/** An error in one sentence for people. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong: ${String(error)}`;
  if (isForPeople(error)) return error.message;
  return `Something went wrong: ${error.message || error.name}`;
}

function isForPeople(error: Error): boolean {
  if (error instanceof CarriedError) return error.isOwn;
  const thrown: unknown = error;
  return isOwnError(thrown) || thrown instanceof DataError || thrown instanceof FormatError;
}
