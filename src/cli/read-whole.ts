/** Reads a whole file whose size nobody promised: a pipe is one too, and so is a device that never ends. */
import { createReadStream } from 'node:fs';

/** A file that is longer than anybody wants. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
  constructor(readonly most: number) {
    super(`more than ${most.toLocaleString('en-US')} bytes`);
  }
}

/**
 * @param most bytes; no more than these are ever held
 * @throws TooLongError for a longer one, and what Node's file system throws
 */
export async function readWhole(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > most) throw new TooLongError(most);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
