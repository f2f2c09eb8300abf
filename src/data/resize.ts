/**
 * Pictures of another size: smaller ones by the mean over the area of each new pixel, larger ones bilinearly, each axis
 * on its own. Grey is the luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B. Pure formulas.
 */
import { type Picture, withoutAlpha } from './picture.js';

/** What a picture is brought to. */
export interface PictureSize {
  /** Pixels. Default: as the picture has. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** 1 is grey, 3 in colour. Default: 1 of a grey picture, else 3. */
  readonly channels?: 1 | 3 | undefined;
  /** What shows through where the picture is transparent. Default: white, as on paper. */
  readonly background?: 'white' | 'black' | undefined;
}

/** The picture in another size, without alpha. */
export function resizePicture(picture: Picture, size: PictureSize): Picture & { readonly channels: 1 | 3 } {
  const { pixels, width, height, channels } = inChannels(
    withoutAlpha(picture, size.background ?? 'white'),
    size.channels,
  );
  const across = weightsOf(width, size.width ?? width);
  const down = weightsOf(height, size.height ?? height);
  // (height, new width, channels), not rounded between the two steps
  const narrow = new Float32Array(height * across.length * channels);
  for (let y = 0; y < height; y++) {
    across.forEach(({ first, weights }, x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * pixels[(y * width + first + k) * channels + c]!;
        narrow[(y * across.length + x) * channels + c] = sum;
      }
    });
  }
  const line = across.length * channels;
  const result = new Uint8Array(down.length * line);
  down.forEach(({ first, weights }, y) => {
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrow[(first + k) * line + i]!;
      result[y * line + i] = Math.min(255, Math.round(sum));
    }
  });
  return { width: across.length, height: down.length, channels, pixels: result };
}

/** A new pixel is a weighted sum of old ones from `first` on. */
interface Weights {
  readonly first: number;
  readonly weights: readonly number[];
}

function weightsOf(from: number, to: number): readonly Weights[] {
  return Array.from({ length: to }, (_, i) => (to < from ? areaWeights(from, to, i) : linearWeights(from, to, i)));
}

/** How much of each old pixel lies within the new one. */
function areaWeights(from: number, to: number, i: number): Weights {
  const scale = from / to;
  const start = i * scale;
  const end = Math.min(from, start + scale);
  const first = Math.floor(start);
  const last = Math.min(from, Math.ceil(end));
  const weights = Array.from({ length: last - first }, (_, k) => {
    return Math.max(0, Math.min(end, first + k + 1) - Math.max(start, first + k)) / (end - start);
  });
  return { first, weights };
}

/** Between the centres of the two nearest old pixels; at the borders the nearest one alone. */
function linearWeights(from: number, to: number, i: number): Weights {
  const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
  const first = Math.min(Math.floor(place), Math.max(0, from - 2));
  const share = place - first;
  return from === 1 ? { first: 0, weights: [1] } : { first, weights: [1 - share, share] };
}

function inChannels(picture: Picture, channels: 1 | 3 | undefined): Picture & { readonly channels: 1 | 3 } {
  const { width, height, pixels } = picture;
  const has = picture.channels === 1 ? 1 : 3;
  const wanted = channels ?? has;
  if (wanted === has) return { width, height, channels: has, pixels };
  const count = width * height;
  const result = new Uint8Array(count * wanted);
  for (let pixel = 0; pixel < count; pixel++) {
    if (wanted === 3) {
      result.fill(pixels[pixel]!, 3 * pixel, 3 * pixel + 3);
    } else {
      const [r, g, b] = [pixels[3 * pixel]!, pixels[3 * pixel + 1]!, pixels[3 * pixel + 2]!];
      result[pixel] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    }
  }
  return { width, height, channels: wanted, pixels: result };
}
