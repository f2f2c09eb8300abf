/**
 * What was drawn, as a picture of the data: ink on black. For 28 × 28 as MNIST has it: the ink is scaled to fit 20 × 20 with its sides
 * in proportion, and laid so that its centre of mass is the middle. For other sizes the pad is made smaller as it is. Pure functions.
 */
import { resizePicture } from '../../../data/resize.js';

/** Grey: 0 is empty, 255 all ink; row by row. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Of MNIST's pictures: how large they are, and the box that a digit fills. */
const MNIST = 28;
const BOX = 20;
/** Fainter ink than this is the edge of a stroke, and no part of the digit's box. */
const FAINT = 16;

export function isLikeMnist({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width === MNIST && height === MNIST;
}

/** @param size of the data's pictures */
export function pictureOf(drawn: Ink, size: { readonly width: number; readonly height: number }): Ink {
  if (!isLikeMnist(size)) return resized(drawn, size.width, size.height);
  const box = boxOf(drawn);
  if (!box) return { ...size, pixels: new Uint8Array(MNIST * MNIST) };
  const scale = BOX / Math.max(box.width, box.height);
  const digit = resized(
    cut(drawn, box),
    Math.max(1, Math.round(box.width * scale)),
    Math.max(1, Math.round(box.height * scale)),
  );
  const mass = centreOf(digit);
  const middle = MNIST / 2;
  return laid(digit, place(middle - mass.x, digit.width), place(middle - mass.y, digit.height));
}

/** A whole pixel, and never beyond the border: ink is not cut off. */
function place(first: number, length: number): number {
  return Math.min(MNIST - length, Math.max(0, Math.round(first)));
}

function resized({ width, height, pixels }: Ink, newWidth: number, newHeight: number): Ink {
  return resizePicture({ width, height, channels: 1, pixels }, { width: newWidth, height: newHeight });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box with all of the ink; undefined where there is none. */
function boxOf({ width, height, pixels }: Ink): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x]! < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut({ width, pixels }: Ink, box: Box): Ink {
  const taken = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * width + box.left;
    taken.set(pixels.subarray(start, start + box.width), y * box.width);
  }
  return { width: box.width, height: box.height, pixels: taken };
}

/** The centre of mass, in pixels from the upper left corner. */
export function centreOf({ width, height, pixels }: Ink): { readonly x: number; readonly y: number } {
  let [sum, alongX, alongY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = pixels[y * width + x]!;
      sum += ink;
      alongX += ink * (x + 0.5);
      alongY += ink * (y + 0.5);
    }
  }
  return sum === 0 ? { x: width / 2, y: height / 2 } : { x: alongX / sum, y: alongY / sum };
}

function laid({ width, height, pixels }: Ink, left: number, top: number): Ink {
  const whole = new Uint8Array(MNIST * MNIST);
  for (let y = 0; y < height; y++) {
    whole.set(pixels.subarray(y * width, (y + 1) * width), (top + y) * MNIST + left);
  }
  return { width: MNIST, height: MNIST, pixels: whole };
}

/** The numbers of the data: ink as the data has it, in each channel. */
export function valuesOf({ pixels }: Ink, channels: number, max: number): Float64Array {
  const values = new Float64Array(pixels.length * channels);
  pixels.forEach((ink, pixel) => values.fill((ink * max) / 255, pixel * channels, (pixel + 1) * channels));
  return values;
}

/** A picture of the data as ink to show, of its first channels the mean. */
export function inkOf(
  values: Float64Array,
  { width, height, channels, max }: { width: number; height: number; channels: number; max: number },
): Ink {
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[pixel * channels + c]!;
    return Math.max(0, Math.min(255, Math.round((sum / channels / max) * 255)));
  });
  return { width, height, pixels };
}
