/** PNG pictures of every kind there is; what is refused about them. */
import { encode as encodePng } from 'fast-png';
import { zlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { type Picture, readPicture } from '../../../src/data/pictures.js';
import { joined, png, pngChunk } from './arrays.js';
import { refusalOf } from './support.js';

const read = (bytes: Uint8Array) => readPicture(memoryFile('a.png', bytes));
const refusal = (bytes: Uint8Array) => refusalOf(() => read(bytes));
const plain = ({ pixels, ...rest }: Picture) => ({ ...rest, pixels: Array.from(pixels) });

test.each<[string, Uint8Array, Picture['channels'], number[]]>([
  ['grey', png([0, 1, 2, 0, 3, 4], { width: 2, height: 2, colour: 0 }), 1, [1, 2, 3, 4]],
  ['grey of 1 bit', png([0, 0b10110000], { width: 4, height: 1, colour: 0, depth: 1 }), 1, [255, 0, 255, 255]],
  [
    'grey of 2 bits',
    png([0, 0b00011011, 0b10000000], { width: 5, height: 1, colour: 0, depth: 2 }),
    1,
    [0, 85, 170, 255, 170],
  ],
  ['grey of 4 bits', png([0, 0x0f, 0x30], { width: 3, height: 1, colour: 0, depth: 4 }), 1, [0, 255, 51]],
  [
    'grey of 16 bits',
    png([0, 0xff, 0xff, 0x80, 0x80, 0, 127], { width: 3, height: 1, colour: 0, depth: 16 }),
    1,
    [255, 128, 0],
  ],
  ['colour', png([0, 1, 2, 3, 4, 5, 6], { width: 2, height: 1, colour: 2 }), 3, [1, 2, 3, 4, 5, 6]],
  ['colour of 16 bits', png([0, 1, 0, 2, 0, 255, 255], { width: 1, height: 1, colour: 2, depth: 16 }), 3, [1, 2, 255]],
  ['a filter', png([0, 1, 2, 2, 3, 4], { width: 2, height: 2, colour: 0 }), 1, [1, 2, 4, 6]],
  [
    'a palette',
    png([0, 0b01100000], { width: 3, height: 1, colour: 3, depth: 2, palette: [9, 8, 7, 1, 2, 3, 4, 5, 6] }),
    3,
    [1, 2, 3, 4, 5, 6, 9, 8, 7],
  ],
  [
    'a palette with alpha',
    png([0, 1, 0], { width: 2, height: 1, colour: 3, palette: [9, 8, 7, 1, 2, 3], transparency: [5] }),
    4,
    [1, 2, 3, 255, 9, 8, 7, 5],
  ],
  ['grey with alpha', png([0, 7, 100], { width: 1, height: 1, colour: 4 }), 4, [7, 7, 7, 100]],
  ['colour with alpha', png([0, 1, 2, 3, 4], { width: 1, height: 1, colour: 6 }), 4, [1, 2, 3, 4]],
  [
    'a grey that is transparent',
    png([0, 7, 8], { width: 2, height: 1, colour: 0, transparency: [0, 8] }),
    4,
    [7, 7, 7, 255, 8, 8, 8, 0],
  ],
  [
    'a colour that is transparent',
    png([0, 1, 2, 3, 1, 2, 4], { width: 2, height: 1, colour: 2, transparency: [0, 1, 0, 2, 0, 3] }),
    4,
    [1, 2, 3, 0, 1, 2, 4, 255],
  ],
  [
    'two passes of an interlaced one',
    png([0, 5, 0, 6], { width: 2, height: 1, colour: 0, isInterlaced: true }),
    1,
    [5, 6],
  ],
  [
    'chunks that do not matter',
    png([0, 1], { width: 1, height: 1, colour: 0, extra: [pngChunk('tEXt', 'a\0b')] }),
    1,
    [1],
  ],
])('%s', async (_, bytes, channels, pixels) => {
  expect(plain(await read(bytes))).toMatchObject({ channels, pixels });
});

test('what another encoder made', async () => {
  const data = Uint8Array.from({ length: 5 * 7 * 3 }, (_, i) => (i * 37) % 256);
  for (const interlace of ['null', 'Adam7'] as const) {
    const bytes = encodePng({ width: 5, height: 7, channels: 3, data }, { interlace });
    expect(await read(bytes)).toEqual({ width: 5, height: 7, channels: 3, pixels: data });
  }
});

const header = (width: number, height: number) => png([0, 1], { width, height, colour: 0 });
const bomb = png([0, 1], {
  width: 1,
  height: 1,
  colour: 0,
  extra: [pngChunk('IDAT', zlibSync(new Uint8Array(2 ** 26)))],
});

test.each<[string, Uint8Array, string]>([
  ['another file', joined('hello'), 'a.png, byte 0: found no picture, expected a PNG or a JPEG.'],
  [
    '2^62 pixels',
    header(2 ** 31 - 1, 2 ** 31 - 1),
    'byte 16: found 2147483647 × 2147483647 pixels, expected 1 to 33554432.',
  ],
  [
    'more pixels than bytes can be',
    header(4096, 4096),
    'byte 16: found 4096 × 4096 pixels in 67 bytes, expected as many as are in it.',
  ],
  ['no pixels', header(0, 1), 'byte 16: found 0 × 1 pixels, expected 1 to 33554432.'],
  ['fewer samples', header(2, 2), 'found 2 bytes of samples, expected 6 for 2 × 2.'],
  [
    'more samples',
    png([0, 1, 2], { width: 1, height: 1, colour: 0 }),
    'found 3 bytes of samples, expected 2 for 1 × 1.',
  ],
  ['samples that unpack to 64 MiB', bomb, 'found 3 bytes of samples, expected 2 for 1 × 1.'],
  [
    'a wrong checksum',
    header(1, 1).map((byte, i) => (i === 20 ? 5 : byte)),
    'byte 8: found damaged bytes, expected a chunk with the right checksum.',
  ],
  [
    'no filter',
    png([9, 1], { width: 1, height: 1, colour: 0 }),
    'found a damaged PNG (Unsupported filter: 9), expected a whole one.',
  ],
  [
    'a colour that is not there',
    png([0, 3], { width: 1, height: 1, colour: 3, palette: [0, 0, 0] }),
    'found colour 3, expected one of 1.',
  ],
  ['no palette', png([0, 3], { width: 1, height: 1, colour: 3 }), 'found no palette, expected up to 256 colours.'],
  [
    'an odd depth',
    png([0, 3], { width: 1, height: 1, colour: 2, depth: 4 }),
    'byte 24: found colours 2 of 4 bits, expected those of PNG.',
  ],
  [
    'interlaced bits',
    png([0, 3], { width: 1, height: 1, colour: 0, depth: 4, isInterlaced: true }),
    'byte 28: found an interlaced picture of 4 bits',
  ],
])('%s is refused', async (_, bytes, sentence) => expect(await refusal(bytes)).toContain(sentence));
