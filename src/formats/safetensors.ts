/**
 * Safetensors, the format for weights of Hugging Face: eight bytes with the length of a header, the header in JSON, and the
 * numbers. Written so that the same tensors give the same bytes; read with every check of the specification
 * (https://github.com/huggingface/safetensors#format), so that a file from anywhere is either read rightly or refused.
 * It knows nothing of layers.
 */
import { describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { FormatError } from './format-error.js';
import { headerEntries, MAX_HEADER_BYTES, METADATA_KEY, splitFile, type TensorPlace } from './safetensors-header.js';
import { DTYPE_BYTES, type Tensor, tensorFromBytes } from './tensor.js';

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Empty where the file has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The file: `__metadata__` first, then the tensors with wider types before narrower ones, so that every number lies on a
 * multiple of its width, and else in the order given. The header is filled up with spaces to a multiple of 8 bytes.
 * @throws FormatError for a tensor whose numbers do not fill its shape, or of a type that is read alone (F16, BF16), and for
 * a header that is larger than one may be
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  // The sort is stable.
  const ordered = [...tensors].sort(([, a], [, b]) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype]);
  let end = 0;
  const parts = ordered.map(([name, tensor]) => {
    checkTensor(name, tensor);
    const begin = end;
    end += tensor.data.byteLength;
    // Written piece by piece: an object would put a key such as "0" in front, and lose a key `__proto__`.
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] })}`;
  });
  const entries = Object.entries(metadata).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (entries.length > 0) parts.unshift(`"${METADATA_KEY}":{${entries.join(',')}}`);
  const header = new TextEncoder().encode(`{${parts.join(',')}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES) {
    throw new FormatError('the file to write', 'header', `${headerLength} bytes`, `at most ${MAX_HEADER_BYTES}`);
  }

  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(header, 8);
  let offset = 8 + headerLength;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

export interface DecodeOptions {
  /** Bytes that a header may have at most, a whole number of at least 0. Default 100,000,000, as in the reference implementation. */
  readonly maxHeader?: number | undefined;
}

/**
 * The tensors in the order in which they lie in the file. Their numbers are views of `bytes` where they lie on a multiple of
 * their width, so that a large file is not held twice, and copies where they do not or are widened (F16, BF16): leave the bytes
 * unchanged while the tensors are used. Memory is taken for bytes that are there, never for what the header claims.
 * @param fileName for the sentence about it
 * @throws FormatError naming the place, what was found and what was expected
 * @throws RunError for an option that is wrong
 */
export function decodeSafetensors(bytes: Uint8Array, fileName: string, options: DecodeOptions = {}): Safetensors {
  const { maxHeader = MAX_HEADER_BYTES } = options;
  if (!Number.isSafeInteger(maxHeader) || maxHeader < 0) {
    throw new RunError('maxHeader', describe(maxHeader), 'a whole number of at least 0');
  }
  const { header, data } = splitFile(bytes, fileName, maxHeader);
  const { places, metadata } = headerEntries(header, data.length, fileName);
  const tensors = new Map(places.map((place) => [place.name, tensorAt(place, data)]));
  return { tensors, metadata };
}

function tensorAt({ dtype, shape, begin, end }: TensorPlace, data: Uint8Array): Tensor {
  const own = data.subarray(begin, end);
  // Bytes may begin at any address, numbers of several bytes may not. No slice(), which in Node's Buffer copies nothing.
  const isAligned = own.byteOffset % DTYPE_BYTES[dtype] === 0;
  return tensorFromBytes(dtype, shape, isAligned ? own : new Uint8Array(own));
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  const place = `tensor ${name}`;
  const refuse = (found: string, expected: string) => {
    throw new FormatError('the file to write', place, found, expected);
  };
  if (name === METADATA_KEY) refuse('a name that is kept for the metadata', 'another name');
  if (data.BYTES_PER_ELEMENT !== DTYPE_BYTES[dtype])
    refuse(`numbers of ${dtype}`, 'a type that is written as it is held');
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count) refuse(`${data.length} numbers`, `${count}, those of the shape [${shape.join(', ')}]`);
}
