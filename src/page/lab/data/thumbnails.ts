/** The synthetic sets as a few points each, to be drawn small. Computed from the sets themselves. */
import { SYNTHETIC_NAMES, type SyntheticName, syntheticExamples } from '../../../data/synthetic/synthetic.js';

export interface Thumbnail {
  readonly name: SyntheticName;
  /** Places from 0 to 1: of classes the first two inputs; of numbers the first input and the target. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: number }[];
  readonly isRegression: boolean;
}

const POINTS = 80;
/** Just enough that the shape is seen. */
const SEED = 1;

export function thumbnails(): readonly Thumbnail[] {
  return SYNTHETIC_NAMES.map((name) => {
    const { x, y, classes } = syntheticExamples(name, { seed: SEED });
    const step = Math.max(1, Math.floor(x.rows / POINTS));
    // Classes come in turn: an odd step takes of both.
    const rows = Array.from({ length: Math.ceil(x.rows / (step | 1)) }, (_, i) => i * (step | 1));
    const across = scaled(rows.map((row) => x.values[row * x.columns]!));
    const up = scaled(rows.map((row) => (classes ? x.values[row * x.columns + 1]! : y.values[row]!)));
    const points = rows.map((row, i) => ({ x: across[i]!, y: up[i]!, label: classes ? y.values[row]! : 0 }));
    return { name, points, isRegression: !classes };
  });
}

function scaled(values: readonly number[]): readonly number[] {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (max > min ? (value - min) / (max - min) : 0.5));
}
