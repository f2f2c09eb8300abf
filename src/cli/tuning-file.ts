/**
 * Remembers in a file what was found out of this machine's adapters, between runs of Node: which products are quickest, which shaders
 * compute right. A TuningStore. A file that is absent or half-written holds nothing; the store that reads it knows what to make of any text.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TuningStore } from '../tune/store.js';
import { cacheFolder } from './cache.js';
import { findPackage } from './optional-package.js';
import { makeFolder, writeWhole } from './write-file.js';

/**
 * A file that remembers what was found out of adapters, for the option `tune`.
 * @param path of the file; by default one in the user's cache folder (`IDLI_CACHE` names another folder), for this version of the package
 * `webgpu`: another compiles shaders in another way
 */
export function tuningFile(path: string = usualPath()): TuningStore {
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    async write(text) {
      await makeFolder(dirname(path));
      await writeWhole(path, text);
    },
  };
}

function usualPath(): string {
  return join(cacheFolder(), `tuning-webgpu-${findPackage('webgpu')?.version ?? 'none'}.json`);
}
