/**
 * Synthetic sets: points of a formula, drawn from a seed. The same name, samples, noise and seed give the same numbers
 * everywhere. Each set is a table like that of a file, its target the last column, called `target`.
 */
import { type Matrix, matrix } from '../../core/matrix.js';
import { numpyNormal, numpyRandom } from '../../core/random.js';
import { checkNames, choiceText, describe, isFloat32 } from '../../core/run-checks.js';
import { RunError } from '../../core/run-error.js';
import { article } from '../../runs/article.js';
import type { NumberColumns, RawTable } from '../raw-table.js';
import { circles, corners, gaussians, moons, plane, type Point, type Shape, sine, spirals } from './shapes.js';

interface SyntheticSet {
  readonly shape: Shape;
  /** Where nothing else is asked for. */
  readonly samples: number;
  readonly noise: number;
  readonly isRegression?: boolean;
}

const SETS = {
  article: { shape: (i) => articleRow(i), samples: 4, noise: 0 },
  xor: { shape: corners((a, b) => a !== b), samples: 4, noise: 0 },
  and: { shape: corners((a, b) => a && b), samples: 4, noise: 0 },
  or: { shape: corners((a, b) => a || b), samples: 4, noise: 0 },
  circles: { shape: circles, samples: 200, noise: 0.05 },
  moons: { shape: moons, samples: 200, noise: 0.1 },
  spirals: { shape: spirals, samples: 500, noise: 0.05 },
  gaussians: { shape: gaussians, samples: 200, noise: 0.5 },
  plane: { shape: plane, samples: 200, noise: 0.05, isRegression: true },
  sine: { shape: sine, samples: 200, noise: 0.05, isRegression: true },
} as const satisfies Readonly<Record<string, SyntheticSet>>;

/** The name of a synthetic set. */
export type SyntheticName = keyof typeof SETS;

/** The names of all synthetic sets. */
export const SYNTHETIC_NAMES = Object.keys(SETS) as readonly SyntheticName[];

/** The name of the target's column. */
export const SYNTHETIC_TARGET = 'target';

/** Options of `synthetic`. */
export interface SyntheticOptions {
  /** Rows. Default: 4 of the tables of truth, 200, or 500 of the spirals. */
  readonly samples?: number | undefined;
  /**
   * Standard deviation of what is added: to each input, in regression to the target. Default: 0 for the tables of truth, and what
   * makes the others neither trivial nor hopeless.
   */
  readonly noise?: number | undefined;
  /** Default 0. */
  readonly seed?: number | undefined;
}

/** More is refused before it is drawn. */
export const MOST_SAMPLES = 10_000_000;

/** What a set is where nothing else is asked for. */
export function syntheticDefaults(name: SyntheticName): {
  readonly samples: number;
  readonly noise: number;
  readonly isRegression: boolean;
} {
  const { samples, noise, isRegression = false }: SyntheticSet = SETS[name];
  return { samples, noise, isRegression };
}

/**
 * Rows of a set: columns x1, x2, … and `target`; of two classes in turn, 0 and 1, or a number in regression.
 * @throws RunError for a name that is none, or an option out of its range
 */
export function synthetic(name: SyntheticName, options: SyntheticOptions = {}): RawTable {
  if (!SYNTHETIC_NAMES.includes(name)) throw new RunError('synthetic', describe(name), choiceText(SYNTHETIC_NAMES));
  checkNames(options, ['samples', 'noise', 'seed']);
  const set: SyntheticSet = SETS[name];
  const { samples = set.samples, noise = set.noise, seed = 0 } = options;
  checkWhole('samples', samples, 1, MOST_SAMPLES);
  checkWhole('seed', seed, 0, 2 ** 32 - 1);
  if (!(noise >= 0 && isFloat32(noise))) throw new RunError('noise', describe(noise), 'a number of at least 0');
  const uniform = numpyRandom(seed);
  const normal = numpyNormal(uniform);
  const points = Array.from({ length: samples }, (_, i): Point => {
    const { inputs, target } = set.shape(i, samples, uniform);
    if (noise === 0) return { inputs, target };
    if (set.isRegression) return { inputs, target: target + noise * normal() };
    return { inputs: inputs.map((value) => value + noise * normal()), target };
  });
  const column = (columnName: string, valueOf: (point: Point) => number): NumberColumns => ({
    kind: 'numbers',
    name: columnName,
    width: 1,
    values: Float64Array.from(points, valueOf),
    missing: 0,
  });
  return {
    source: `the synthetic set ${name}`,
    rows: samples,
    columns: [
      ...points[0]!.inputs.map((_, c) => column(`x${c + 1}`, ({ inputs }) => inputs[c]!)),
      column(SYNTHETIC_TARGET, ({ target }) => target),
    ],
    notes: [],
  };
}

export interface SyntheticExamples {
  /** (samples, inputs) */
  readonly x: Matrix;
  /** (samples, 1): 0 and 1, or a number in regression. */
  readonly y: Matrix;
  /** The names of the classes; undefined in regression. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * The same rows as `synthetic` gives, as x and y for `model.fit`.
 * @throws RunError for a name that is none, or an option out of its range
 */
export function syntheticExamples(name: SyntheticName, options: SyntheticOptions = {}): SyntheticExamples {
  const { rows, columns } = synthetic(name, options);
  const values = columns.map((column) => (column as NumberColumns).values);
  const x = matrix(rows, values.length - 1);
  for (let i = 0; i < x.values.length; i++) x.values[i] = values[i % x.columns]![Math.floor(i / x.columns)]!;
  const y = matrix(rows, 1, Float64Array.from(values.at(-1)!));
  return { x, y, ...(!(SETS[name] as SyntheticSet).isRegression && { classes: ['0', '1'] }) };
}

function checkWhole(field: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new RunError(field, describe(value), `a whole number from ${least} to ${most}`);
}

/** The tutorial's four rows, again and again. */
function articleRow(i: number): Point {
  const { x, y } = article.data;
  return { inputs: x[i % x.length]!, target: y[i % y.length]![0]! };
}
