/**
 * Walks the markers of a JPEG before anything is decoded: what it claims to be, and how it is turned (EXIF).
 * ITU-T T.81, annex B; EXIF 2.32, section 4.6.
 *
 * It refuses what the decoder does not read (lossless, arithmetic coding, 12 bits) or would read at length (thousands of
 * scans, more blocks than the file has bits), and files without an end.
 */
import type { Refuse } from './picture.js';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** EXIF: 1 is upright; 2 to 8 are turned or mirrored. */
  readonly orientation: number;
}

/** A progressive JPEG has some ten; each may go over the whole picture. */
const MOST_SCANS = 100;

/** A block of 64 samples takes at least one bit. */
const MOST_PIXELS_A_BYTE = 8 * 64;

const ORIENTATION = 0x0112;
const SHORT = 3;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** @throws the error that `refuse` makes */
export function jpegHeader(bytes: Uint8Array, mostPixels: number, refuse: Refuse): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Omit<JpegHeader, 'orientation'> | undefined;
  let orientation = 1;
  let scans = 0;
  let at = 2;
  for (;;) {
    const place = `byte ${at}`;
    if (bytes[at] !== 0xff) throw refuse(place, bytes[at] === undefined ? 'the end' : 'no marker', 'a marker of JPEG');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    if (marker === undefined || at + 4 > bytes.length) throw refuse(place, 'the end', 'the marker of the end');
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) throw refuse(place, `a part of ${length} bytes`, 'a whole one');
    const part = bytes.subarray(at + 4, at + 2 + length);
    if (isFrame(marker)) {
      if (frame) throw refuse(place, 'a second picture', 'one');
      frame = frameOf(marker, part, bytes.length, mostPixels, place, refuse);
    } else if (marker === 0xe1) {
      orientation = orientationIn(part) ?? orientation;
    } else if (marker === 0xda) {
      if (!frame) throw refuse(place, 'samples without a header', 'the header first');
      if (++scans > MOST_SCANS) throw refuse(place, `more than ${MOST_SCANS} scans`, 'no more than that');
    }
    at += 2 + length;
    if (marker === 0xda) at = endOfScan(bytes, at);
  }
  if (!frame || scans === 0) throw refuse('', 'no picture', 'one');
  return { ...frame, orientation };
}

/** The frames there are; the other three markers between them are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** The next marker that is neither a byte 0xFF of the samples nor a restart. */
function endOfScan(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    if (next !== 0 && !(next !== undefined && next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
}

function frameOf(
  marker: number,
  part: Uint8Array,
  fileSize: number,
  mostPixels: number,
  place: string,
  refuse: Refuse,
): Omit<JpegHeader, 'orientation'> {
  if (marker > 0xc2)
    throw refuse(place, 'a lossless, hierarchical or arithmetic JPEG', 'a baseline or progressive one');
  const components = part[5] ?? 0;
  if (![1, 3, 4].includes(components) || part.length !== 6 + 3 * components) {
    throw refuse(place, `${components} components`, '1, 3 or 4');
  }
  if (part[0] !== 8) throw refuse(place, `${part[0]} bits a sample`, '8');
  const [height, width] = [(part[1]! << 8) | part[2]!, (part[3]! << 8) | part[4]!];
  if (width === 0 || height === 0 || width * height > mostPixels) {
    throw refuse(place, `${width} × ${height} pixels`, `1 to ${mostPixels}`);
  }
  if (width * height > fileSize * MOST_PIXELS_A_BYTE) {
    throw refuse(place, `${width} × ${height} pixels in ${fileSize} bytes`, 'as many as are in it');
  }
  for (let c = 0; c < components; c++) {
    const [across, down] = [part[7 + 3 * c]! >> 4, part[7 + 3 * c]! & 15];
    if (across < 1 || across > 4 || down < 1 || down > 4) {
      throw refuse(place, `samples of ${across} × ${down}`, '1 × 1 to 4 × 4');
    }
  }
  return { width, height, components };
}

/** The one tag of EXIF that matters: a TIFF header, the offset of the first directory, entries of 12 bytes. */
function orientationIn(part: Uint8Array): number | undefined {
  if (String.fromCharCode(...part.subarray(0, 6)) !== 'Exif\0\0') return undefined;
  const tiff = part.subarray(6);
  if (tiff.length < 8) return undefined;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const start = view.getUint32(4, little);
  if (view.getUint16(2, little) !== 42 || start + 2 > tiff.length) return undefined;
  const count = view.getUint16(start, little);
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + 12 * i;
    if (entry + 12 > tiff.length) return undefined;
    if (view.getUint16(entry, little) !== ORIENTATION || view.getUint16(entry + 2, little) !== SHORT) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
