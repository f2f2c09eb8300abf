/**
 * Remembers in a file what was measured of products on this machine's adapters, between runs of Node: a TuningStore.
 * A file that is absent or half-written holds nothing; the store that reads it knows what to make of any text.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TuningStore } from '../tune/store.js';
import { cacheFolder } from './cache.js';

/**
 * A file that remembers what was measured of products, for the option `tune`.
 * @param path of the file; by default one in the user's cache folder (`IDLI_CACHE` names another folder)
 */
export function tuningFile(path: string = join(cacheFolder(), 'tuning.json')): TuningStore {
  return {
    async read() {
      try {
        return await readFile(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    async write(text) {
      await mkdir(dirname(path), { recursive: true });
      // Renamed into its place, so that nobody reads half of it.
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, text);
      await rename(temporary, path);
    },
  };
}
