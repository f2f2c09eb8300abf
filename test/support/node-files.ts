/** Opens files of a folder for tests of whole runs, streamed from disk. Runs in Node only; addresses are not opened. */
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileOpener } from '../../src/data/file.js';

export function folderOpener(folder: string): FileOpener {
  return {
    open: (path) => {
      const file = join(folder, path);
      return Promise.resolve({
        name: path,
        size: statSync(file).size,
        stream: () => Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
      });
    },
  };
}
