/** Which columns of a later table a model means: by name, by place, or the one block; and what it does not guess. */
import { describe, expect, test } from 'vitest';
import { applyInputs } from '../../../src/data/apply.js';
import { inputColumns, targetColumns } from '../../../src/data/match.js';
import type { Preprocessing } from '../../../src/data/preprocessing.js';
import type { NumberColumns, RawTable, TextColumn } from '../../../src/data/raw-table.js';
import { refusalOf } from './support.js';

const input = (name: string, width = 1) => ({ kind: 'numbers', name, width, shift: 0, scale: 1 }) as const;
const target = (name: string) =>
  ({ kind: 'numbers', names: [name], columns: [{ name, width: 1 }], shift: [0], scale: [1] }) as const;

const NAMED: Preprocessing = { inputs: [input('a'), input('b')], target: target('y') };
const NAMELESS: Preprocessing = {
  inputs: [input('column2'), input('column4')],
  target: target('column1'),
  nameless: 4,
};
const BLOCK: Preprocessing = { inputs: [input('x', 3)], target: target('y') };

/** Two rows; the columns are numbered, so that it shows which is which. */
function table(...columns: readonly (string | readonly [name: string, width: number])[]): RawTable {
  return {
    source: 'new.csv',
    rows: 2,
    columns: columns.map((column, c): NumberColumns => {
      const [name, width] = typeof column === 'string' ? [column, 1] : column;
      return { kind: 'numbers', name, width, values: new Float64Array(2 * width).fill(c), missing: 0 };
    }),
    notes: [],
  };
}

/** The places of the columns that were found. */
const inputsIn = (fitted: Preprocessing, rows: RawTable) =>
  inputColumns(fitted, rows).map((column) => (column as NumberColumns).values[0]);
const targetsIn = (fitted: Preprocessing, rows: RawTable) =>
  targetColumns(fitted, rows).map((column) => (column as NumberColumns).values[0]);
const refusal = (attempt: () => unknown) => refusalOf(() => Promise.resolve().then(attempt));

describe('a model of named columns', () => {
  test('takes them by name, wherever they stand, and passes others over', () => {
    expect(inputsIn(NAMED, table('y', 'b', 'extra', 'a'))).toEqual([3, 1]);
    expect(targetsIn(NAMED, table('y', 'b', 'extra', 'a'))).toEqual([0]);
  });

  test('takes a table without names by place where it has the inputs alone', async () => {
    expect(inputsIn(NAMED, table('column1', 'column2'))).toEqual([0, 1]);
    expect(await refusal(() => inputsIn(NAMED, table('column1', 'column2', 'column3')))).toBe(
      'new.csv: found 3 columns to go by their place, expected 2 columns as in the training.',
    );
  });

  test('takes one block that is as wide as all its inputs', () => {
    const block = table(['rows', 2]);
    expect(inputColumns(NAMED, block).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('refuses a table that lacks one, by its name', async () => {
    expect(await refusal(() => inputsIn(NAMED, table('a', 'c')))).toBe(
      'new.csv: found no column "b" among "a", "c", expected the columns that the model was trained on.',
    );
    expect(await refusal(() => targetsIn(NAMED, table('a', 'b')))).toBe(
      'new.csv, column "y": found nothing, expected the targets, to measure the model.',
    );
  });
});

describe('a model of columns without names', () => {
  test('takes them by their place in a table like that of its training', () => {
    const whole = table('column1', 'column2', 'column3', 'column4');
    expect([inputsIn(NAMELESS, whole), targetsIn(NAMELESS, whole)]).toEqual([[1, 3], [0]]); // prettier-ignore
  });

  test('takes them in their order where the table has nothing else, though a name is the same', () => {
    expect(inputsIn(NAMELESS, table('column1', 'column2'))).toEqual([0, 1]);
  });

  test('refuses any other number of columns', async () => {
    expect(await refusal(() => inputsIn(NAMELESS, table('column1', 'column2', 'column3')))).toBe(
      'new.csv: found 3 columns to go by their place, expected 2 columns, or all 4 as in the training.',
    );
    expect(await refusal(() => targetsIn(NAMELESS, table('column1', 'column2')))).toContain('the targets, to measure');
  });
});

describe('a model of one block', () => {
  test('takes the block of its width, whatever it is called, and what stands beside it as the target', () => {
    const pictures = table('label', ['pixels', 3]);
    expect([inputsIn(BLOCK, pictures), targetsIn(BLOCK, pictures)]).toEqual([[1], [0]]); // prettier-ignore
  });

  test('takes as many columns of one number', () => {
    const { values, columns } = applyInputs(BLOCK, table('column1', 'column2', 'column3'));
    expect([columns, Array.from(values)]).toEqual([3, [0, 1, 2, 0, 1, 2]]);
  });

  test('refuses two blocks, one of another width, and targets that are not clear', async () => {
    expect(await refusal(() => inputsIn(BLOCK, table(['a', 3], ['b', 3])))).toContain('found no column "x" among');
    const narrow = () => applyInputs(BLOCK, table(['pixels', 2]));
    expect(await refusal(narrow)).toBe(
      'new.csv, column "pixels": found 2 numbers a row, expected 3, as in the training.',
    );
    expect(await refusal(() => targetsIn(BLOCK, table('label', 'other', ['pixels', 3])))).toContain('the targets');
  });
});

test('pictures of as many pixels and another shape are refused', async () => {
  const picture: Preprocessing = { ...BLOCK, inputs: [{ ...input('x', 6), shape: [2, 3] }] };
  const turned = table(['x', 6]);
  const shaped = (shape: readonly number[]): RawTable => ({
    ...turned,
    columns: [{ ...turned.columns[0]!, shape } as NumberColumns],
  });
  expect(await refusal(() => applyInputs(picture, shaped([3, 2])))).toBe(
    'new.csv, column "x": found 3 × 2 numbers a row, expected 2 × 3, as in the training.',
  );
  expect(applyInputs(picture, shaped([2, 3])).columns).toBe(6);
});

test('numbers that scaling makes too large for float32, and a block of missing values alone, are refused', async () => {
  const tiny: Preprocessing = { ...NAMED, inputs: [{ ...input('a'), scale: 1e-30 }] };
  const rows = table('b', 'c', 'a');
  expect(
    await refusal(() =>
      applyInputs(tiny, {
        ...rows,
        columns: [{ ...rows.columns[0]!, name: 'a', values: Float64Array.of(1, 1e9) } as NumberColumns],
      }),
    ),
  ).toBe(
    'new.csv, row 2, column "a": found 1000000000, expected a number that float32 can hold, also when it is scaled.',
  );
  const empty: TextColumn = { kind: 'text', name: 'x', categories: [], codes: Int32Array.of(-1), missing: 1 };
  const block: Preprocessing = { ...BLOCK, inputs: [{ ...input('x', 3), fill: [1, 2, 3] }] };
  const lacking = { source: 'new.csv', rows: 1, columns: [empty], notes: [] };
  expect(await refusal(() => applyInputs(block, lacking))).toBe(
    'new.csv, column "x": found no value at all, expected numbers, as in the training.',
  );
  // Control: of a single column it is what stands in for missing values.
  const single: Preprocessing = { ...BLOCK, inputs: [{ ...input('x'), fill: [7] }] };
  expect(Array.from(applyInputs(single, lacking).values)).toEqual([7]);
});
