/**
 * Where a file lies whose name comes from somewhere else (an archive, an export, a store): inside its folder, or nowhere. Names that
 * lead out of it are refused, and so are symbolic links that somebody put there and that lead out; where the folder itself lies is its
 * owner's to say.
 */
import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { shownPath } from './shown-path.js';

/** A name that leads out of its folder; one sentence. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';

  constructor(folder: string, name: string, how: string) {
    super(`${shownPath(name)} cannot be a file in ${shownPath(folder)}: ${how}.`);
  }
}

/**
 * The path of a file in a folder, by the rules of all systems at once: what is a drive or a separator on one of them is no part of a name
 * on another.
 * @throws OutsideError
 */
export function insideFolder(folder: string, name: string): string {
  const parts = name.split(/[/\\]/);
  const refuse = (how: string) => new OutsideError(folder, name, how);
  if (name.includes('\0')) throw refuse('there is a zero in it');
  if (parts[0] === '' || /^[A-Za-z]:/.test(name)) throw refuse('it begins outside');
  if (parts.includes('..')) throw refuse('it leads out');
  if (parts.every((part) => part === '' || part === '.')) throw refuse('it is no name');
  return join(folder, name);
}

/**
 * The same for a file that is to be written, with a look at what is there.
 * @throws OutsideError for a symbolic link that leads out of the folder
 */
export async function writableInside(folder: string, name: string): Promise<string> {
  const path = insideFolder(folder, name);
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSymbolicLink()) return path;
  const [home, target] = await Promise.all([realpath(folder), realpath(path).catch(() => undefined)]);
  if (target?.startsWith(home + sep)) return path;
  throw new OutsideError(folder, name, 'there is a symbolic link of that name, which leads out');
}
