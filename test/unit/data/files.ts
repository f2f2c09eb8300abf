/** Files in memory for tests of whole runs: an opener that has them by name. */
import { DataError } from '../../../src/data/data-error.js';
import { type FileOpener, memoryFile } from '../../../src/data/file.js';

export function memoryFiles(files: Readonly<Record<string, string | Uint8Array>>): FileOpener {
  return {
    open: (path) => {
      const content = files[path];
      if (content === undefined) return Promise.reject(new DataError(path, '', 'no such file', 'a file'));
      return Promise.resolve(memoryFile(path, content));
    },
  };
}

/** A CSV of so many flowers of three kinds, a kind after the other, and a number that tells the row. */
export function flowers(rows: number): string {
  const kinds = ['rose', 'lily', 'iris'];
  const lines = Array.from({ length: rows }, (_, i) => {
    const kind = Math.floor((3 * i) / rows);
    return `${i},${kind * 10 + (i % 5)},${i % 2 ? 'wet' : 'dry'},${kinds[kind]}`;
  });
  return ['row,size,soil,kind', ...lines].join('\n');
}
