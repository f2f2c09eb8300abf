/**
 * Reads a run as people write it: JSON with comments, commas before a closing bracket, and a byte order mark.
 *
 * JSON.parse makes the values. Before it, json-problem.ts looks at every sign, because JSON.parse takes the last of two
 * fields of one name without a word, and says in words of its own, on some versions without a place, what is wrong.
 */
import stripJsonComments from 'strip-json-comments';
import { DataError } from '../data/data-error.js';
import { placeOf, readThroughJson } from './json-problem.js';
import { shownPath } from './shown-path.js';

/**
 * @param name of the file, for sentences about it
 * @returns the value, as JSON.parse gives it
 * @throws DataError with line and column (from 1) of the first thing that is wrong: `run.json, line 3, column 7: found …`
 */
export function parseJsonc(text: string, name: string): unknown {
  const whole = text.replace(/^\ufeff/, '');
  // Comments become spaces, so every place stays where it was. Data of many rows is read more quickly without the way.
  const bare = whole.includes('/') ? stripJsonComments(whole) : whole;
  const { problem, hasTrailingCommas } = readThroughJson(bare);
  if (problem) throw new DataError(shownPath(name), placeOf(bare, problem.at), problem.found, problem.expected);
  return JSON.parse(hasTrailingCommas ? stripJsonComments(bare, { trailingCommas: true }) : bare) as unknown;
}
