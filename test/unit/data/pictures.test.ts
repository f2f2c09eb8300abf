/** Pictures in other sizes and channels, and folders of them with a class for each folder. */
import { describe, expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { type Picture, readPictures, resizePicture } from '../../../src/data/pictures.js';
import { png } from './arrays.js';
import { refusalOf } from './support.js';

const plain = ({ pixels, ...rest }: Picture) => ({ ...rest, pixels: Array.from(pixels) });

describe('other sizes', () => {
  const grey = (width: number, ...values: number[]): Picture => ({
    width,
    height: values.length / width,
    channels: 1,
    pixels: Uint8Array.from(values),
  });
  const resized = (picture: Picture, size: Parameters<typeof resizePicture>[1]) => plain(resizePicture(picture, size));

  test('smaller ones are means over areas', () => {
    expect(resized(grey(4, 0, 10, 20, 30, 4, 6, 0, 2), { width: 2, height: 1 }).pixels).toEqual([5, 13]);
    // Three to two: each takes one pixel and half of the middle one.
    expect(resized(grey(3, 0, 30, 90), { width: 2 }).pixels).toEqual([10, 70]);
  });

  test('larger ones lie between the two nearest', () => {
    expect(resized(grey(2, 0, 100), { width: 4 }).pixels).toEqual([0, 25, 75, 100]);
    expect(resized(grey(1, 7), { width: 3, height: 2 }).pixels).toEqual([7, 7, 7, 7, 7, 7]);
  });

  test('the same size is the same picture, and one colour stays that colour in any', () => {
    const picture = grey(3, 1, 2, 3, 4, 5, 6);
    expect(resized(picture, {})).toEqual(plain(picture));
    for (const width of [1, 2, 5, 31]) {
      for (const height of [1, 3, 17]) {
        const { pixels } = resizePicture(grey(7, ...Array.from({ length: 49 }, () => 255)), { width, height });
        expect(new Set(pixels)).toEqual(new Set([255]));
      }
    }
  });

  test('grey by BT.601; colours of grey; alpha on white or black', () => {
    const colour: Picture = {
      width: 3,
      height: 1,
      channels: 3,
      pixels: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255),
    };
    expect(resized(colour, { channels: 1 }).pixels).toEqual([76, 150, 29]);
    expect(resized(grey(1, 9), { channels: 3 }).pixels).toEqual([9, 9, 9]);
    const half: Picture = { width: 1, height: 1, channels: 4, pixels: Uint8Array.of(100, 0, 0, 51) };
    expect(resized(half, {}).pixels).toEqual([224, 204, 204]);
    expect(resized(half, { background: 'black', channels: 3 }).pixels).toEqual([20, 0, 0]);
  });
});

describe('a folder of pictures', () => {
  const one = (name: string, value: number, width = 2) =>
    memoryFile(name, png([0, ...Array.from({ length: width }, () => value)], { width, height: 1, colour: 0 }));
  const files = [
    one('d/cat/1.png', 1),
    one('d/cat/2.png', 2),
    memoryFile('d/cat/.DS_Store', 'x'),
    one('d\\dog\\3.PNG', 3),
  ];

  test('a block of bytes, and a class for each folder', async () => {
    const seen: number[][] = [];
    const table = await readPictures(files, { onProgress: (done, of) => seen.push([done, of]) });
    expect(table).toEqual({
      source: '3 pictures',
      rows: 3,
      columns: [
        {
          kind: 'numbers',
          name: 'pixels',
          width: 2,
          shape: [1, 2],
          values: Uint8Array.of(1, 1, 2, 2, 3, 3),
          missing: 0,
        },
        { kind: 'text', name: 'label', categories: ['cat', 'dog'], codes: Int32Array.of(0, 0, 1), missing: 0 },
      ],
      notes: ['1 file left out, being no PNG or JPEG by name.'],
    });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('in another size, in colours, without labels, and fewer', async () => {
    const options = { width: 1, height: 1, channels: 'rgb', label: 'none', limit: 2 } as const;
    const { columns } = await readPictures(files, options);
    expect(columns).toEqual([
      {
        kind: 'numbers',
        name: 'pixels',
        width: 3,
        shape: [1, 1, 3],
        values: Uint8Array.of(1, 1, 1, 3, 3, 3),
        missing: 0,
      },
    ]);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'no picture',
      () => readPictures([memoryFile('a.txt', '')]),
      'the pictures: found no PNG or JPEG, expected at least one.',
    ],
    [
      'another size',
      () => readPictures([...files, one('d/cat/4.png', 1, 3)]),
      'd/cat/4.png: found 3 × 1 pixels, expected 2 × 1 as in d/cat/1.png, or a width and a height.',
    ],
    [
      'no folder',
      () => readPictures([one('1.png', 1)]),
      '1.png: found no folder, expected pictures in a folder for each class.',
    ],
    [
      'no width',
      () => readPictures(files, { width: 0 }),
      'pictures, width: found 0, expected a whole number from 1 to 4096.',
    ],
    [
      'colours among grey ones',
      () =>
        readPictures([
          ...files,
          memoryFile('d/e/f.png', png([0, 1, 2, 3, 1, 2, 3], { width: 2, height: 1, colour: 2 })),
        ]),
      'd/e/f.png: found colours, expected grey as in d/cat/1.png, or channels.',
    ],
  ])('%s is refused', async (_, attempt, sentence) => expect(await refusalOf(attempt)).toBe(sentence));
});
