/** What CSV files say, and what is refused about them. */
import { describe, expect, test } from 'vitest';
import { type CsvOptions, readCsv } from '../../../src/data/csv.js';
import { MOST_COLUMNS } from '../../../src/data/csv-header.js';
import { LONGEST_LINE } from '../../../src/data/csv-blocks.js';
import { memoryFile } from '../../../src/data/file.js';
import { cellsOf, inPieces, refusalOf } from './support.js';

const read = (text: string, options?: CsvOptions) => readCsv(memoryFile('a.csv', text), options);
const cells = async (text: string, options?: CsvOptions) => cellsOf(await read(text, options));
const refusal = (text: string | Uint8Array, options?: CsvOptions) =>
  refusalOf(() => readCsv(memoryFile('a.csv', text), options));

describe('what a file says', () => {
  test('names, numbers, texts and missing values', async () => {
    const table = await read('a,b,c\n1,x,\n-2.5e3,NA,7\n.5,x,?\n');
    expect(table.rows).toBe(3);
    expect(table.columns).toEqual([
      { kind: 'numbers', name: 'a', width: 1, values: Float64Array.of(1, -2500, 0.5), missing: 0 },
      { kind: 'text', name: 'b', categories: ['x'], codes: Int32Array.of(0, -1, 0), missing: 1 },
      { kind: 'numbers', name: 'c', width: 1, values: Float64Array.of(NaN, 7, NaN), missing: 2 },
    ]);
    expect(table.notes).toEqual([]);
  });

  test.each([
    'a,b\n1,x\n2,y\n',
    'a,b\r\n1,x\r\n2,y\r\n',
    'a,b\r1,x\r2,y',
    '\uFEFFa,b\n1,x\n2,y',
    'a,b\r\n1,x\n2,y\r\n',
  ])('whatever ends its lines: %j', async (text) => expect(await cells(text)).toEqual({ a: [1, 2], b: ['x', 'y'] }));

  test('quotes, with delimiters, line ends and quotes within', async () => {
    expect(await cells('a,b\n"x,\r\ny","say ""hi"""\r\n"","z\rz"\r\n')).toEqual({
      a: ['x,\r\ny', null],
      b: ['say "hi"', 'z\rz'],
    });
  });

  test.each([
    ['a;b\n1,5;2,5\n', { a: ['1,5'], b: ['2,5'] }],
    ['a\tb\n1\tx, y\n', { a: [1], b: ['x, y'] }],
    ['a,b\n1,x;y\n2,z\n', { a: [1, 2], b: ['x;y', 'z'] }],
    ['only\n1\n', { only: [1] }],
  ])('the delimiter of %j is found', async (text, expected) => expect(await cells(text)).toEqual(expected));

  test('a given delimiter, names, missing cells and types', async () => {
    const options = { delimiter: '|', columnNames: ['p', 'q'], missing: ['-999', '.'], types: { p: 'text' } } as const;
    expect(await cells('a|b\n007|-999\n.|NA\n', options)).toEqual({ p: ['007', null], q: [null, 'NA'] });
  });

  test('a first row of numbers is no header, unless it is said to be one', async () => {
    const { notes } = await read('1,2\n3,4\n');
    expect(await cells('1,2\n3,4\n')).toEqual({ column1: [1, 3], column2: [2, 4] });
    expect(notes).toEqual(['a.csv: the first row is all numbers, so the columns are called column1 and so on.']);
    expect(await cells('1,2\n3,4\n', { header: true })).toEqual({ 1: [3], 2: [4] });
    expect(await cells('a,b\nc,d\n', { header: false })).toEqual({ column1: ['a', 'c'], column2: ['b', 'd'] });
    expect(await cells('5,setosa\n6,x\n', { header: false })).toEqual({ column1: [5, 6], column2: ['setosa', 'x'] });
  });

  test('hexadecimals, dates and words are texts; spaces around numbers do not matter, around texts they do', async () => {
    expect(await cells('a,b,c, d\n0x1F, 5 ,true, x\n')).toEqual({ a: ['0x1F'], b: [5], c: ['true'], d: [' x'] });
  });

  test('empty lines are left out and said; in a single column they are missing values, but at the end', async () => {
    const { notes } = await read('\na,b\n\n1,2\n\n3,4\n\n');
    expect(await cells('\na,b\n\n1,2\n\n3,4\n\n')).toEqual({ a: [1, 3], b: [2, 4] });
    expect(notes).toEqual(['a.csv: 4 empty lines left out.']);
    expect(await cells('a\n1\n\n3\n\n\n')).toEqual({ a: [1, null, 3] });
  });

  test('UTF-16 with its mark, as spreadsheets save it', async () => {
    const text = 'a\tä€😀\r\n1\tx\r\n';
    const units = Uint16Array.from([0xfeff, ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))]);
    const little = new Uint8Array(units.buffer);
    const big = Uint8Array.from(little, (_, i) => little[i ^ 1]!);
    for (const bytes of [little, big]) {
      for (const size of [1, 2, 3, 1000]) {
        const table = await readCsv(inPieces('a.csv', bytes, size));
        expect(cellsOf(table)).toEqual({ a: [1], 'ä€😀': ['x'] });
      }
    }
  });

  test('the same in pieces of any size', async () => {
    const text = 'n,ä€😀\r\n1,"a\r\n""b"""\r\n2,ö\r\n';
    for (let size = 1; size < 40; size++) {
      const table = await readCsv(inPieces('a.csv', new TextEncoder().encode(text), size));
      expect(cellsOf(table)).toEqual({ n: [1, 2], 'ä€😀': ['a\r\n"b"', 'ö'] });
    }
  });

  test('no more rows than asked for, and what a column is follows from them', async () => {
    expect(await cells('a\n1\n2\nx\n', { limit: 2 })).toEqual({ a: [1, 2] });
    expect(await cells('a\n1\n2\nx\n')).toEqual({ a: ['1', '2', 'x'] });
  });
});

describe('a column that turns out to be of texts', () => {
  const late = (last: string) =>
    `n,t\n${Array.from({ length: 100_000 }, (_, i) => `${i},0${i}.50`).join('\n')}\n${last}\n`;

  test('late in the file: its cells come back as they were written', async () => {
    let readings = 0;
    const file = memoryFile('a.csv', late('1,x'));
    const counting = { ...file, stream: () => (readings++, file.stream()) };
    const table = await readCsv(counting);
    expect(readings).toBe(2);
    expect(table.rows).toBe(100_001);
    const { t } = cellsOf(table);
    expect([t![0], t![7], t![99_999], t![100_000]]).toEqual(['00.50', '07.50', '099999.50', 'x']);
  });

  test('control: where all are numbers, the file is read once', async () => {
    let readings = 0;
    const file = memoryFile('a.csv', late('1,2'));
    const table = await readCsv({ ...file, stream: () => (readings++, file.stream()) });
    expect([readings, table.columns[1]!.kind]).toEqual([1, 'numbers']);
  });

  test('a file that changes between its readings is refused', async () => {
    const versions = [late('1,x'), late('x,1')];
    const file = { name: 'a.csv', size: undefined, stream: () => memoryFile('', versions.shift()!).stream() };
    expect(await refusalOf(() => readCsv(file))).toContain('found other cells when it was read a second time');
  });

  test('after missing values alone it needs no second reading', async () => {
    const text = `n,t\n${'1,NA\n'.repeat(100_000)}1,x\n`;
    let readings = 0;
    const file = memoryFile('a.csv', text);
    const table = await readCsv({ ...file, stream: () => (readings++, file.stream()) });
    expect([readings, table.columns[1]!.missing, table.columns[1]!.kind]).toEqual([1, 100_000, 'text']);
  });
});

describe('precision', () => {
  const row = `0.1234567890123${'0'.repeat(80)},1\n`;

  test('float32 where it is asked for, or above 64 MiB, which is said', async () => {
    const asked = await read(`a,b\n${row}`, { precision: 'float32' });
    expect(asked.columns[0]).toMatchObject({ values: Float32Array.of(0.1234567890123) });
    expect(asked.notes).toEqual([]);
    const rows = Math.ceil((65 * 1024 ** 2) / row.length);
    const large = inPieces('a.csv', new TextEncoder().encode(row.repeat(8192)), 2 ** 20, Math.ceil(rows / 8192));
    const table = await readCsv(large, { header: false });
    expect(table.columns[0]).toMatchObject({ kind: 'numbers', missing: 0 });
    const { values } = table.columns[0] as { values: Float32Array };
    expect(values).toBeInstanceOf(Float32Array);
    expect([values.length, values[0], values.at(-1)]).toEqual([table.rows, Math.fround(0.1234567890123), values[0]]);
    expect(table.notes.at(-1)).toBe('a.csv: more than 64.0 MiB, so its numbers are kept as float32.');
  });

  test('a number that float32 cannot hold is refused', async () => {
    expect(await refusal('a,b\n1,2\n1,1e39\n', { precision: 'float32' })).toBe(
      'a.csv, line 3, column "b": found "1e39" above 3.4e38, expected numbers that float32 can hold.',
    );
  });
});

test.each<[string, string, CsvOptions?]>([
  ['', 'a.csv: found an empty file, expected a row of names and rows of cells.'],
  ['\n\n', 'a.csv: found an empty file, expected a row of names and rows of cells.'],
  ['a,b\n', 'a.csv: found names of columns and no row, expected rows below them.'],
  ['a,b\n1,2\n1,2,3\n', 'a.csv, line 3: found 3 cells, expected 2, as in the first line.'],
  ['a,b\n"1\n\n",2\n\n1\n', 'a.csv, line 6: found 1 cell, expected 2, as in the first line.'],
  ['a,b,a\n1,2,3\n', 'a.csv, line 1, column 3: found the name "a" a second time, expected another for each column.'],
  ['a,\n1,2\n', 'a.csv, line 1, column 2: found no name, expected a name for each column.'],
  ['a\n1\ninf\n', 'a.csv, line 3, column "a": found "inf", expected a number that is not infinite.'],
  ['a\n1\n-1e999\n', 'a.csv, line 3, column "a": found "-1e999", expected a number that is not infinite.'],
  ['a,b\n1,2\n1,abc\n', 'a.csv, line 3, column "b": found "abc", expected a number.', { types: { b: 'number' } }],
  ['a\n1\n', 'a.csv, types: found the column "b", expected one that is there ("a").', { types: { b: 'text' } }],
  [
    'a,b\n1,"2\n',
    'a.csv, line 2: found a quote that is never closed ("a,b\\n1,\\"2\\n"), expected a second quote that closes the cell.',
  ],
  [
    'a,b\n1,5" x\n',
    'a.csv, line 2: found a quote within a cell ("a,b\\n1,5\\" x\\n"), expected quotes around the whole cell, and two for each one within.',
  ],
  [
    'a,b\n1,"x"y\n',
    'a.csv, line 2: found text behind a closing quote ("a,b\\n1,\\"x\\"y\\n"), expected "," or the end of the line.',
  ],
  ['a,b\n1,\0\n', 'a.csv, byte 6: found a zero, expected text in UTF-8, or in UTF-16 with a byte order mark.'],
  [
    'a\n1\n',
    'the delimiter of a CSV: found "ab", expected one character, not a quote or a line end.',
    { delimiter: 'ab' },
  ],
  ['a\n1\n', 'the limit of rows: found 0, expected a whole number of at least 1.', { limit: 0 }],
  [
    'a\n1\n',
    'a.csv, line 1: found 1 column, but 2 names in columnNames, expected a name for each column.',
    { columnNames: ['a', 'b'] },
  ],
])('%j is refused', async (text, sentence, options) => expect(await refusal(text, options)).toBe(sentence));

test('names of JavaScript’s own are names as any other; what a type may be is checked', async () => {
  expect(await cells('constructor,__proto__\n1,x\n', { types: {} })).toMatchObject({ constructor: [1] });
  const types = { a: 'texts' as 'text' };
  expect(await refusal('a\n1\n', { types })).toBe(
    'a.csv, types, column "a": found "texts", expected "number" or "text".',
  );
});

test('a word that means infinity is one where others are words', async () => {
  expect(await cells('team\ninf\nabc\n')).toEqual({ team: ['inf', 'abc'] });
});

test('bytes that are no UTF-8 are refused by their place', async () => {
  const latin = Uint8Array.from('a,b\n1,Müller\n', (character) => character.charCodeAt(0));
  const sentence =
    'a.csv, byte 7: found the byte 0xFC, expected text in UTF-8; a file in another encoding is to be saved as UTF-8.';
  for (let size = 1; size < 16; size++) {
    const file = inPieces('a.csv', latin, size);
    // The byte that shows it may be the one behind.
    expect(await refusalOf(() => readCsv(file))).toMatch(
      /^a\.csv, byte [78]: found the byte 0x(FC|6C), expected text in/,
    );
  }
  expect(await refusal(latin)).toBe(sentence);
  const cut = new TextEncoder().encode('a\n€').slice(0, -1);
  expect(await refusal(cut)).toBe('a.csv, byte 4: found the end within a character, expected the rest of it.');
});

test('a million columns, and a line without an end, are refused', async () => {
  expect(await refusal(`${'a,'.repeat(1_000_000)}a\n`)).toBe(
    `a.csv, line 1: found 1000001 columns, expected at most ${MOST_COLUMNS}.`,
  );
  const piece = new TextEncoder().encode('x'.repeat(2 ** 16));
  expect(await refusalOf(() => readCsv(inPieces('a.csv', piece, 2 ** 16, 1e9)))).toBe(
    `a.csv, line 1: found more than ${LONGEST_LINE} characters without an end of the line, expected shorter lines.`,
  );
  const quoted = `a,b\n1,"${'x\n'.repeat(LONGEST_LINE)}`;
  expect(await refusal(quoted)).toBe(
    `a.csv, line 2: found more than ${LONGEST_LINE} characters without an end of the line, expected a second quote that closes the cell.`,
  );
});

test('many columns that each have something to say do not make it look at every line again', async () => {
  const count = 50_000;
  const names = Array.from({ length: count }, (_, i) => `c${i}`).join(',');
  expect(await refusal(`${names}\n${Array(count).fill('inf').join(',')}\n`)).toBe(
    'a.csv, line 2, column "c0": found "inf", expected a number that is not infinite.',
  );
});

test('a signal ends the reading with its reason; a stream that breaks is a sentence', async () => {
  const abort = new AbortController();
  const endless = inPieces('a.csv', new TextEncoder().encode('1,2\n'), 4, Infinity);
  const reading = readCsv(endless, {
    signal: abort.signal,
    onProgress: (bytes) => bytes > 4000 && abort.abort('enough'),
  });
  await expect(reading).rejects.toBe('enough');
  const stuck = { name: 'a.csv', size: undefined, stream: () => new ReadableStream<Uint8Array>() };
  const late = new AbortController();
  const waiting = readCsv(stuck, { signal: late.signal });
  late.abort('gone');
  await expect(waiting).rejects.toBe('gone');
  const broken = {
    name: 'a.csv',
    size: 9,
    stream: () => new ReadableStream<Uint8Array>({ pull: (c) => c.error(new Error('unplugged')) }),
  };
  expect(await refusalOf(() => readCsv(broken))).toBe(
    'a.csv, after byte 0: found that it cannot be read: unplugged, expected the rest of the file.',
  );
});
