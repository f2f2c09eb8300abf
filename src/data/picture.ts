/** A decoded picture, and laying a transparent one on a background. Types and one formula. */

/** Makes the error for a place in the file. */
export type Refuse = (place: string, found: string, expected: string) => Error;

/** A picture: 8 bits a channel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 is red, green and blue, 4 has alpha behind them (0 is transparent). */
  readonly channels: 1 | 3 | 4;
  /** (height, width, channels), 0 to 255. */
  readonly pixels: Uint8Array;
}

/** Red, green and blue of a picture with alpha, laid on black or white; another picture as it is. */
export function withoutAlpha(picture: Picture, background: 'white' | 'black'): Picture {
  if (picture.channels !== 4) return picture;
  const { width, height, pixels } = picture;
  const below = background === 'white' ? 255 : 0;
  const result = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = pixels[4 * pixel + 3]! / 255;
    for (let c = 0; c < 3; c++) {
      result[3 * pixel + c] = Math.round(pixels[4 * pixel + c]! * alpha + below * (1 - alpha));
    }
  }
  return { width, height, channels: 3, pixels: result };
}
