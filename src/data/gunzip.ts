/**
 * Unpacks a stream if it is gzipped, by its first bytes, and hands it on else. The platform unpacks and holds the
 * checksum.
 *
 * It refuses damaged and truncated streams, and bytes behind the packed ones.
 */
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import { joined } from './read-bytes.js';

export interface Unpacked {
  readonly bytes: Uint8Array;
  /** Whether it was gzipped. */
  readonly isPacked: boolean;
}

/** @throws DataError */
export async function* gunzipped(
  file: DataFile,
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Unpacked, void, undefined> {
  const { first, isEnd } = await firstBytes(chunks);
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    if (first.length > 0) yield { bytes: first, isPacked: false };
    if (isEnd) return;
    for await (const bytes of chunks) yield { bytes, isPacked: false };
    return;
  }
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const failure = new Failure();
  void pump(first, chunks, writable.getWriter(), failure);
  try {
    for (;;) {
      const { done, value } = await failure.before(reader.read()).catch((error: unknown) => {
        if (error instanceof SourceError) throw error.cause;
        const reason = error instanceof Error && error.message ? ` (${error.message})` : '';
        throw new DataError(file.name, '', `damaged gzip${reason}`, 'the whole file, as it was packed');
      });
      if (done) return;
      yield { bytes: value, isPacked: true };
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** Whatever ended the source, which is not to be taken for damage. */
class SourceError extends Error {}

/** Ends whoever waits when it comes. Racing one promise against many would keep something of each. */
class Failure {
  private error: Error | undefined;
  private reject: (error: unknown) => void = () => undefined;

  before<T>(result: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      if (this.error) reject(this.error);
      result.then(resolve, reject);
    });
  }

  raise(error: unknown): void {
    this.error ??= error instanceof Error ? error : new Error(String(error));
    this.reject(this.error);
  }
}

/** Packed bytes go in one piece after the other, each when the one before is unpacked: a pipe would hold all in Node. */
async function pump(
  first: Uint8Array<ArrayBuffer>,
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  failure: Failure,
): Promise<void> {
  try {
    await writer.write(first);
    for (;;) {
      const { done, value } = await chunks.next().catch((error: unknown) => {
        throw new SourceError('', { cause: error });
      });
      if (done) break;
      await writer.write(value.slice());
    }
    await writer.close();
  } catch (error) {
    failure.raise(error);
    void chunks.return().catch(() => undefined);
    void writer.abort().catch(() => undefined);
  }
}

/** At least two, unless there are not so many. */
async function firstBytes(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
  let first = new Uint8Array(0);
  while (first.length < 2) {
    const { done, value } = await chunks.next();
    if (done) return { first, isEnd: true };
    first = joined([first, value]);
  }
  return { first, isEnd: false };
}
