/** Refuses commands that would write over what they read, or write two things under one name. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RunError } from '../core/run-error.js';
import { shownPath } from './shown-path.js';

/**
 * @param written files that are to be written, by the option that names them
 * @param read files that the command reads
 * @throws RunError for a file that comes twice, also under two names
 */
export function checkDistinct(
  written: Readonly<Record<string, string | undefined>>,
  read: readonly string[] = [],
): void {
  const taken = new Map(read.map((path) => [identityOf(path), 'what the command reads']));
  for (const [option, path] of Object.entries(written)) {
    if (path === undefined) continue;
    const identity = identityOf(path);
    const other = taken.get(identity);
    if (other !== undefined) throw new RunError(option, `${shownPath(path)}, ${other}`, 'a file of its own');
    taken.set(identity, `which ${option} writes`);
  }
}

/** The same for all names of a file: links have others than it. Of a file that is not there yet, its place. */
function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    const whole = resolve(path);
    try {
      return join(realpathSync(dirname(whole)), basename(whole));
    } catch {
      return whole;
    }
  }
}
