/** Bytes of a file, in pieces and as a whole, whatever its size is said to be. */
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { allocate, chunksOf, readAll } from '../../../src/data/read-bytes.js';
import { inPieces, refusalOf } from './support.js';

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

test('all bytes, whatever the size is said to be and however they come', async () => {
  for (const size of [undefined, 0, 100_000, 1e15 - 1]) {
    for (const piece of [1000, 33_333, 200_000]) {
      const file = { ...inPieces('a', bytes, piece), size };
      expect(await readAll(file, { limit: 1e15 })).toEqual(bytes);
    }
  }
});

test('more than the limit is refused: by what is said, or as soon as it comes', async () => {
  const said = { ...memoryFile('a', bytes), stream: () => expect.fail('it must not be opened') };
  expect(await refusalOf(() => readAll(said, { limit: 99_999 }))).toBe('a: found 97.7 KiB, expected at most 97.7 KiB.');
  const endless = inPieces('a', bytes, 1000, Infinity);
  expect(await refusalOf(() => readAll(endless, { limit: 2 ** 20 }))).toBe(
    'a: found 1.0 MiB, expected at most 1.0 MiB.',
  );
});

test('pieces are small, progress is said, and who stops asking lets go of the stream', async () => {
  let isCancelled = false;
  const stream = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20)),
      cancel: () => {
        isCancelled = true;
      },
    });
  const seen: unknown[] = [];
  for await (const piece of chunksOf({ name: 'a', size: 5, stream }, { onProgress: (...of) => seen.push(of) })) {
    expect(piece.length).toBe(2 ** 18);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual([
    [2 ** 18, 5],
    [2 ** 19, 5],
  ]);
  expect(isCancelled).toBe(true);
});

test('an array that there is no memory for is a sentence', async () => {
  const attempt = () => Promise.resolve().then(() => allocate(Float64Array, 2 ** 40, 'a'));
  expect(await refusalOf(attempt)).toBe('a: found 8388608.0 MiB of values, expected no more than fit into memory.');
  expect(allocate(Uint8Array, 3, 'a')).toEqual(new Uint8Array(3));
});
