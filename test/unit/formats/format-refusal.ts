/** The sentence with which a file is refused, for tests of sentences. */
import { FormatError } from '../../../src/formats/format-error.js';

/** Undefined where nothing is refused. Any other error than a FormatError is thrown on. */
export function formatRefusal(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

/** A safetensors file of any header, with data behind it: what no writer would write. */
export function fileOf(header: string | Uint8Array, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
