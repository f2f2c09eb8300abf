/** The sentence with which a document is refused, for tests of sentences. */
import { RunError } from '../../src/core/run-error.js';
import { parseRun } from '../../src/core/run.js';

/** Undefined where the document is a run. Any other error than a RunError is thrown on. */
export function refusal(document: unknown): string | undefined {
  return sentenceOf(() => parseRun(document));
}

export function sentenceOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof RunError) return error.message;
    throw error;
  }
}
