/**
 * Reads PNG and JPEG pictures, one or a folder of them with a class for each folder within. The decoders are loaded when
 * the first picture comes. Transparent parts show a background, white unless the caller says black.
 *
 * It refuses pictures of more than 2²⁵ pixels, pictures of different sizes unless it is told the size to bring them to,
 * and files that are none.
 */
import { counted, evenly } from '../core/text.js';
import { TextBuilder } from './column-builders.js';
import { DataError } from './data-error.js';
import type { DataFile } from './file.js';
import { decodeJpeg } from './jpeg.js';
import { isJpeg } from './jpeg-header.js';
import type { Picture, Refuse } from './picture.js';
import { decodePng } from './png.js';
import { isPng } from './png-chunks.js';
import type { RawTable } from './raw-table.js';
import { allocate, MOST_BYTES, readAll, type ReadOptions } from './read-bytes.js';
import { resizePicture } from './resize.js';
import { checkLimit } from './rows.js';
import { folderName } from './words.js';

export type { Picture } from './picture.js';
export { type PictureSize, resizePicture } from './resize.js';

/** Decoding takes some 25 bytes a pixel. */
const MOST_PIXELS = 2 ** 25;

/** Bytes of one picture's file. */
const LONGEST = 2 ** 27;

/** Options of `readPictures`. */
export interface PicturesOptions {
  /** Pixels of a row. Default for both: those of the first picture, which the others must have then. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Default: `grey` where the first picture is, else `rgb`. */
  readonly channels?: 'grey' | 'rgb' | undefined;
  /** `folder`: a column `label` with the name of the folder that each picture lies in. Default. */
  readonly label?: 'folder' | 'none' | undefined;
  /** What shows through where pictures are transparent. Default: white. */
  readonly background?: 'white' | 'black' | undefined;
  /** Pictures to read at most, spread evenly over the files, so that all folders are in it. Default: all. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pictures read, of how many. */
  readonly onProgress?: ((pictures: number, of: number) => void) | undefined;
}

/**
 * A PNG or a JPEG, upright and in 8 bits: grey, in colour, or in colour with alpha.
 *
 * @throws DataError if the file cannot be read, or is no such picture
 */
export async function readPicture(file: DataFile, options?: ReadOptions): Promise<Picture> {
  const bytes = await readAll(file, { ...options, limit: LONGEST });
  const refuse: Refuse = (place, found, expected) => new DataError(file.name, place, found, expected);
  if (isPng(bytes)) return decodePng(bytes, MOST_PIXELS, file.name, refuse);
  if (isJpeg(bytes)) return decodeJpeg(bytes, MOST_PIXELS, refuse);
  throw refuse('byte 0', 'no picture', 'a PNG or a JPEG');
}

/** Whether a file's name ends as a picture's does. */
export function isPictureName(name: string): boolean {
  return /\.(png|jpe?g)$/i.test(name);
}

/**
 * A block `pixels` of bytes, (height, width) a row in grey and (height, width, 3) in colour, and a column `label`.
 *
 * @throws DataError if a picture cannot be read, or does not go with the others
 */
export async function readPictures(files: readonly DataFile[], options: PicturesOptions = {}): Promise<RawTable> {
  const { label = 'folder', background, limit, signal, onProgress } = options;
  checkLimit(limit);
  checkSize(options);
  const all = files.filter((file) => isPictureName(file.name));
  const source = all.length === 1 ? all[0]!.name : counted(all.length, 'picture');
  if (all.length === 0) throw new DataError('the pictures', '', 'no PNG or JPEG', 'at least one');
  const chosen = evenly(all.length, limit ?? all.length).map((index) => all[index]!);
  const labels = new TextBuilder(source);
  let block: Block | undefined;
  for (const [row, file] of chosen.entries()) {
    if (label === 'folder') labels.add(folderOf(file));
    const picture = await readPicture(file, { signal });
    block ??= blockFor(picture, options, chosen.length, source);
    const { width, height, channels } = block;
    const hasSize = picture.width === width && picture.height === height;
    if (!hasSize && (options.width === undefined || options.height === undefined)) {
      const found = `${picture.width} × ${picture.height} pixels`;
      throw new DataError(
        file.name,
        '',
        found,
        `${width} × ${height} as in ${chosen[0]!.name}, or a width and a height`,
      );
    }
    if (channels === 1 && picture.channels > 1 && options.channels === undefined) {
      throw new DataError(file.name, '', 'colours', `grey as in ${chosen[0]!.name}, or channels`);
    }
    const { pixels } = resizePicture(picture, { width, height, channels, background });
    block.values.set(pixels, row * pixels.length);
    onProgress?.(row + 1, chosen.length);
  }
  const { width, height, channels, values } = block!;
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  const pixels = {
    kind: 'numbers',
    name: 'pixels',
    width: width * height * channels,
    shape,
    values,
    missing: 0,
  } as const;
  const strays = files.length - all.length;
  return {
    source,
    rows: chosen.length,
    columns: label === 'folder' ? [pixels, labels.done('label')] : [pixels],
    notes: strays > 0 ? [`${counted(strays, 'file')} left out, being no PNG or JPEG by name.`] : [],
  };
}

interface Block {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly values: Uint8Array;
}

function blockFor(first: Picture, options: PicturesOptions, rows: number, source: string): Block {
  const channels = options.channels ? (options.channels === 'grey' ? 1 : 3) : first.channels === 1 ? 1 : 3;
  const { width = first.width, height = first.height } = options;
  const length = rows * width * height * channels;
  if (length > MOST_BYTES) {
    const found = `${rows} pictures of ${width} × ${height}`;
    throw new DataError(source, '', found, `at most ${MOST_BYTES} bytes: a smaller width and height, or a limit`);
  }
  return { width, height, channels, values: allocate(Uint8Array, length, source) };
}

function checkSize(options: PicturesOptions): void {
  for (const name of ['width', 'height'] as const) {
    const size = options[name];
    if (size === undefined || (Number.isInteger(size) && size >= 1 && size <= 4096)) continue;
    throw new DataError('pictures', name, String(size), 'a whole number from 1 to 4096');
  }
}

function folderOf(file: DataFile): string {
  const folder = folderName(file.name);
  if (folder === undefined) throw new DataError(file.name, '', 'no folder', 'pictures in a folder for each class');
  return folder;
}
