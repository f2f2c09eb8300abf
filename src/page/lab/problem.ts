/** An error as what a panel shows beside the field. */
import { RunError } from '../../core/run-error.js';
import { CarriedError, sentenceOf } from '../worker/errors.js';

/** What is wrong, and where. */
export interface Problem {
  /** Path into the run, for example `training.optimizer.learningRate`; undefined where it is no field. */
  readonly field: string | undefined;
  readonly sentence: string;
}

export function problemOf(error: unknown): Problem {
  const field = error instanceof RunError || error instanceof CarriedError ? error.field : undefined;
  return { field, sentence: sentenceOf(error) };
}
