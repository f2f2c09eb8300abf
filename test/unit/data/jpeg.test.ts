/** JPEG pictures, upright whichever way they were taken; what is refused about them. */
import { encode as encodeJpeg } from 'jpeg-js';
import { expect, test } from 'vitest';
import { memoryFile } from '../../../src/data/file.js';
import { upright } from '../../../src/data/jpeg.js';
import { type Picture, readPicture } from '../../../src/data/pictures.js';
import { joined } from './arrays.js';
import { refusalOf } from './support.js';

const read = (bytes: Uint8Array) => readPicture(memoryFile('a.jpg', bytes));
const refusal = (bytes: Uint8Array) => refusalOf(() => read(bytes));

/** Where the header of the picture is. */
const frameAt = (bytes: Uint8Array) => bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);

/** A grey ramp from left to right. */
function jpegOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (((i >> 2) % width) * 255) / width,
  );
  return Uint8Array.from(encodeJpeg({ width, height, data }, 95).data);
}

/** With EXIF behind the first marker. */
function turned(bytes: Uint8Array, orientation: number, isLittle: boolean): Uint8Array {
  const two = (value: number) => (isLittle ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const four = (value: number) => (isLittle ? [...two(value), 0, 0] : [0, 0, ...two(value)]);
  const entry = (tag: number, value: number) => joined(two(tag), two(3), four(1), two(value), [0, 0]);
  const tiff = joined(
    isLittle ? 'II' : 'MM',
    two(42),
    four(8),
    two(2),
    entry(0x100, 9),
    entry(0x112, orientation),
    four(0),
  );
  return joined([0xff, 0xd8, 0xff, 0xe1, 0, tiff.length + 8], 'Exif\0\0', tiff, bytes.subarray(2));
}

test('a ramp comes back about as it was', async () => {
  const { width, height, channels, pixels } = await read(jpegOf(20, 9));
  expect([width, height, channels]).toEqual([20, 9, 3]);
  const worst = pixels.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (Math.floor(i / 3) % 20) * 12.75)),
    0,
  );
  expect(worst).toBeLessThan(8);
});

test.each([0xc0, 0xc2])('grey alone, baseline and progressive (marker %i)', async (marker) => {
  // Of a single block of one colour the first component's bits are a grey picture; the other two's are not read.
  const data = Uint8Array.from({ length: 8 * 8 * 4 }, () => 200);
  const bytes = Uint8Array.from(encodeJpeg({ width: 8, height: 8, data }, 95).data);
  const frame = frameAt(bytes);
  const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const tables = bytes.subarray(frame + 2 + 17, scan);
  const grey = joined(
    bytes.subarray(0, frame),
    [0xff, marker, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0],
    tables,
    [0xff, 0xda, 0, 8, 1, 1, 0, 0, marker === 0xc2 ? 0 : 63, 0],
    bytes.subarray(scan + 14),
  );
  const { width, height, channels, pixels } = await read(grey);
  expect([width, height, channels, pixels.length]).toEqual([8, 8, 1, 64]);
  expect(pixels.every((value) => Math.abs(value - 200) <= 2)).toBe(true);
});

test.each([true, false])('EXIF turns it (little-endian: %s)', async (isLittle) => {
  const { width, height, pixels } = await read(turned(jpegOf(16, 8), 6, isLittle));
  expect([width, height]).toEqual([8, 16]);
  // What was left is on top.
  expect(pixels[0]).toBeLessThan(20);
  expect(pixels.at(-1)).toBeGreaterThan(220);
  const same = await read(turned(jpegOf(16, 8), 99, isLittle));
  expect([same.width, same.height]).toEqual([16, 8]);
});

test('all eight orientations: what is stored is F turned, what comes out is F', () => {
  // EXIF 2.32, 4.6.4 A: where row 0 and column 0 of what is stored are seen.
  const f = ['xxx', 'x..', 'xx.', 'x..'];
  const stored: Record<number, readonly string[]> = {
    1: f,
    2: ['xxx', '..x', '.xx', '..x'],
    3: ['..x', '.xx', '..x', 'xxx'],
    4: ['x..', 'xx.', 'x..', 'xxx'],
    5: ['xxxx', 'x.x.', 'x...'],
    6: ['x...', 'x.x.', 'xxxx'],
    7: ['...x', '.x.x', 'xxxx'],
    8: ['xxxx', '.x.x', '...x'],
  };
  for (const [orientation, lines] of Object.entries(stored)) {
    const pixels = Uint8Array.from(lines.join(''), (mark) => (mark === 'x' ? 1 : 0));
    const picture: Picture = { width: lines[0]!.length, height: lines.length, channels: 1, pixels };
    const seen = upright(picture, Number(orientation));
    const marks = Array.from(seen.pixels, (value) => (value ? 'x' : '.')).join('');
    expect([orientation, marks.match(new RegExp(`.{${seen.width}}`, 'g'))]).toEqual([orientation, f]);
  }
});

const changed = (offset: number, ...values: number[]) => {
  const bytes = jpegOf(8, 8);
  bytes.set(values, frameAt(bytes) + offset);
  return bytes;
};

test.each<[string, Uint8Array, string]>([
  ['65535 × 65535 pixels', changed(5, 255, 255, 255, 255), 'found 65535 × 65535 pixels, expected 1 to 33554432.'],
  ['more blocks than bits', changed(5, 16, 0, 16, 0), 'found 4096 × 4096 pixels in 6'],
  ['no pixels', changed(5, 0, 0), 'found 8 × 0 pixels, expected 1 to 33554432.'],
  ['12 bits', changed(4, 12), 'found 12 bits a sample, expected 8.'],
  ['2 components', changed(9, 2), 'found 2 components, expected 1, 3 or 4.'],
  [
    'arithmetic coding',
    changed(1, 0xc9),
    'found a lossless, hierarchical or arithmetic JPEG, expected a baseline or progressive one.',
  ],
  ['odd sampling', changed(11, 0xf1), 'found samples of 15 × 1, expected 1 × 1 to 4 × 4.'],
  ['a marker alone', joined([0xff, 0xd8, 0xff]), 'byte 2: found the end, expected the marker of the end.'],
  ['no samples', joined([0xff, 0xd8, 0xff, 0xd9]), 'found no picture, expected one.'],
])('%s is refused', async (_, bytes, sentence) => expect(await refusal(bytes)).toContain(sentence));

test('thousands of scans are refused', async () => {
  const bytes = jpegOf(8, 8);
  const scan = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const scans = Array.from({ length: 200 }, () => bytes.subarray(scan, -2));
  expect(await refusal(joined(bytes.subarray(0, scan), ...scans, [0xff, 0xd9]))).toContain('found more than 100 scans');
});
