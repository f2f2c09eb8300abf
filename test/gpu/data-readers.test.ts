/**
 * The readers of data in every engine: streams, text decoding, unpacking and the picture decoders are the platform's or
 * loaded there. What they read and refuse in full is tested without a GPU, in test/unit/data/.
 */
import { expect, test } from 'vitest';
import { DataError } from '../../src/data/data-error.js';
import { memoryFile } from '../../src/data/file.js';
import { droppedFile, urlOpener } from '../../src/data/open-url.js';
import { readData } from '../../src/data/read.js';
import { fromBase64, png } from '../unit/data/arrays.js';
import { NUMPY } from '../unit/data/samples.js';
import { cellsOf, inPieces } from '../unit/data/support.js';

/** 2 × 1 × 3 bytes: 1 to 5, and 255. */
const IDX_GZ = fromBase64('H4sIAAAAAAAAAwXBgQ0AMAgDILQz8f+HHbBBo5DqvLkPCAkROhYAAAA=');

/** 8 × 4 pixels of dark grey on the left and light grey on the right. */
const JPEG = fromBase64(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2MBERISGBUYLxoaL2NCOEJjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY//AABEIAAQACAMBEQACEQEDEQH/xAGiAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/AG+AP+X/AP7Z/wDs1AH/2Q==',
);

const read = (name: string, bytes: Uint8Array | string) => readData(memoryFile(name, bytes));

test('a CSV in pieces, with quotes and letters of several bytes', async () => {
  const bytes = new TextEncoder().encode('n;ä€😀\r\n1;"a\r\n""b"""\r\n;ö\r\n');
  for (const size of [1, 3, 1000]) {
    expect(cellsOf(await readData(inPieces('a.csv', bytes, size)))).toEqual({
      n: [1, null],
      'ä€😀': ['a\r\n"b"', 'ö'],
    });
  }
});

test('an NPZ of NumPy, stored and deflated', async () => {
  expect(cellsOf(await read('a.npz', fromBase64(NUMPY.npz)))).toEqual({
    x: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    y: ['a', 'b', 'a'],
  });
  expect(cellsOf(await read('a.npz', fromBase64(NUMPY.npzPacked)))).toEqual({
    x: Array(3).fill([0, 0, 0, 0]),
    y: [1, 0, 1],
  });
});

test('a gzipped IDX; cut and damaged ones are refused, and none waits for ever', async () => {
  const { columns } = await read('a.idx.gz', IDX_GZ);
  expect(columns).toEqual([
    { kind: 'numbers', name: 'a', width: 3, shape: [1, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 255), missing: 0 },
  ]);
  for (let length = 0; length < IDX_GZ.length; length++) {
    await expect(read('a.idx.gz', IDX_GZ.slice(0, length))).rejects.toBeInstanceOf(DataError);
  }
  for (let at = 0; at < IDX_GZ.length; at++) {
    const damaged = IDX_GZ.slice();
    damaged[at]! ^= 0x41;
    // Bytes of the header that say when and where it was packed may be any.
    await read('a.idx.gz', damaged).catch((error: unknown) => expect(error).toBeInstanceOf(DataError));
  }
});

test('a PNG and a JPEG', async () => {
  const bytes = png([0, 1, 2, 3, 0, 4, 5, 6], { width: 1, height: 2, colour: 2 });
  expect((await read('a.png', bytes)).columns).toMatchObject([
    { shape: [2, 1, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  ]);
  const [jpeg] = (await read('a.jpg', JPEG)).columns;
  expect(jpeg).toMatchObject({ kind: 'numbers', width: 96, shape: [4, 8, 3] });
  const { values } = jpeg as { values: Uint8Array };
  expect(values[0]).toBeLessThan(60);
  expect(values.at(-1)).toBeGreaterThan(190);
});

test('a file that is dropped, and one from an address', async () => {
  expect((await readData(droppedFile(new File(['a\n1\n'], 'x.csv')))).rows).toBe(1);
  const address = URL.createObjectURL(new Blob(['a,b\n1,2\n']));
  const file = await urlOpener().open(address);
  expect(cellsOf(await readData(file, { format: 'csv' }))).toEqual({ a: [1], b: [2] });
  URL.revokeObjectURL(address);
});
