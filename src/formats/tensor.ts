/**
 * The tensors of a safetensors file: their types, how wide each is, and their numbers from bytes and to bytes.
 * Numbers are little-endian in the file, as in every engine that has typed arrays and WebGPU. F16 and BF16 are widened to
 * float32, which holds each of them exactly; they are read and not written. The 8-bit floats are neither.
 */

/** What holds the numbers of each type. */
export interface TensorArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Float32Array;
  BF16: Float32Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
  I32: Int32Array;
  U32: Uint32Array;
  I16: Int16Array;
  U16: Uint16Array;
  I8: Int8Array;
  U8: Uint8Array;
  /** 0 or 1 each. */
  BOOL: Uint8Array;
}

export type Dtype = keyof TensorArrays;

/** A tensor of any type; `data` is row-major, as many numbers as the sizes of `shape` multiplied. */
export type Tensor = {
  readonly [D in Dtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: TensorArrays[D] };
}[Dtype];

/** Bytes of one number. */
export const DTYPE_BYTES: Readonly<Record<Dtype, 1 | 2 | 4 | 8>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export const DTYPES = Object.keys(DTYPE_BYTES) as readonly Dtype[];

export function isDtype(name: unknown): name is Dtype {
  return DTYPES.some((dtype) => dtype === name);
}

/** The bytes are as many as the shape has numbers, and begin at a multiple of the type's width. The numbers are a view of them, except those that are widened. */
export function tensorFromBytes(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const { buffer, byteOffset } = bytes;
  const count = bytes.length / DTYPE_BYTES[dtype];
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byteOffset, count) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, count) };
    case 'F16':
      return { dtype, shape, data: Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfValue) };
    case 'BF16':
      return { dtype, shape, data: widenedBrainFloats(new Uint16Array(buffer, byteOffset, count)) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byteOffset, count) };
    case 'U64':
      return { dtype, shape, data: new BigUint64Array(buffer, byteOffset, count) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byteOffset, count) };
    case 'U32':
      return { dtype, shape, data: new Uint32Array(buffer, byteOffset, count) };
    case 'I16':
      return { dtype, shape, data: new Int16Array(buffer, byteOffset, count) };
    case 'U16':
      return { dtype, shape, data: new Uint16Array(buffer, byteOffset, count) };
    case 'I8':
      return { dtype, shape, data: new Int8Array(buffer, byteOffset, count) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer, byteOffset, count) };
    default:
      return dtype satisfies never;
  }
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The upper half of a float32 each. */
function widenedBrainFloats(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  halves.forEach((half, i) => (bits[i] = half * 0x10000));
  return new Float32Array(bits.buffer);
}
