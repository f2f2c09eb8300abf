/**
 * JSON from a stranger's file: what JSON.parse takes, and no object with a key twice, of which JSON.parse would keep the
 * last without a word; no nesting that a recursive reader could fall over. A key `__proto__` is a key like any other.
 * It never asks what the values mean.
 */
import { jsonFault } from '../core/json-keys.js';
import { quoted } from '../core/run-checks.js';
import { FormatError } from './format-error.js';

/** Deeper than any document of this project, and far from the end of any stack. */
const MAX_DEPTH = 64;

/**
 * @param file and place for the sentence about it
 * @throws FormatError for what is no JSON, a key that an object has twice, or nesting deeper than 64
 */
export function parseStrictJson(text: string, file: string, place: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(file, place, 'text that is no JSON', 'JSON');
  }
  const fault = jsonFault(text, MAX_DEPTH);
  if (fault?.key !== undefined)
    throw new FormatError(file, place, `the key ${quoted(fault.key)} twice`, 'each key once');
  if (fault) throw new FormatError(file, place, `JSON nested deeper than ${MAX_DEPTH}`, `at most ${MAX_DEPTH} levels`);
  return value;
}
