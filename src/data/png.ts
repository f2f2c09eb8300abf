/**
 * Decodes PNG pictures, with fast-png for filters and interlacing. What reaches it is rewritten: the header, and samples
 * unpacked to exactly the size that the header says, so that no other chunk and no claim can make it do more.
 *
 * It refuses what png-chunks.ts refuses, samples that are more or fewer, and colours that no palette has.
 */
import type { Picture, Refuse } from './picture.js';
import { type Chunks, chunksIn, type Header, rawSize, SIGNATURE } from './png-chunks.js';
import { allocate, joined } from './read-bytes.js';

/** @throws the error that `refuse` makes */
export async function decodePng(
  bytes: Uint8Array,
  mostPixels: number,
  source: string,
  refuse: Refuse,
): Promise<Picture> {
  const chunks = chunksIn(bytes, mostPixels, refuse);
  const { header, packed } = chunks;
  const raw = allocate(Uint8Array, rawSize(header) + 1, source);
  const { unzlibSync, zlibSync } = await import('fflate');
  let unpacked;
  try {
    // One byte more than there should be shows that there are more.
    unpacked = unzlibSync(packed, { out: raw });
  } catch (error) {
    throw refuse('', `damaged samples (${reasonOf(error)})`, 'those of a whole PNG');
  }
  if (unpacked.length !== rawSize(header)) {
    throw refuse(
      '',
      `${unpacked.length} bytes of samples`,
      `${rawSize(header)} for ${header.width} × ${header.height}`,
    );
  }
  const { decode } = await import('fast-png');
  const clean = rewritten(bytes, zlibSync(unpacked, { level: 0 }));
  let samples;
  try {
    samples = decode(clean).data;
  } catch (error) {
    throw refuse('', `a damaged PNG (${reasonOf(error)})`, 'a whole one');
  }
  return pictureOf(chunks, samples, refuse);
}

/** The header as it was, and the samples: fast-png needs nothing else, and looks at no checksum. */
function rewritten(bytes: Uint8Array, samples: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = bytes.subarray(0, SIGNATURE.length + 25);
  const lengthOf = (length: number) => Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length);
  const name = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const none = new Uint8Array(4);
  return joined([header, lengthOf(samples.length), name('IDAT'), samples, none, none, name('IEND'), none]);
}

/** Samples to 8 bits, palettes to colours, a colour that is transparent to alpha. */
function pictureOf({ header, palette, transparency }: Chunks, samples: ArrayLike<number>, refuse: Refuse): Picture {
  const { width, height, depth, colour, samples: each } = header;
  if (transparency && colour >= 4) throw refuse('', 'two kinds of transparency', 'one');
  if (transparency && colour < 3 && transparency.length !== 2 * each) {
    throw refuse('', `a transparent colour of ${transparency.length} bytes`, `${2 * each}`);
  }
  const hasAlpha = colour >= 4 || transparency !== undefined;
  const channels = hasAlpha ? 4 : each === 1 && colour !== 3 ? 1 : 3;
  const result = new Uint8Array(width * height * channels);
  const put = colour === 3 ? fromPalette(palette!, transparency, refuse) : fromSamples(depth, each, transparency);
  const sample = reader(header, samples);
  for (let pixel = 0; pixel < width * height; pixel++) put(result, pixel * channels, channels, (c) => sample(pixel, c));
  return { width, height, channels, pixels: result };
}

/** Writes a pixel. */
type Put = (result: Uint8Array, to: number, channels: number, sample: (c: number) => number) => void;

function fromPalette(palette: Uint8Array, transparency: Uint8Array | undefined, refuse: Refuse): Put {
  return (result, to, channels, sample) => {
    const index = sample(0);
    if (3 * index >= palette.length) throw refuse('', `colour ${index}`, `one of ${palette.length / 3}`);
    for (let c = 0; c < 3; c++) result[to + c] = palette[3 * index + c]!;
    if (channels === 4) result[to + 3] = transparency?.[index] ?? 255;
  };
}

function fromSamples(depth: number, each: number, transparency: Uint8Array | undefined): Put {
  const most = 2 ** depth - 1;
  const toByte = (value: number) => Math.round((value * 255) / most);
  const key = transparency && keyOf(transparency, each);
  return (result, to, channels, sample) => {
    for (let c = 0; c < Math.min(3, channels); c++) result[to + c] = toByte(sample(each < 3 ? 0 : c));
    if (channels < 4) return;
    const isKey = key?.every((value, c) => sample(c) === value);
    result[to + 3] = isKey === undefined ? toByte(sample(each - 1)) : isKey ? 0 : 255;
  };
}

/** Samples of less than 8 bits are packed, the first in the highest bits; each line starts with a byte of its own. */
function reader({ width, depth, samples: each }: Header, samples: ArrayLike<number>) {
  if (depth >= 8) return (pixel: number, c: number) => samples[pixel * each + c]!;
  const lineBytes = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  return (pixel: number) => {
    const x = pixel % width;
    const byte = samples[Math.floor(pixel / width) * lineBytes + ((x * depth) >> 3)]!;
    return (byte >> (8 - depth - ((x * depth) & 7))) & mask;
  };
}

/** One 16-bit value for each sample of a pixel. */
function keyOf(transparency: Uint8Array, samples: number): number[] {
  return Array.from({ length: samples }, (_, c) => (transparency[2 * c]! << 8) | transparency[2 * c + 1]!);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given';
}
