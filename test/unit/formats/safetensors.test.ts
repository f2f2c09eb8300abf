/**
 * Safetensors against bytes laid by hand, there and back for any tensors, and against files that are damaged or lie: each
 * is refused with a FormatError, or read as what it then says.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunError } from '../../../src/core/run-error.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors.js';
import type { Tensor } from '../../../src/formats/tensor.js';
import { fileOf, formatRefusal } from './format-refusal.js';

const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, 'f.safetensors');
const refusal = (bytes: Uint8Array) => formatRefusal(() => decode(bytes));
const f32 = (shape: number[], ...values: number[]): Tensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

/** Two tensors, as the specification lays them out. */
const HEADER =
  '{"__metadata__":{"k":"v"},"b":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
  '"a":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}';
// prettier-ignore
const DATA = [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, /* 1.5 */ 0, 0, 0x80, 0x3f, /* 1 */ 0, 0, 0, 0xc0, /* −2 */];

describe('bytes', () => {
  const tensors = new Map<string, Tensor>([
    ['a', f32([2, 1], 1, -2)],
    ['b', { dtype: 'F64', shape: [], data: Float64Array.of(1.5) }],
  ]);

  test('the file is what the specification says, byte for byte', () => {
    const spaces = ' '.repeat((8 - (HEADER.length % 8)) % 8);
    expect(HEADER.length % 8).not.toBe(0);
    expect(Array.from(encodeSafetensors(tensors, { k: 'v' }))).toEqual(Array.from(fileOf(HEADER + spaces, DATA)));
  });

  test('it is read back, also from the middle of a buffer at an odd address', () => {
    const bytes = fileOf(HEADER, DATA);
    const shifted = new Uint8Array(bytes.length + 7).subarray(3, 3 + bytes.length);
    shifted.set(bytes);
    for (const { tensors: read, metadata } of [decode(bytes), decode(shifted)]) {
      expect(read).toEqual(tensors);
      expect([...read.keys()]).toEqual(['b', 'a']);
      expect(metadata).toEqual({ k: 'v' });
    }
  });

  test('numbers are views of the bytes where they lie as typed arrays must, and else copies', () => {
    const spaces = ' '.repeat((8 - (HEADER.length % 8)) % 8);
    const file = fileOf(HEADER + spaces, DATA);
    const isView = (bytes: Uint8Array) => decode(bytes).tensors.get('a')!.data.buffer === bytes.buffer;
    expect(isView(file)).toBe(true);
    // Node's own bytes too, whose slice() copies nothing.
    for (const shift of [1, 2, 3, 4]) {
      const moved = Buffer.from(new ArrayBuffer(file.length + 8), shift, file.length);
      moved.set(file);
      expect(decode(moved).tensors).toEqual(tensors);
      expect(isView(moved)).toBe(shift === 4);
    }
    const byte = fileOf('{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [7]);
    expect(decode(Buffer.from(byte)).tensors.get('x')!.data).toEqual(Uint8Array.of(7));
  });

  test('a header over the limit of the caller is refused', () => {
    const bytes = fileOf('{}      ');
    expect(formatRefusal(() => decodeSafetensors(bytes, 'f', { maxHeader: 7 }))).toBe(
      'f, byte 0: found a header of 8 bytes, expected at most 7 (is it a safetensors file?).',
    );
    expect(formatRefusal(() => decodeSafetensors(bytes, 'f', { maxHeader: 8 }))).toBeUndefined();
    for (const maxHeader of [-1, 1.5, NaN, '8']) {
      expect(() => decodeSafetensors(bytes, 'f', { maxHeader } as never)).toThrow(RunError);
    }
  });

  test('control: one byte of a number changed is another number', () => {
    const bytes = fileOf(HEADER, DATA);
    bytes[bytes.length - 1] = 0x40;
    expect(decode(bytes).tensors.get('a')?.data).toEqual(Float32Array.of(1, 2));
  });

  test('no tensors and no metadata; tensors without numbers', () => {
    expect(decode(encodeSafetensors(new Map()))).toEqual({ tensors: new Map(), metadata: {} });
    const empty = new Map([['x', f32([0, 3])]]);
    expect(decode(encodeSafetensors(empty)).tensors).toEqual(empty);
  });

  test('every type is read', () => {
    const entry = (dtype: string, bytes: number) =>
      `{"x":{"dtype":"${dtype}","shape":[2],"data_offsets":[0,${bytes}]}}`;
    const read = (dtype: string, data: number[]) =>
      decode(fileOf(entry(dtype, data.length), data)).tensors.get('x')?.data;
    const [low, high] = [1, 0xff];
    expect(read('U8', [low, high])).toEqual(Uint8Array.of(1, 255));
    expect(read('I8', [low, high])).toEqual(Int8Array.of(1, -1));
    expect(read('BOOL', [0, 1])).toEqual(Uint8Array.of(0, 1));
    expect(read('U16', [1, 0, 0xff, 0xff])).toEqual(Uint16Array.of(1, 65535));
    expect(read('I16', [1, 0, 0xff, 0xff])).toEqual(Int16Array.of(1, -1));
    expect(read('U32', [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])).toEqual(Uint32Array.of(1, 2 ** 32 - 1));
    expect(read('I32', [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])).toEqual(Int32Array.of(1, -1));
    expect(read('I64', [1, 0, 0, 0, 0, 0, 0, 0, ...Array<number>(8).fill(255)])).toEqual(BigInt64Array.of(1n, -1n));
    expect(read('U64', [1, 0, 0, 0, 0, 0, 0, 0, ...Array<number>(8).fill(255)])).toEqual(
      BigUint64Array.of(1n, 2n ** 64n - 1n),
    );
    // 1.0 and −65504, the least half; the smallest half above 0, and infinity.
    expect(read('F16', [0, 0x3c, 0xff, 0xfb])).toEqual(Float32Array.of(1, -65504));
    expect(read('F16', [1, 0, 0, 0x7c])).toEqual(Float32Array.of(2 ** -24, Infinity));
    expect(read('F16', [1, 0x7c, 0xff, 3])).toEqual(Float32Array.of(NaN, 1023 * 2 ** -24));
    expect(read('BF16', [0x80, 0x3f, 0x80, 0xff])).toEqual(Float32Array.of(1, -Infinity));
  });

  test('any tensors come back, and the same ones give the same bytes', () => {
    const float32 = fc.float({ noNaN: false }).map((value) => Math.fround(value));
    const tensor = fc.oneof(
      fc.array(float32, { maxLength: 12 }).map((values) => f32([values.length], ...values)),
      fc.array(fc.double(), { minLength: 1, maxLength: 6 }).map((values): Tensor => {
        return { dtype: 'F64', shape: [1, values.length], data: Float64Array.from(values) };
      }),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value): Tensor => {
        return { dtype: 'I64', shape: [], data: BigInt64Array.of(value) };
      }),
    );
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('0', '__proto__', 'constructor', 'ä"\n'));
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, tensor)), fc.dictionary(text, text), (entries, metadata) => {
        const tensors = new Map(entries.filter(([key]) => key !== '__metadata__'));
        const bytes = encodeSafetensors(tensors, metadata);
        const read = decode(bytes);
        expect(read.tensors).toEqual(tensors);
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
        expect(encodeSafetensors(tensors, metadata)).toEqual(bytes);
        expect((8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))) % 8).toBe(0);
      }),
    );
  });

  test('a tensor that would not be read again is not written', () => {
    const half: Tensor = { dtype: 'F16', shape: [1], data: Float32Array.of(1) };
    const write = (name: string, tensor: Tensor) => formatRefusal(() => encodeSafetensors(new Map([[name, tensor]])));
    expect(write('x', f32([3], 1, 2))).toBe(
      'the file to write, tensor x: found 2 numbers, expected 3, those of the shape [3].',
    );
    expect(write('x', half)).toMatch(/numbers of F16/);
    expect(write('__metadata__', f32([1], 1))).toMatch(/kept for the metadata/);
    expect(write('x', f32([2], 1, 2))).toBeUndefined();
  });
});

/** A header with one tensor, whose entry is changed. */
const one = (changes: object) => {
  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...changes };
  return fileOf(JSON.stringify({ x: entry }), [0, 0, 0, 0]);
};
const text = (header: string, data: number[] = []) => fileOf(header, data);
const X = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
const two = (first: number[], second: number[], bytes: number) =>
  fileOf(
    JSON.stringify({
      a: { dtype: 'U8', shape: [first[1]! - first[0]!], data_offsets: first },
      b: { dtype: 'U8', shape: [second[1]! - second[0]!], data_offsets: second },
    }),
    new Uint8Array(bytes),
  );
const WHOLE = 'expected a whole number of at least 0.';
const PLACE = 'f.safetensors, tensor x, ';

// prettier-ignore
describe('files that lie', () => {
  test.each<[name: string, bytes: Uint8Array, sentence: string]>([
    ['nothing', new Uint8Array(), 'f.safetensors: found 0 bytes, expected a safetensors file, which has at least 8.'],
    ['a header longer than the file', fileOf('{}', [], 3n), 'f.safetensors, byte 0: found a header of 3 bytes, expected at most the 2 bytes that follow; the file is cut short or no safetensors file.'],
    ['a header over the limit', fileOf('{}', [], 100_000_001n), 'f.safetensors, byte 0: found a header of 100000001 bytes, expected at most 100000000 (is it a safetensors file?).'],
    ['a header of 2^64 − 1 bytes', fileOf('{}', [], 2n ** 64n - 1n), 'f.safetensors, byte 0: found a header of 18446744073709551615 bytes, expected at most 100000000 (is it a safetensors file?).'],
    ['an empty header', text(''), 'f.safetensors, byte 8: found an empty header, expected "{".'],
    ['a list', text('[]'), 'f.safetensors, byte 8: found "[", expected "{".'],
    ['a space in front', text(' {}'), 'f.safetensors, byte 8: found " ", expected "{".'],
    ['a byte order mark', text('\uFEFF{}'), 'f.safetensors, byte 8: found "\uFEFF", expected "{".'],
    ['a new line behind', text('{}\n'), 'f.safetensors, header: found "\\n" at its end, expected "}", and spaces behind it.'],
    ['no JSON', text('{"a":}'), 'f.safetensors, header: found text that is no JSON, expected JSON.'],
    ['no UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'f.safetensors, header: found bytes that are no UTF-8, expected JSON in UTF-8.'],
    ['a tensor twice', text(`{"x":${X},"x":${X}}`, [0, 0, 0, 0]), 'f.safetensors, header: found the key "x" twice, expected each key once.'],
    ['a tensor twice, written differently', text(`{"x":${X},"\\u0078" : ${X}}`, [0, 0, 0, 0]), 'f.safetensors, header: found the key "x" twice, expected each key once.'],
    ['a field twice', text('{"x":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', [0, 0, 0, 0]), 'f.safetensors, header: found the key "shape" twice, expected each key once.'],
    ['deep nesting', text(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 'f.safetensors, header: found JSON nested deeper than 64, expected at most 64 levels.'],
    ['a tensor that is a number', text('{"x":1}'), 'f.safetensors, tensor x: found 1, expected an object with dtype, shape, data_offsets.'],
    ['a field too many', one({ strides: [1] }), 'f.safetensors, tensor x: found an unknown field "strides", expected only dtype, shape, data_offsets.'],
    ['a __proto__ in a tensor', text('{"x":{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}', [0, 0, 0, 0]), 'f.safetensors, tensor x: found an unknown field "__proto__", expected only dtype, shape, data_offsets.'],
    ['an unknown type', one({ dtype: 'F8_E4M3' }), `${PLACE}dtype: found "F8_E4M3", expected one of F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL.`],
    ['a type from the prototype', one({ dtype: 'toString' }), `${PLACE}dtype: found "toString", expected one of F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL.`],
    ['a shape that is a number', one({ shape: 1 }), `${PLACE}shape: found 1, expected a list of sizes.`],
    ['a negative size', one({ shape: [-1] }), `${PLACE}shape[0]: found -1, ${WHOLE}`],
    ['a size with a fraction', one({ shape: [1.5] }), `${PLACE}shape[0]: found 1.5, ${WHOLE}`],
    ['a size as text', one({ shape: ['1'] }), `${PLACE}shape[0]: found "1", ${WHOLE}`],
    ['a size beyond 2^53', one({ shape: [2 ** 54] }), `${PLACE}shape[0]: found 18014398509481984, ${WHOLE}`],
    ['2^40 numbers', one({ shape: [2 ** 20, 2 ** 20] }), `${PLACE}data_offsets: found 4 bytes, expected 4398046511104, as F32 in the shape [1048576, 1048576] takes.`],
    ['sizes whose product is beyond 2^64', one({ shape: [2 ** 50, 2 ** 50] }), `${PLACE}data_offsets: found 4 bytes, expected as many as F32 in the shape [1125899906842624, 1125899906842624] takes.`],
    ['sizes whose product is infinite, and nothing', one({ shape: [...Array<number>(30).fill(2 ** 50), 0], data_offsets: [0, 0] }), `${PLACE}data_offsets: found 0 bytes, expected as many as F32 in the shape [${'1125899906842624, '.repeat(30)}0] takes.`],
    ['a negative offset', one({ data_offsets: [-4, 0] }), `${PLACE}data_offsets[0]: found -4, ${WHOLE}`],
    ['an offset with a fraction', one({ data_offsets: [0, 4.5] }), `${PLACE}data_offsets[1]: found 4.5, ${WHOLE}`],
    ['an offset that is infinite', text('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}}', [0, 0, 0, 0]), `${PLACE}data_offsets[1]: found Infinity, ${WHOLE}`],
    ['three offsets', one({ data_offsets: [0, 4, 8] }), `${PLACE}data_offsets: found a list of 3, expected where its bytes begin and end, a list of 2.`],
    ['an end before its begin', one({ data_offsets: [4, 0] }), `${PLACE}data_offsets: found an end of 0 before its begin, 4, expected begin, then end.`],
    ['an end outside the file', one({ data_offsets: [4, 8] }), `${PLACE}data_offsets: found an end of 8, expected at most 4, the bytes that follow the header.`],
    ['fewer bytes than the shape has', one({ shape: [2] }), `${PLACE}data_offsets: found 4 bytes, expected 8, as F32 in the shape [2] takes.`],
    ['bytes of two tensors', two([0, 4], [2, 6], 6), 'f.safetensors, tensor b, data_offsets: found bytes from 2 on, of another tensor too, expected from 4 on, where the tensor before it ends.'],
    ['a hole', two([0, 4], [5, 6], 6), 'f.safetensors, tensor b, data_offsets: found bytes from 5 on, expected from 4 on, where the tensor before it ends.'],
    ['a hole in front', two([1, 4], [4, 6], 6), 'f.safetensors, tensor a, data_offsets: found bytes from 1 on, expected from 0 on, where the tensor before it ends.'],
    ['bytes behind the last tensor', two([0, 4], [4, 6], 7), 'f.safetensors, header: found 7 bytes behind it, expected 6, those of its tensors.'],
    ['metadata that is a list', text('{"__metadata__":[]}'), 'f.safetensors, __metadata__: found a list of 0, expected an object.'],
    ['metadata with a number', text('{"__metadata__":{"a":1}}'), 'f.safetensors, metadata "a": found 1, expected a text.'],
    ['a name that would disturb a terminal', text('{"\\u001b[2J":1}'), 'f.safetensors, tensor "\\u001b[2J": found 1, expected an object with dtype, shape, data_offsets.'],
  ])('%s', (_, bytes, sentence) => {
    expect(refusal(bytes)).toBe(sentence);
  });
});

test('control: the files above, without their lies, are read', () => {
  expect(refusal(one({}))).toBeUndefined();
  expect(refusal(two([0, 4], [4, 6], 6))).toBeUndefined();
  expect(refusal(text(`{"x":${X}}   `, [0, 0, 0, 0]))).toBeUndefined();
});

test('a key __proto__ is a key, and changes no prototype', () => {
  const { tensors, metadata } = decode(text(`{"__metadata__":{"__proto__":"p"},"__proto__":${X}}`, [0, 0, 0, 0]));
  expect([...tensors.keys()]).toEqual(['__proto__']);
  expect(Object.entries(metadata)).toEqual([['__proto__', 'p']]);
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
});

describe('files that are damaged', () => {
  const bytes = fileOf(HEADER, DATA);

  test('cut at any byte, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, refusal(bytes.subarray(0, length))]).toEqual([length, expect.any(String)]);
    }
    expect(refusal(bytes)).toBeUndefined();
  });

  test('with any one byte of the length or the header changed to any other, it is refused or read', () => {
    let refused = 0;
    for (let at = 0; at < 8 + HEADER.length; at++) {
      for (let value = 0; value < 256; value++) {
        if (value === bytes[at]) continue;
        const damaged = bytes.slice();
        damaged[at] = value;
        if (refusal(damaged) !== undefined) refused += 1;
      }
    }
    // Names and texts may be others; nearly everything else may not.
    expect(refused).toBeGreaterThan(0.9 * 255 * HEADER.length);
  });

  test('with any bytes changed, it is refused or read, and nothing else happens', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        if (refusal(damaged) !== undefined) refused += 1;
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  test('any bytes at all are refused or read', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (damaged) => void refusal(damaged)));
  });
});
