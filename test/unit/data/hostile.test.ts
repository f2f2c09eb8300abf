/** Files that are cut, changed or made up: a reader gives a table or a sentence, and nothing else, in bounded memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../../src/data/data-error.js';
import { memoryFile } from '../../../src/data/file.js';
import { readCsv } from '../../../src/data/csv.js';
import { readNpy } from '../../../src/data/npy.js';
import type { DataFormat } from '../../../src/data/read.js';
import { npy, numbers } from './arrays.js';
import { outcomeOf, SAMPLES } from './hostile.js';
import { cellsOf, inPieces } from './support.js';

const FORMATS: readonly DataFormat[] = ['csv', 'json', 'npy', 'npz', 'idx', 'picture'];

describe.each(SAMPLES)('$name', ({ format, bytes, isWhole }) => {
  test('control: it is read as it is', async () => {
    expect(await outcomeOf(format, bytes)).toBe('read');
  });

  test('cut at every byte', async () => {
    const outcomes = [];
    for (let length = 0; length < bytes.length; length++)
      outcomes.push(await outcomeOf(format, bytes.slice(0, length)));
    if (isWhole) expect(outcomes.indexOf('read')).toBe(-1);
    expect(outcomes).toContain('refused');
  });

  test('every byte changed', async () => {
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[at]! ^= change;
        if ((await outcomeOf(format, changed)) === 'refused') refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test('bytes taken out, doubled, put in and changed at random', async () => {
    const edit = fc.record({
      at: fc.nat(bytes.length),
      remove: fc.nat(8),
      insert: fc.uint8Array({ maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let changed = Array.from(bytes);
        for (const { at, remove, insert } of edits) {
          changed = [...changed.slice(0, at), ...insert, ...changed.slice(at + remove)];
        }
        await outcomeOf(format, Uint8Array.from(changed));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

test('random bytes, taken for any format', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(undefined, ...FORMATS),
      async (bytes, format) => {
        await outcomeOf(format, bytes);
      },
    ),
    { seed: 2, numRuns: 1000 },
  );
});

test('control: another error than a DataError does not pass for a refusal', async () => {
  const broken = { name: 'hostile', size: 1, stream: () => new ReadableStream<Uint8Array>() };
  const locked = {
    ...broken,
    stream: () =>
      (() => {
        throw new DataError('x', '', 'a', 'b');
      })(),
  };
  await expect(readCsv(locked)).rejects.toBeInstanceOf(DataError);
  await expect(outcomeOf('csv', undefined as unknown as Uint8Array)).rejects.toBeInstanceOf(TypeError);
});

describe('what is written comes back', () => {
  const delimiters = [',', ';', '\t'];
  const lineEnds = ['\n', '\r\n', '\r'];
  // Any text but zeros, which no text file has.
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    fc
      .array(fc.constantFrom('"', ',', ';', '\t', '\n', '\r', ' ', 'a', '\uFEFF'), { maxLength: 6 })
      .map((all) => all.join('')),
  );
  const table = fc.record({
    rows: fc.array(fc.tuple(fc.double({ noDefaultInfinity: true }), texts, texts), { minLength: 1, maxLength: 20 }),
    delimiter: fc.constantFrom(...delimiters),
    lineEnd: fc.constantFrom(...lineEnds),
    isQuoted: fc.boolean(),
    piece: fc.integer({ min: 1, max: 64 }),
  });

  test('numbers and texts through a CSV, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, delimiter, lineEnd, isQuoted, piece }) => {
        const cell = (text: string) =>
          isQuoted || /["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const lines = rows.map(([n, s, t]) => [String(n), cell(s), cell(t)].join(delimiter));
        const text = ['n,s,t'.replaceAll(',', delimiter), ...lines, ''].join(lineEnd);
        const file = inPieces('a.csv', new TextEncoder().encode(text), piece);
        const types = { n: 'number', s: 'text', t: 'text' } as const;
        const read = await readCsv(file, { delimiter, types, missing: ['NaN'] });
        const texts = (index: 1 | 2) => rows.map((row) => (row[index].trim() === 'NaN' ? null : row[index]));
        // String(-0) is 0.
        const n = rows.map(([number]) => (Number.isNaN(number) ? null : number + 0));
        expect(cellsOf(read)).toEqual({ n, s: texts(1), t: texts(2) });
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  const kinds = {
    u1: fc.integer({ min: 0, max: 255 }),
    i1: fc.integer({ min: -128, max: 127 }),
    u2: fc.integer({ min: 0, max: 65_535 }),
    i2: fc.integer({ min: -32_768, max: 32_767 }),
    u4: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    i4: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    u8: fc.maxSafeNat(),
    i8: fc.maxSafeInteger().map((value) => value + 0),
    f4: fc.float({ noDefaultInfinity: true, noNaN: true }),
    f8: fc.double({ noDefaultInfinity: true }),
  };
  const array = fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    order: fc.constantFrom('<', '>'),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    isFortran: fc.boolean(),
    version: fc.constantFrom(1 as const, 2 as const, 3 as const),
  });
  const filled = array.chain((parts) => {
    const count = parts.shape.reduce((product, size) => product * size, 1);
    const values: fc.Arbitrary<number> = kinds[parts.kind];
    return fc.tuple(fc.constant(parts), fc.array(values, { minLength: count, maxLength: count }));
  });

  test('arrays of every type, shape and order through an NPY', async () => {
    await fc.assert(
      fc.asyncProperty(filled, async ([{ kind, order, shape, isFortran, version }, values]) => {
        const type = order + kind;
        const stored = isFortran ? columnMajor(values, shape) : values;
        const parts = { type, shape: `(${shape.join(', ')},)`, isFortran, version };
        const { rows, columns } = await readNpy(memoryFile('a.npy', npy(numbers(stored, type), parts)));
        expect(rows).toBe(shape[0]);
        expect(columns[0]).toMatchObject({ kind: 'numbers', width: values.length / shape[0]! });
        expect(Array.from((columns[0] as { values: Float64Array }).values)).toEqual(values);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

/** By its definition: the first index runs first. */
function columnMajor(values: readonly number[], shape: readonly number[]): number[] {
  const result: number[] = [];
  values.forEach((value, i) => {
    let rest = i;
    let place = 0;
    for (let d = shape.length - 1; d >= 0; d--) {
      const index = rest % shape[d]!;
      rest = Math.floor(rest / shape[d]!);
      place += index * shape.slice(0, d).reduce((product, size) => product * size, 1);
    }
    result[place] = value;
  });
  return result;
}
