/** Tables in JSON, in each of their forms; what is refused about them. */
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { type JsonOptions, readJson } from '../../../src/data/json.js';
import { cellsOf, refusalOf } from './support.js';

const read = (text: string, options?: JsonOptions) => readJson(memoryFile('a.json', text), options);
const cells = async (value: unknown, options?: JsonOptions) => cellsOf(await read(JSON.stringify(value), options));

test.each<[string, unknown, Record<string, unknown[]>]>([
  ['a list of objects', [{ a: 1, b: 'x' }, { b: null, a: 2 }, { a: true }], { a: [1, 2, 1], b: ['x', null, null] }],
  ['keys that come late', [{ a: 1 }, { a: 2, c: 5 }, {}], { a: [1, 2, null], c: [null, 5, null] }],
  [
    'a list of rows',
    [
      [1, 'x'],
      [2, null],
    ],
    { column1: [1, 2], column2: ['x', null] },
  ],
  ['an object of columns', { a: [1, 2], b: ['x', 'y'] }, { a: [1, 2], b: ['x', 'y'] }],
  [
    'x and y',
    {
      x: [
        [0, 1],
        [1, null],
      ],
      y: [[1], [0]],
    },
    {
      x: [
        [0, 1],
        [1, null],
      ],
      y: [1, 0],
    },
  ],
  [
    'blocks in objects',
    [
      { pixels: [1, 2], label: 'a' },
      { pixels: null, label: 'b' },
    ],
    {
      pixels: [
        [1, 2],
        [null, null],
      ],
      label: ['a', 'b'],
    },
  ],
  ['a column without a value', [{ a: null, b: 1 }], { a: [null], b: [1] }],
  ['names of JavaScript’s own', [{ constructor: 1, toString: 2 }], { constructor: [1], toString: [2] }],
])('%s', async (_, value, expected) => expect(await cells(value)).toEqual(expected));

test('blocks keep their shape', async () => {
  const table = await read('{"x": [[[1, 2, 3], [4, 5, 6]]]}');
  expect(table.columns).toEqual([
    { kind: 'numbers', name: 'x', width: 6, shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6), missing: 0 },
  ]);
});

test('__proto__ is a name as any other', async () => {
  const { columns } = await read('[{"__proto__": 1}]');
  expect(columns).toMatchObject([{ name: '__proto__', values: Float64Array.of(1) }]);
});

test('no more rows than asked for', async () => {
  expect(await cells([{ a: 1 }, { a: 'x' }], { limit: 1 })).toEqual({ a: [1] });
  expect(await cells({ a: [1, 2, 'x'] }, { limit: 2 })).toEqual({ a: [1, 2] });
});

test.each<[string, string]>([
  ['', 'a.json: found no JSON ('],
  ['{"a": [1, 2}', 'a.json: found no JSON ('],
  ['5', 'a.json: found 5, expected a list of rows, or an object of columns.'],
  ['[]', 'a.json: found no rows, expected at least one.'],
  ['{}', 'a.json: found no rows, expected at least one.'],
  ['[{}]', 'a.json: found no rows, expected at least one.'],
  ['{"a": []}', 'a.json: found no rows, expected at least one.'],
  ['[1, 2]', 'a.json, [0]: found 1, expected an object, as in the rows before.'],
  ['[[1, 2], [3]]', 'a.json, [1]: found 1 value, expected 2, as in the first row.'],
  ['[[1], {"a": 1}]', 'a.json, [1]: found an object, expected a list, as in the rows before.'],
  ['[{"a": 1}, {"a": "x"}]', 'a.json, [1].a: found "x", expected a number, as in the rows before.'],
  ['[{"a": "x"}, {"a": 1}]', 'a.json, [1].a: found 1, expected a text, as in the rows before.'],
  ['[{"a": {"b": 1}}]', 'a.json, [0].a: found an object, expected a number, as in the rows before.'],
  ['[{"a": 1e999}]', 'a.json, [0].a: found a number beyond 1.8e308, expected one that is not infinite.'],
  ['{"a": [1], "b": [1, 2]}', 'a.json, b: found 2 rows, expected 1, as a has.'],
  ['{"a": 1}', 'a.json, a: found 1, expected a list of values.'],
  ['{"x": [[1, 2], [3]]}', 'a.json, x[1]: found a list of 1, expected a list of 2.'],
  ['{"x": [[1], 2]}', 'a.json, x[1]: found 2, expected a list of 1.'],
  ['{"x": [[]]}', 'a.json, x[0]: found an empty list, expected numbers or texts.'],
  ['{"x": [["a"]]}', 'a.json, x[0]: found "a", expected a number, as in the rows before.'],
  ['{"": [1]}', 'a.json: found a column without a name, expected a name for each column.'],
  ['[{"a": 1,\n "\\u0061": 2}]', 'a.json, line 2: found the name "a" a second time, expected another.'],
  [
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    'a.json, [0][0]: found lists within lists, expected numbers or texts.',
  ],
  [`{"x": ${'['.repeat(20)}1${']'.repeat(20)}}`, 'a.json, x[0]: found lists within lists, expected numbers or texts.'],
])('%j is refused', async (text, sentence) => {
  expect(await refusalOf(() => read(text))).toContain(sentence);
});

test('control: a name may come again in another object, and a text may look like one', async () => {
  expect(await cells([{ a: '"a":' }, { a: '\\' }])).toEqual({ a: ['"a":', '\\'] });
});

test('few values in many rows and columns set nothing aside for the holes', async () => {
  const sentence =
    'a.json: found more than 4194304 missing values, and few others, expected a value for 16 missing ones.';
  const rows = Array.from({ length: 50_000 }, (_, i) => ({ [`key${i}`]: 1 }));
  expect(await refusalOf(() => read(JSON.stringify(rows)))).toBe(sentence);
  const wide = `{"x": [[${'1,'.repeat(99_999)}1]${',null'.repeat(100_000)}]}`;
  expect(await refusalOf(() => read(wide))).toBe(sentence);
});

test('a million columns are refused', async () => {
  const keys = Object.fromEntries(Array.from({ length: 100_001 }, (_, i) => [`k${i}`, 1]));
  expect(await refusalOf(() => read(JSON.stringify([keys])))).toBe(
    'a.json: found 100001 columns, expected at most 100000.',
  );
  const row = `[[${'1,'.repeat(1_000_000)}1]]`;
  expect(await refusalOf(() => read(row))).toBe('a.json: found 1000001 columns, expected at most 100000.');
});
