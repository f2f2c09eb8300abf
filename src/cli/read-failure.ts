import { TooLongError } from './read-whole.js';

/** Why a file could not be read, for "found …". @param error of Node's file system */
export function readFailure(error: unknown): string {
  if (error instanceof TooLongError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no such file' : `an unreadable file (${code ?? message})`;
}
