/**
 * Node's files for the readers of data: files on disk, streamed, and addresses. Relative paths are relative to a folder.
 */
import { createReadStream } from 'node:fs';
import { access, constants, readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { DataError } from '../data/data-error.js';
import type { DataFile, FileOpener } from '../data/file.js';
import { urlOpener } from '../data/open-url.js';
import { readFailure } from './read-failure.js';
import { shownPath } from './shown-path.js';

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;

/**
 * Opens files on disk and addresses, for `loadRun`.
 * @param folder what relative paths are relative to
 * @param onOpen told of the path of each file on disk
 */
export function fileOpener(folder: string, onOpen?: (path: string) => void): FileOpener {
  const urls = urlOpener();
  const openTold = (name: string, path: string) => {
    onOpen?.(path);
    return openFile(name, path);
  };
  return {
    open: (path) => (isAddress(path) ? urls.open(path) : openTold(path, inFolder(folder, path))),
    async listFolder(path) {
      const start = inFolder(folder, path);
      const entries = await readdir(start, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
        throw unreadable(path, error, 'a folder');
      });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(files.sort().map((file) => openTold(join(path, file.slice(start.length + 1)), file)));
    },
  };
}

export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}

async function openFile(name: string, path: string): Promise<DataFile> {
  const shown = shownPath(name);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new DataError(shown, '', 'a folder', 'a file');
    await access(path, constants.R_OK);
    // What is no ordinary file (a pipe) has no size.
    const size = found.isFile() ? found.size : undefined;
    return {
      name: shown,
      size,
      stream: () => Readable.toWeb(createReadStream(path, { highWaterMark: CHUNK })) as ReadableStream<Uint8Array>,
    };
  } catch (error) {
    throw error instanceof DataError ? error : unreadable(name, error, 'a file to read');
  }
}

function unreadable(name: string, error: unknown, expected: string): DataError {
  return new DataError(shownPath(name), '', readFailure(error), expected);
}
