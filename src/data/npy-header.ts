/**
 * The header of an array in NumPy's format, versions 1 to 3: type, order, shape, and where the values start.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * It refuses what holds no plain numbers or texts (objects are pickled programs), and shapes that the bytes there are
 * do not fill: nothing is set aside for a claim.
 */
import { quoted } from '../core/run-checks.js';
import type { DataError } from './data-error.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy writes some hundred bytes; it reads at most ten thousand itself. */
const LONGEST_HEADER = 64 * 1024;

/** NumPy's own limit. */
const MOST_DIMENSIONS = 64;

/** The letter and the size as NumPy writes them, without the order of bytes; U and S are texts. */
export type Kind = 'b1' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'f2' | 'f4' | 'f8' | 'U' | 'S';

const KINDS: readonly string[] = ['b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8'];

export interface NpyHeader {
  readonly kind: Kind;
  readonly isLittleEndian: boolean;
  /** Bytes of a value. */
  readonly itemSize: number;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Values. */
  readonly count: number;
  /** Where they start, in bytes. */
  readonly offset: number;
}

/** Makes the error for a place in the array. */
export type Refuse = (place: string, found: string, expected: string) => DataError;

/** @throws DataError */
export function npyHeader(bytes: Uint8Array, refuse: Refuse): NpyHeader {
  if (bytes[0] === 0x80) throw refuse('byte 0', 'a pickle, which is a program', 'an array (saved by numpy.save)');
  if (MAGIC.some((value, i) => bytes[i] !== value)) throw refuse('byte 0', 'no NumPy array', '\\x93NUMPY');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) {
    throw refuse('byte 6', version === undefined ? 'the end' : `version ${version}`, 'version 1, 2 or 3');
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw refuse(`byte ${bytes.length}`, 'the end', 'the length of the header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) throw refuse('byte 8', `a header of ${length} bytes`, `at most ${LONGEST_HEADER}`);
  const offset = start + length;
  if (bytes.length < offset) throw refuse(`byte ${bytes.length}`, 'the end', `a header of ${length} bytes`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, offset));
  const fields = fieldsOf(text, (found, expected) => refuse(`byte ${start}`, found, expected));
  const { kind, isLittleEndian, itemSize } = typeOf(fields.descr, refuse);
  const shape = shapeOf(fields.shape, refuse);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count === 0) throw refuse('', `an empty array of shape ${shapeText(shape)}`, 'values');
  const there = bytes.length - offset;
  if (count * itemSize !== there) {
    const claim = `${there} bytes of values for shape ${shapeText(shape)} of ${quoted(fields.descr)}`;
    throw refuse(`byte ${offset}`, claim, `${count * itemSize}`);
  }
  return { kind, isLittleEndian, itemSize, isFortran: fields.isFortran, shape, count, offset };
}

/** As Python writes it. */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

interface Fields {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: string;
}

/** The header is a Python dictionary of three fixed names, in any order. */
function fieldsOf(text: string, refuse: (found: string, expected: string) => DataError): Fields {
  const values = new Map<string, string>();
  const inner = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1];
  const field = /\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|\[[^]*\]|True|False|\([^()]*\))\s*(?:,\s*|$)/y;
  const malformed = () => refuse(quoted(text.trim()), "a dictionary of 'descr', 'fortran_order' and 'shape'");
  if (inner === undefined) throw malformed();
  while (field.lastIndex < inner.length) {
    const found = field.exec(inner);
    if (!found || values.has(found[1]!)) throw malformed();
    values.set(found[1]!, found[2]!);
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((name) => values.get(name));
  if (descr?.startsWith('[')) throw refuse('records of several fields', 'one type for the whole array');
  if (!descr?.startsWith("'") || !shape?.startsWith('(') || (order !== 'True' && order !== 'False')) throw malformed();
  return { descr: descr.slice(1, -1), isFortran: order === 'True', shape: shape.slice(1, -1) };
}

function typeOf(descr: string, refuse: Refuse): Pick<NpyHeader, 'kind' | 'isLittleEndian' | 'itemSize'> {
  const [, order, letter, digits] = /^([<>|])([A-Za-z])(\d{0,9})$/.exec(descr) ?? [];
  if (letter === 'O') {
    throw refuse('', 'Python objects, which are pickled programs', 'numbers or texts (array.astype, then numpy.save)');
  }
  const itemSize = Number(digits) * (letter === 'U' ? 4 : 1);
  const isText = letter === 'U' || letter === 'S';
  const kind = isText ? letter : `${letter}${digits}`;
  const hasOrder = order === '<' || order === '>';
  const isKnown = isText ? itemSize > 0 : KINDS.includes(kind);
  if (!isKnown || !(hasOrder || itemSize === 1 || letter === 'S')) {
    throw refuse('', `values of type ${quoted(descr)}`, 'f2, f4, f8, i1 … i8, u1 … u8, b1, or texts U and S');
  }
  return { kind: kind as Kind, isLittleEndian: order !== '>', itemSize };
}

function shapeOf(text: string, refuse: Refuse): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  // (3,) has a comma behind its only number, and () has none.
  if (parts.at(-1) === '') parts.pop();
  if (parts.length > MOST_DIMENSIONS || parts.some((part) => !/^\d{1,15}L?$/.test(part))) {
    throw refuse('', `the shape ${quoted(`(${text})`)}`, `at most ${MOST_DIMENSIONS} whole numbers`);
  }
  return parts.map((part) => Number.parseInt(part, 10));
}
