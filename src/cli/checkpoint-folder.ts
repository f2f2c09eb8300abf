/**
 * Checkpoints as files in a folder: each stands there whole or not at all, whatever ends the process. One training a folder.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointStore } from '../checkpoint/store.js';
import { CheckpointError } from '../core/saved-state.js';
import { insideFolder, writableInside } from './inside-folder.js';
import { shownPath } from './shown-path.js';
import { checkWritable, makeFolder, writeWhole } from './write-file.js';

/** What a process that was ended in the middle of writing has left. */
const LEFT_OVER = /^\.idli-[0-9a-f-]{36}$/;

/**
 * For the option `checkpoint` of `train` and `fit`. The folder is made when the training begins.
 * @param path of the folder
 */
export function checkpointFolder(path: string): CheckpointStore {
  const name = shownPath(path);
  return {
    name,
    async prepare() {
      await makeFolder(path);
      await checkWritable(join(path, 'checkpoint-000000.safetensors'));
      const left = (await readdir(path)).filter((file) => LEFT_OVER.test(file));
      await Promise.all(left.map((file) => rm(join(path, file), { force: true })));
    },
    list: () => readdir(path),
    read: (file) =>
      readFile(insideFolder(path, file)).catch((error: NodeJS.ErrnoException) => {
        throw new CheckpointError(
          join(name, file),
          `an unreadable file (${error.code ?? error.message})`,
          'a checkpoint',
        );
      }),
    write: async (file, bytes) => writeWhole(await writableInside(path, file), bytes),
    remove: async (file) => rm(insideFolder(path, file)),
  };
}
