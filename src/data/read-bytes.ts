/**
 * A file's bytes, in pieces or as a whole, for every reader. Whatever goes wrong while reading is a DataError; a signal
 * ends the reading with its reason.
 *
 * Memory grows with the bytes that really come. No header and no server is believed: it refuses to set memory aside
 * for bytes that are only claimed.
 */
import { bytesText } from '../core/text.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';

/** No file is held whole, and no block of values is made, above 2 GiB: the longest that every engine can address. */
export const MOST_BYTES = 2 ** 31;

/** So that one chunk of a stream, which may be a whole file, becomes no text or table of its size at once. */
const PIECE = 256 * 1024;

/** What a known size may set aside before bytes come. */
const FIRST_BUFFER = 16 * 1024 ** 2;

/** Options of every reader. */
export interface ReadOptions {
  /** Ends the reading; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes read, and of how many where that is known. */
  readonly onProgress?: ((bytes: number, of: number | undefined) => void) | undefined;
}

/**
 * The file's bytes in pieces of at most 256 KiB. Who stops asking lets go of the stream.
 *
 * @throws DataError if the file cannot be read
 */
export async function* chunksOf(
  file: DataFile,
  { signal, onProgress }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const reader = open(file);
  // A read that waits for the network ends at once; what it ends with is looked at below.
  const stop = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop);
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw readError(file, error, bytes);
      });
      signal?.throwIfAborted();
      if (done) return;
      for (let start = 0; start < value.length; start += PIECE) {
        const piece = value.subarray(start, start + PIECE);
        bytes += piece.length;
        yield piece;
        onProgress?.(bytes, file.size);
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * All bytes of a file.
 *
 * @param limit bytes; more are refused as soon as they come
 * @throws DataError if the file cannot be read or is longer
 */
export async function readAll(
  file: DataFile,
  { limit = MOST_BYTES, ...options }: ReadOptions & { readonly limit?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (bytes: number) => new DataError(file.name, '', bytesText(bytes), `at most ${bytesText(limit)}`);
  if (file.size !== undefined && file.size > limit) throw tooLong(file.size);
  let buffer = new Uint8Array(Math.min(file.size ?? PIECE, FIRST_BUFFER));
  let length = 0;
  for await (const piece of chunksOf(file, options)) {
    const needed = length + piece.length;
    if (needed > limit) throw tooLong(needed);
    if (needed > buffer.length) {
      const grown = allocate(Uint8Array, Math.min(limit, grownLength(needed, file.size)), file.name);
      grown.set(buffer.subarray(0, length));
      buffer = grown;
    }
    buffer.set(piece, length);
    length = needed;
  }
  return buffer.subarray(0, length);
}

/** Twice what came; no more than the file is said to be, where that is enough. */
function grownLength(needed: number, size: number | undefined): number {
  const doubled = 2 * needed;
  return size !== undefined && size >= needed ? Math.min(doubled, size) : doubled;
}

interface ArrayConstructor<T> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
}

/**
 * A typed array of zeros.
 *
 * @throws DataError where there is no memory for it
 */
export function allocate<T>(constructor: ArrayConstructor<T>, length: number, source: string): T {
  const bytes = length * constructor.BYTES_PER_ELEMENT;
  if (bytes <= 2 * MOST_BYTES) {
    try {
      return new constructor(length);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new DataError(source, '', `${bytesText(bytes)} of values`, 'no more than fit into memory');
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

function open(file: DataFile): ReadableStreamDefaultReader<Uint8Array> {
  try {
    return file.stream().getReader();
  } catch (error) {
    throw readError(file, error, 0);
  }
}

function readError(file: DataFile, error: unknown, bytes: number): unknown {
  if (error instanceof DataError) return error;
  const reason = error instanceof Error && error.message ? `: ${error.message}` : '';
  return new DataError(file.name, `after byte ${bytes}`, `that it cannot be read${reason}`, 'the rest of the file');
}
