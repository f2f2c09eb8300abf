/** Cells that people open in a spreadsheet: what would be computed there is text, what is a number stays one. */
import { describe, expect, test } from 'vitest';
import { plainCell } from '../../../src/data/plain-cell.js';
import { csvFile } from '../../../src/page/lab/results/csv-file.js';

describe('a cell', () => {
  test.each([
    '=1+1',
    "=cmd|' /C calc'!A0",
    '+cmd',
    '-1+cmd()',
    '-2+3',
    '@SUM(A1)',
    ' =1+1',
    '\t=1+1',
    '\n=1+1',
    '\ttext',
    '＝1+1',
    '\0=1',
    '=HYPERLINK("http://a","b")',
  ])('%j is text', (text) => {
    expect(plainCell(text)).toBe(`'${text}`);
  });

  test.each([
    '',
    'setosa',
    '-1',
    '+1',
    '-0.5',
    '-1e-7',
    '+.5',
    '-1.',
    '1-2',
    'a=b',
    'a@b',
    '-',
    '+',
    '-Infinity',
    'NaN',
    "'=1",
    '−5',
  ])('control: %j stays as it is', (text) => {
    expect(plainCell(text)).toBe(text);
  });
});

test('files of rows have no formulas, in names and in cells, and their quotes stay right', () => {
  const rows = [
    ['=1+1', '-0.25'],
    ['=A1,"x"', '2'],
  ];
  const { bytes } = csvFile('a.csv', ['@name', 'b'], rows.length, (row) => rows[row]!);
  expect(new TextDecoder().decode(bytes)).toBe(`'@name,b\r\n'=1+1,-0.25\r\n"'=A1,""x""",2\r\n`);
});
