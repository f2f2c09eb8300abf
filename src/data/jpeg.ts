/**
 * Decodes JPEG pictures with jpeg-js, upright: an orientation in EXIF is applied.
 *
 * It refuses what jpeg-header.ts refuses, and damaged or truncated samples.
 */
import { jpegHeader } from './jpeg-header.js';
import type { Picture, Refuse } from './picture.js';

/** 16 bytes a pixel for each of three components is the most that it takes; so MiB for the pixels there may be. */
const MEMORY_MIB = 1024;

/** @throws the error that `refuse` makes */
export async function decodeJpeg(bytes: Uint8Array, mostPixels: number, refuse: Refuse): Promise<Picture> {
  const { components, orientation } = jpegHeader(bytes, mostPixels, refuse);
  const { decode } = await import('jpeg-js');
  let decoded;
  try {
    decoded = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      maxMemoryUsageInMB: MEMORY_MIB,
    });
  } catch (error) {
    throw refuse('', `a damaged JPEG (${error instanceof Error ? error.message : 'no reason given'})`, 'a whole one');
  }
  const { width, height, data } = decoded;
  const grey = components === 1;
  const pixels = grey ? data.filter((_, i) => i % 3 === 0) : data;
  return upright({ width, height, channels: grey ? 1 : 3, pixels }, orientation);
}

/**
 * The picture as it is to be seen. EXIF numbers say where row 0 and column 0 of what is stored are: from 5 on rows are
 * columns; 2, 3, 7 and 8 start at the right or, turned, at the bottom; 3, 4, 6 and 7 the other way about.
 */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { width, height, channels, pixels } = picture;
  const isTurned = orientation >= 5;
  const isFlippedX = [2, 3, 7, 8].includes(orientation);
  const isFlippedY = [3, 4, 6, 7].includes(orientation);
  const [newWidth, newHeight] = isTurned ? [height, width] : [width, height];
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [column, row] = isTurned ? [y, x] : [x, y];
      const from = (isFlippedY ? height - 1 - row : row) * width + (isFlippedX ? width - 1 - column : column);
      for (let c = 0; c < channels; c++) result[(y * newWidth + x) * channels + c] = pixels[from * channels + c]!;
    }
  }
  return { width: newWidth, height: newHeight, channels, pixels: result };
}
