/**
 * Unpacks the two kinds of archive inside the npm package @sparticuz/chromium: a Brotli-compressed
 * file and a Brotli-compressed tar. It writes plain files only: links, devices and names that point
 * outside the folder are refused, whatever the archive says.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { parseTar } from 'nanotar';
import { insideFolder } from './inside-folder.js';
import { makeFolder } from './write-file.js';

/** Everything here is loaded or started, never written again. */
const MODE = 0o755;

/** Streams `archive` (`.br`) into `file`: the browser has 200 MB, too much to hold twice. */
export async function unpackBrotliFile(archive: string, file: string): Promise<void> {
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(file, { mode: MODE }));
}

/** Unpacks the plain files of `archive` (`.tar.br`) into `folder` and returns their names. */
export async function unpackBrotliTar(archive: string, folder: string): Promise<string[]> {
  const tar = await promisify(brotliDecompress)(await readFile(archive));
  // nanotar reads from the start of the underlying memory, so a view into a larger one won't do.
  const files = parseTar(new Uint8Array(tar).buffer).filter((entry) => entry.type === 'file');
  for (const { name, data } of files) {
    const path = insideFolder(folder, name);
    await makeFolder(dirname(path));
    await writeFile(path, data ?? new Uint8Array(), { mode: MODE });
  }
  return files.map((entry) => entry.name);
}
