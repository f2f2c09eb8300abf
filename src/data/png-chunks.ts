/**
 * The chunks of a PNG that a picture needs, checked: checksums, order, and a size that the file can hold.
 * https://www.w3.org/TR/png-3/
 *
 * It refuses sizes that the bytes cannot hold before anything is set aside, chunks that are damaged or out of place, and
 * interlaced pictures of less than 8 bits, which fast-png does not read.
 */
import { crc32 } from '../core/crc32.js';
import { joined } from './read-bytes.js';
import type { Refuse } from './picture.js';
import { DEFLATE_RATIO } from './zip.js';

export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples of a pixel, and the depths there are, by the type of colour. */
const COLOURS: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { samples: 3, depths: [8, 16] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8, 16] }],
  [6, { samples: 4, depths: [8, 16] }],
]);

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
}

export interface Chunks {
  readonly header: Header;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  /** The compressed samples, in one piece. */
  readonly packed: Uint8Array;
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((value, i) => bytes[i] === value);
}

/** @throws the error that `refuse` makes */
export function chunksIn(bytes: Uint8Array, mostPixels: number, refuse: Refuse): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const packed: Uint8Array[] = [];
  let at = SIGNATURE.length;
  for (;;) {
    const place = `byte ${at}`;
    if (at + 12 > bytes.length) throw refuse(place, 'the end', 'the chunk IEND');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length > bytes.length - at - 12) throw refuse(place, `a chunk of ${length} bytes`, 'no more than are left');
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw refuse(place, 'damaged bytes', 'a chunk with the right checksum');
    }
    if ((type === 'IHDR') !== (header === undefined))
      throw refuse(place, 'a header out of place', 'IHDR once, and first');
    if (type === 'IHDR') header = headerOf(data, bytes.length, mostPixels, refuse);
    else if (type === 'PLTE') palette = once(palette, data, place, refuse);
    else if (type === 'tRNS') transparency = once(transparency, data, place, refuse);
    else if (type === 'IDAT') packed.push(data);
    else if (type === 'IEND') break;
    else if (!/^[a-z]/.test(type)) throw refuse(place, 'a chunk that is not known', 'those of PNG');
    at += 12 + length;
  }
  if (header!.colour === 3 && (!palette || palette.length % 3 !== 0 || palette.length > 3 * 256)) {
    throw refuse('', 'no palette', 'up to 256 colours');
  }
  return { header: header!, palette, transparency, packed: joined(packed) };
}

function once(before: Uint8Array | undefined, data: Uint8Array, place: string, refuse: Refuse): Uint8Array {
  if (before) throw refuse(place, 'a chunk a second time', 'it once');
  return data;
}

function headerOf(data: Uint8Array, fileSize: number, mostPixels: number, refuse: Refuse): Header {
  if (data.length !== 13) throw refuse('byte 8', `a header of ${data.length} bytes`, '13');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = data.subarray(8) as unknown as number[];
  const kind = COLOURS.get(colour!);
  if (!kind?.depths.includes(depth!)) throw refuse('byte 24', `colours ${colour} of ${depth} bits`, 'those of PNG');
  if (compression !== 0 || filter !== 0 || interlace! > 1)
    throw refuse('byte 26', 'methods that are not known', 'zeros');
  if (width === 0 || height === 0 || width * height > mostPixels) {
    throw refuse('byte 16', `${width} × ${height} pixels`, `1 to ${mostPixels}`);
  }
  const header = {
    width,
    height,
    depth: depth!,
    colour: colour!,
    samples: kind.samples,
    isInterlaced: interlace === 1,
  };
  if (header.isInterlaced && depth! < 8) {
    throw refuse('byte 28', `an interlaced picture of ${depth} bits`, 'one that is not interlaced, or of 8 bits');
  }
  if (rawSize(header) > fileSize * DEFLATE_RATIO) {
    throw refuse('byte 16', `${width} × ${height} pixels in ${fileSize} bytes`, 'as many as are in it');
  }
  return header;
}

/** Bytes of all lines, each with its filter: of the seven passes (Adam7) of an interlaced picture. */
export function rawSize({ width, height, depth, samples, isInterlaced }: Header): number {
  const lines = (columns: number, rows: number) =>
    columns > 0 ? rows * (1 + Math.ceil((columns * samples * depth) / 8)) : 0;
  if (!isInterlaced) return lines(width, height);
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  return passes.reduce(
    (sum, [x, y, across, down]) =>
      sum + lines(Math.ceil((width - x) / across), Math.max(0, Math.ceil((height - y) / down))),
    0,
  );
}
