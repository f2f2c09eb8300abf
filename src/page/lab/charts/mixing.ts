/** Mixes colours; for pictures of many dots by way of a table, since a colour for each dot would be much to make and throw away. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** @param share of the second, 0 to 1 */
export function mixed([r, g, b]: Rgb, [R, G, B]: Rgb, share: number): Rgb {
  return [Math.round(r + (R - r) * share), Math.round(g + (G - g) * share), Math.round(b + (B - b) * share)];
}

/** Colours for values from 0 to 1, as the four bytes of a picture's dot in one number. */
export class Ramp {
  readonly #dots = new Uint32Array(STEPS + 1);

  /** @param colorAt of a value from 0 to 1 */
  constructor(colorAt: (value: number) => Rgb) {
    const bytes = new Uint8ClampedArray(this.#dots.buffer);
    for (let step = 0; step <= STEPS; step++) bytes.set([...colorAt(step / STEPS), 255], 4 * step);
  }

  /** What lies outside is taken to the nearer end. */
  at(value: number): number {
    return this.#dots[Math.max(0, Math.min(STEPS, Math.round(value * STEPS)))]!;
  }
}

const STEPS = 512;

/** A picture of one dot for each cell, row by row from above. */
export function pictureOfDots(
  width: number,
  height: number,
  dotAt: (x: number, y: number) => number,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  const dots = new Uint32Array(image.data.buffer);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) dots[y * width + x] = dotAt(x, y);
  context.putImageData(image, 0, 0);
  return canvas;
}
