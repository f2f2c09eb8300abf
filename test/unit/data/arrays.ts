/**
 * Files of arrays and pictures, made byte by byte from their specifications: NPY, ZIP, IDX, PNG. What readers are tested
 * with; shares nothing with them. Runs everywhere.
 */
import { deflateSync, zlibSync } from 'fflate';

export type Bytes = Uint8Array<ArrayBuffer>;
type Part = Uint8Array | string | readonly number[];

export function joined(...parts: readonly Part[]): Bytes {
  const all = parts.map((part) => (typeof part === 'string' ? latin1(part) : part));
  const result = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export function fromBase64(text: string): Bytes {
  return latin1(atob(text));
}

function latin1(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const little = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 255);
const big = (value: number, bytes: number) => little(value, bytes).reverse();

/** Bit by bit. */
export function crc(bytes: Uint8Array): number {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

export interface NpyParts {
  /** As NumPy writes it, for example `<f4`. */
  readonly type: string;
  /** As Python writes it. */
  readonly shape: string;
  readonly isFortran?: boolean;
  readonly version?: 1 | 2 | 3;
  /** Instead of the dictionary that follows from the others. */
  readonly header?: string;
}

export function npy(values: Part, { type, shape, isFortran = false, version = 1, ...given }: NpyParts): Bytes {
  const order = isFortran ? 'True' : 'False';
  const text = given.header ?? `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const start = version === 1 ? 10 : 12;
  const header = `${text}${' '.repeat(63 - ((start + text.length) % 64))}\n`;
  return joined([0x93], 'NUMPY', [version, 0], little(header.length, version === 1 ? 2 : 4), header, values);
}

/** Numbers in bytes, by NumPy's letter and size. */
export function numbers(values: readonly number[], type: string): Bytes {
  const size = Number(type.slice(2));
  const view = new DataView(new ArrayBuffer(values.length * size));
  const isLittle = type[0] !== '>';
  values.forEach((value, i) => put(view, i * size, type.slice(1), value, isLittle));
  return new Uint8Array(view.buffer);
}

function put(view: DataView, at: number, kind: string, value: number, isLittle: boolean): void {
  switch (kind) {
    case 'b1':
    case 'u1':
      return view.setUint8(at, value);
    case 'i1':
      return view.setInt8(at, value);
    case 'u2':
      return view.setUint16(at, value, isLittle);
    case 'i2':
      return view.setInt16(at, value, isLittle);
    case 'u4':
      return view.setUint32(at, value, isLittle);
    case 'i4':
      return view.setInt32(at, value, isLittle);
    case 'u8':
      return view.setBigUint64(at, BigInt(value), isLittle);
    case 'i8':
      return view.setBigInt64(at, BigInt(value), isLittle);
    case 'f4':
      return view.setFloat32(at, value, isLittle);
    case 'f8':
      return view.setFloat64(at, value, isLittle);
    default:
      throw new Error(`no type ${kind}`);
  }
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isStored?: boolean;
  /** Instead of what is right. */
  readonly lie?: Partial<Record<'size' | 'packed' | 'crc' | 'flags' | 'method' | 'header', number>> & {
    readonly localName?: string;
  };
}

export function zip(parts: readonly ZipPart[], comment = ''): Bytes {
  const files: Bytes[] = [];
  const directory: Bytes[] = [];
  let offset = 0;
  for (const { name, bytes, isStored = false, lie = {} } of parts) {
    const packed = isStored ? bytes : deflateSync(bytes);
    const method = lie.method ?? (isStored ? 0 : 8);
    const [crcValue, size, packedSize] = [lie.crc ?? crc(bytes), lie.size ?? bytes.length, lie.packed ?? packed.length];
    const common = joined(
      [20, 0],
      little(lie.flags ?? 0, 2),
      little(method, 2),
      [0, 0, 0, 0],
      little(crcValue, 4),
      little(packedSize, 4),
      little(size, 4),
      little(name.length, 2),
    );
    const file = joined('PK\x03\x04', common, [0, 0], lie.localName ?? name, packed);
    directory.push(joined('PK\x01\x02', [20, 0], common, new Uint8Array(12), little(lie.header ?? offset, 4), name));
    files.push(file);
    offset += file.length;
  }
  const index = joined(...directory);
  const count = little(parts.length, 2);
  const end = joined('PK\x05\x06', [0, 0, 0, 0], count, count, little(index.length, 4), little(offset, 4));
  return joined(...files, index, end, little(comment.length, 2), comment);
}

/** @param code 0x08 for bytes */
export function idx(code: number, shape: readonly number[], values: Part): Bytes {
  return joined([0, 0, code, shape.length], ...shape.map((size) => big(size, 4)), values);
}

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colour: 0 | 2 | 3 | 4 | 6;
  readonly isInterlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** Chunks before the samples. */
  readonly extra?: readonly Uint8Array[];
}

/** @param lines of samples, each starting with its filter; the passes one after the other where it is interlaced */
export function png(lines: Part, { width, height, depth = 8, colour, isInterlaced, ...parts }: PngParts): Bytes {
  const header = joined(big(width, 4), big(height, 4), [depth, colour, 0, 0, isInterlaced ? 1 : 0]);
  return joined(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', header),
    ...(parts.extra ?? []),
    parts.palette ? pngChunk('PLTE', parts.palette) : [],
    parts.transparency ? pngChunk('tRNS', parts.transparency) : [],
    pngChunk('IDAT', zlibSync(joined(lines))),
    pngChunk('IEND', []),
  );
}

export function pngChunk(type: string, data: Part): Bytes {
  const body = joined(type, data);
  return joined(big(body.length - 4, 4), body, big(crc(body), 4));
}
