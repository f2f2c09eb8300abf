/**
 * Fuzz targets for files of data: every format's reader with its own small files changed, with headers that claim what no file holds,
 * and with texts made of what readers of tables trip over.
 */
import { gzipSync } from 'fflate';
import fc from 'fast-check';
import { readCsv } from '../../../src/data/csv.js';
import { memoryFile } from '../../../src/data/file.js';
import { type DataFormat, readData } from '../../../src/data/read.js';
import { zipEntries } from '../../../src/data/zip.js';
import { type Bytes, idx, npy, png, zip } from '../../unit/data/arrays.js';
import { SAMPLES } from '../../unit/data/hostile.js';
import { hostileBytes, randomBytes } from './bytes.js';
import { hostileJson } from './json.js';
import { target } from './judge.js';

const samples = (...names: readonly string[]) =>
  SAMPLES.filter(({ name }) => names.includes(name.split(' ')[0]!)).map(({ bytes }) => bytes);
const reading = (format: DataFormat | undefined) => (bytes: Bytes) =>
  readData(memoryFile('hostile', bytes), { format });
const encoded = (text: string) => new TextEncoder().encode(text);

/** Sizes that are right, wrong, and beyond every memory. */
const size = fc.constantFrom(0, 1, 2, 3, 255, 4096, 65_535, 2 ** 16, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1);
const shape = fc.array(fc.oneof(size, fc.constantFrom(2 ** 40, 2 ** 53, 10 ** 14)), { maxLength: 70 });
const values = fc.uint8Array({ maxLength: 64 });

const liedNpy = fc
  .record({
    type: fc.oneof(
      fc.constantFrom(
        '<f4',
        '>f8',
        '|b1',
        '|u1',
        '<i8',
        '<f2',
        '<U2',
        '<U999999999',
        '|S4',
        '|S999999999',
        '|O',
        '<M8[ns]',
        'f4',
      ),
      fc.string({ maxLength: 6 }),
    ),
    shape,
    isFortran: fc.boolean(),
    version: fc.constantFrom(1 as const, 2 as const, 3 as const),
    values,
  })
  .map(({ shape: sizes, values: bytes, ...rest }) => npy(bytes, { ...rest, shape: `(${sizes.join(', ')},)` }));
const oddNpy = fc
  .tuple(
    fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
    fc.constantFrom("'descr': '<f4', ", "'shape': (2, ", '{', ''),
  )
  .map(([text, before]) => npy([1, 2, 3, 4], { type: '<f4', shape: '(1,)', header: `{${before}${text}}` }));

const liedIdx = fc
  .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14, 0, 255), fc.array(size, { maxLength: 10 }), values)
  .map(([code, sizes, bytes]) => idx(code, sizes, bytes));

const number32 = fc.constantFrom(0, 1, 7, 100, 65_535, 2 ** 20, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1);
const lie = fc.record(
  {
    size: number32,
    packed: number32,
    crc: number32,
    flags: fc.nat(65_535),
    method: fc.constantFrom(0, 1, 8, 9, 12, 99),
    header: number32,
    localName: fc.constantFrom('x.npy', '../../x.npy', ''),
  },
  { requiredKeys: [] },
);
const entryName = fc.constantFrom(
  'x.npy',
  'y.npy',
  '../../x.npy',
  '/etc/x.npy',
  'C:\\x.npy',
  'a/../../b.npy',
  'n\0.npy',
  '',
  '.npy',
);
const someArray = npy([1, 2, 3], { type: '|u1', shape: '(3,)' });
export const liedZip = fc
  .array(
    fc.record({
      name: entryName,
      bytes: fc.constantFrom<Bytes>(someArray, new Uint8Array(0)),
      isStored: fc.boolean(),
      lie,
    }),
    {
      maxLength: 4,
    },
  )
  .map((parts) => zip(parts));

const liedPng = fc
  .record({
    width: size,
    height: size,
    depth: fc.constantFrom(1, 2, 4, 8, 16, 3),
    colour: fc.constantFrom(0 as const, 2 as const, 3 as const, 4 as const, 6 as const),
    isInterlaced: fc.boolean(),
    palette: fc.array(fc.nat(255), { maxLength: 12 }),
  })
  .chain((parts) => values.map((bytes) => png(bytes, parts)));

const [jpegSample] = samples('jpeg');
/** The frame's header says how large the picture is, and how many samples a pixel has. */
const liedJpeg = fc.tuple(size, size, fc.nat(255), fc.nat(255)).map(([width, height, components, sampling]) => {
  const bytes = Uint8Array.from(jpegSample!);
  const frame = bytes.findIndex((byte, i) => byte === 0xff && (bytes[i + 1]! & 0xfe) === 0xc0);
  const view = new DataView(bytes.buffer);
  view.setUint16(frame + 5, height & 0xffff);
  view.setUint16(frame + 7, width & 0xffff);
  if (components < 16) view.setUint8(frame + 9, components);
  if (sampling > 128) view.setUint8(frame + 11, sampling);
  return bytes;
});

const tokens = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ' ',
  'a',
  '1',
  '-2.5e3',
  '1e400',
  'NaN',
  'NA',
  '\uFEFF',
  '\u001b[2J',
  '=1+1',
];
const csvText = fc.oneof(
  fc.array(fc.constantFrom(...tokens, '__proto__', 'constructor', 'toString', '\u0000', 'x'.repeat(9000)), {
    maxLength: 80,
  }),
  fc.array(fc.constantFrom(',', '\n', '"', ';'), { maxLength: 3000 }),
);
const csvOptions = fc.record(
  {
    delimiter: fc.constantFrom(',', ';', '\t', '|', 'a', '"', '', ',,'),
    header: fc.boolean(),
    limit: fc.constantFrom(0, 1, 2 ** 53, -1, NaN),
    types: fc.dictionary(
      fc.constantFrom('a', '1', '__proto__', 'constructor', 'column1'),
      fc.constantFrom('number' as const, 'text' as const),
    ),
    missing: fc.array(fc.constantFrom('', 'NA', 'NaN', '__proto__')),
  },
  { requiredKeys: [] },
);

const TABLES: readonly unknown[] = [
  [
    { a: 1, b: 'x', c: true },
    { a: null, b: 'y', c: false },
  ],
  [
    [1, 'x'],
    [2, 'y'],
  ],
  {
    x: [
      [1, 2],
      [3, 4],
    ],
    y: [true, 0],
    __proto: ['a', 'b'],
  },
];

const texts = samples('csv');
const zipped = fc.uint8Array({ maxLength: 300 }).map((bytes) => gzipSync(bytes, { mtime: 0 }));

export const DATA_TARGETS = [
  target(
    'csv',
    hostileBytes(
      texts,
      csvText.map((parts) => encoded(parts.join(''))),
    ),
    reading('csv'),
  ),
  target('csv options', fc.tuple(csvText, csvOptions), ([parts, options]) =>
    readCsv(memoryFile('hostile', parts.join('')), options as Parameters<typeof readCsv>[1]),
  ),
  target('npy', hostileBytes(samples('npy'), liedNpy, oddNpy), reading('npy')),
  target('npz', hostileBytes(samples('npz'), liedZip), reading('npz')),
  target('idx', hostileBytes(samples('idx', 'idx.gz'), liedIdx), reading('idx')),
  target('gzip', hostileBytes(samples('csv.gz'), zipped), reading('csv')),
  target('zip', hostileBytes(samples('npz'), liedZip), async (bytes) => {
    for (const entry of zipEntries(bytes, 'hostile')) await entry.bytes();
  }),
  target('png', hostileBytes(samples('png'), liedPng), reading('picture')),
  target('jpeg', hostileBytes(samples('jpeg'), liedJpeg), reading('picture')),
  target('json data', hostileJson(TABLES), (text) => reading('json')(encoded(text))),
  target('any format', randomBytes(SAMPLES.map(({ bytes }) => bytes)), reading(undefined)),
];
