/** Refuses commands that would write over what they read, or write two things under one name. */
import { resolve } from 'node:path';
import { RunError } from '../core/run-error.js';
import { shownPath } from './shown-path.js';

/**
 * @param written files that are to be written, by the option that names them
 * @param read files that the command reads
 * @throws RunError for a name that comes twice
 */
export function checkDistinct(
  written: Readonly<Record<string, string | undefined>>,
  read: readonly string[] = [],
): void {
  const taken = new Map(read.map((path) => [resolve(path), 'what the command reads']));
  for (const [option, path] of Object.entries(written)) {
    if (path === undefined) continue;
    const other = taken.get(resolve(path));
    if (other !== undefined) throw new RunError(option, `${shownPath(path)}, ${other}`, 'a file of its own');
    taken.set(resolve(path), `which ${option} writes`);
  }
}
