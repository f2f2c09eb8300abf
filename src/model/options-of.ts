/**
 * The options of the calls that make records (`adam({ … })`, `dense(64, { … })`). What is in them is checked with the
 * model or the training that they become part of; here only that they are options, since `{ ...0.1 }` is `{}`.
 */
import { describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';

/** @throws RunError for what is no plain object */
export function optionsOf<T extends object>(call: string, options: T): T {
  const isPlain = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (isPlain) return options;
  throw new RunError(call, describe(options), `an object with options, as in ${call}({ … })`);
}
