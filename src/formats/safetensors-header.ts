/**
 * The header of a safetensors file and all that can be wrong with it. What it lets through is true: each tensor's bytes are
 * in the file, fit its shape, and are its own alone, and no byte belongs to none.
 * https://github.com/huggingface/safetensors#format
 */
import { describe, quoted } from '../core/run-checks.js';
import { FormatError } from './format-error.js';
import { parseStrictJson } from './strict-json.js';
import { type Dtype, DTYPE_BYTES, DTYPES, isDtype } from './tensor.js';

export const METADATA_KEY = '__metadata__';

/** As in the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** Where a tensor's numbers lie, in bytes from the end of the header. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** @throws FormatError for a length that the file does not have, or a header that is no UTF-8 */
export function splitFile(
  bytes: Uint8Array,
  file: string,
  maxHeader = MAX_HEADER_BYTES,
): { readonly header: string; readonly data: Uint8Array } {
  if (bytes.length < LENGTH_BYTES) {
    throw new FormatError(file, '', `${bytes.length} bytes`, `a safetensors file, which has at least ${LENGTH_BYTES}`);
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const rest = bytes.length - LENGTH_BYTES;
  if (claimed > BigInt(maxHeader)) {
    const expected = `at most ${maxHeader} (is it a safetensors file?)`;
    throw new FormatError(file, 'byte 0', `a header of ${claimed} bytes`, expected);
  }
  if (claimed > BigInt(rest)) {
    const expected = `at most the ${rest} bytes that follow; the file is cut short or no safetensors file`;
    throw new FormatError(file, 'byte 0', `a header of ${claimed} bytes`, expected);
  }
  const end = LENGTH_BYTES + Number(claimed);
  return { header: headerText(bytes.subarray(LENGTH_BYTES, end), file), data: bytes.subarray(end) };
}

function headerText(bytes: Uint8Array, file: string): string {
  const text = decoded(bytes, file);
  if (!text.startsWith('{')) {
    throw new FormatError(file, `byte ${LENGTH_BYTES}`, text ? quoted(text.charAt(0)) : 'an empty header', '"{"');
  }
  // JSON allows more behind its end than the format does.
  const end = text.lastIndexOf('}') + 1;
  if (!/^ *$/.test(text.slice(end))) {
    throw new FormatError(file, 'header', `${quoted(text.slice(end))} at its end`, '"}", and spaces behind it');
  }
  return text;
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError(file, 'header', 'bytes that are no UTF-8', 'JSON in UTF-8');
  }
}

/**
 * The tensors in the order in which they lie, and the metadata.
 * @throws FormatError naming the tensor or the key
 */
export function headerEntries(header: string, dataLength: number, file: string) {
  const places: TensorPlace[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(parseStrictJson(header, file, 'header') as object)) {
    if (name === METADATA_KEY) metadata = metadataOf(entry, file);
    else places.push(placeOf(name, entry, dataLength, file));
  }
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(places, dataLength, file);
  return { places, metadata };
}

function metadataOf(entry: unknown, file: string): Readonly<Record<string, string>> {
  if (!isObject(entry)) throw new FormatError(file, METADATA_KEY, describe(entry), 'an object');
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== 'string') throw new FormatError(file, metadataPlace(key), describe(value), 'a text');
  }
  return entry as Readonly<Record<string, string>>;
}

/** How sentences name a key of the metadata. */
export function metadataPlace(key: string): string {
  return `metadata ${quoted(key)}`;
}

/** How sentences name a tensor: its name as it is where that disturbs nothing. */
export function tensorPlace(name: string): string {
  return `tensor ${/^[\w.]{1,80}$/.test(name) ? name : quoted(name)}`;
}

const FIELDS = ['dtype', 'shape', 'data_offsets'];

function placeOf(name: string, entry: unknown, dataLength: number, file: string): TensorPlace {
  const refuse = (field: string, found: string, expected: string): never => {
    throw new FormatError(file, tensorPlace(name) + (field ? `, ${field}` : ''), found, expected);
  };
  if (!isObject(entry)) return refuse('', describe(entry), `an object with ${FIELDS.join(', ')}`);
  const unknown = Object.keys(entry).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return refuse('', `an unknown field ${quoted(unknown)}`, `only ${FIELDS.join(', ')}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) return refuse('dtype', describe(dtype), `one of ${DTYPES.join(', ')}`);
  if (!Array.isArray(shape)) return refuse('shape', describe(shape), 'a list of sizes');
  const size = shape.findIndex((length) => !isWhole(length));
  if (size >= 0) return refuse(`shape[${size}]`, describe(shape[size]), 'a whole number of at least 0');
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    return refuse('data_offsets', describe(offsets), 'where its bytes begin and end, a list of 2');
  }
  const wrong = offsets.findIndex((offset) => !isWhole(offset));
  if (wrong >= 0) return refuse(`data_offsets[${wrong}]`, describe(offsets[wrong]), 'a whole number of at least 0');

  const [begin, end] = offsets as [number, number];
  const sizes = shape as number[];
  if (end < begin) return refuse('data_offsets', `an end of ${end} before its begin, ${begin}`, 'begin, then end');
  if (end > dataLength) {
    return refuse('data_offsets', `an end of ${end}`, `at most ${dataLength}, the bytes that follow the header`);
  }
  // Beyond 2^53 the product is rounded, or not a number, and then no difference of two offsets within the file.
  const bytes = sizes.reduce((product, length) => product * length, 1) * DTYPE_BYTES[dtype];
  if (end - begin !== bytes) {
    const needed = Number.isSafeInteger(bytes) ? `${bytes}, as ` : 'as many as ';
    return refuse('data_offsets', `${end - begin} bytes`, `${needed}${dtype} in the shape [${sizes.join(', ')}] takes`);
  }
  return { name, dtype, shape: sizes, begin, end };
}

/** Each byte belongs to one tensor. */
function checkCover(places: readonly TensorPlace[], dataLength: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of places) {
    if (begin !== covered) {
      const found = begin < covered ? `bytes from ${begin} on, of another tensor too` : `bytes from ${begin} on`;
      const expected = `from ${covered} on, where the tensor before it ends`;
      throw new FormatError(file, `${tensorPlace(name)}, data_offsets`, found, expected);
    }
    covered = end;
  }
  if (covered !== dataLength) {
    const found = `${dataLength} bytes behind it`;
    throw new FormatError(file, 'header', found, `${covered}, those of its tensors`);
  }
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
