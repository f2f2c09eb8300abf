/** What the page shows of loaded data, as plain data of bounded size. It keeps no more rows than can be looked at. */
import type { Source, Table } from '../../../core/examples.js';
import { evenly } from '../../../core/text.js';
import type { LoadedRun } from '../../../data/load.js';

/** Points of a scatter plot, at most, of each part. */
const MOST_POINTS = 2000;

export interface DataSummary {
  /** Columns of x and of y, as the model sees them. */
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** The names of the classes in the order of their numbers; undefined for targets that are numbers. */
  readonly classes: readonly string[] | undefined;
  /** Names of the inputs, as the model sees them. */
  readonly names: readonly string[];
  /** How an input becomes the number in the file again: value · scale + shift, one for each name. */
  readonly scaling: readonly Scale[];
  /** The same of the target; undefined for classes. */
  readonly targetScaling: Scale | undefined;
  readonly targetName: string;
  /** Rows of each class in each part; undefined for targets that are numbers. */
  readonly counts: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>> | undefined;
  /** Evenly spread rows of the training and of the validation part, encoded and scaled. */
  readonly sample: { readonly train: SampleRows; readonly validation: SampleRows | undefined };
  /** Where inputs are pictures. */
  readonly picture: { readonly height: number; readonly width: number; readonly channels: number } | undefined;
  readonly notes: readonly string[];
}

export interface Scale {
  readonly shift: number;
  readonly scale: number;
}

export interface SampleRows {
  /** Places in their part. */
  readonly indices: readonly number[];
  /** (indices.length, columns), row-major. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export function summaryOf({ train, validation, test, classes, preprocessing, notes }: LoadedRun): DataSummary {
  const target = preprocessing?.target;
  const countsIn = (part: Source | undefined) => (part && classes ? classCounts(part, classes.length) : []);
  const shape = preprocessing?.inputs.find((input) => input.kind === 'numbers' && input.shape);
  const [height, width, channels = 1] = (shape?.kind === 'numbers' && shape.shape) || [];
  return {
    inputs: train.x.columns,
    outputs: train.y.columns,
    rows: { train: train.x.rows, validation: validation?.x.rows ?? 0, test: test?.x.rows ?? 0 },
    classes,
    names: namesOf(preprocessing, train.x.columns),
    scaling: scalingOf(preprocessing, train.x.columns),
    targetScaling: target?.kind === 'numbers' ? { shift: target.shift[0]!, scale: target.scale[0]! } : undefined,
    targetName: target?.kind === 'numbers' ? target.names[0]! : (target?.name ?? 'y'),
    counts: classes && { train: countsIn(train), validation: countsIn(validation), test: countsIn(test) },
    sample: { train: sampleOf(train), validation: validation && sampleOf(validation) },
    picture: height !== undefined && width !== undefined ? { height, width, channels } : undefined,
    notes,
  };
}

function namesOf(preprocessing: LoadedRun['preprocessing'], inputs: number): readonly string[] {
  const names = preprocessing?.inputs.flatMap((input) =>
    input.kind === 'categories'
      ? input.categories.map((category) => `${input.name} = ${category}`)
      : input.width === 1
        ? [input.name]
        : Array.from({ length: input.width }, (_, i) => `${input.name} ${i}`),
  );
  return names ?? Array.from({ length: inputs }, (_, i) => `x${i + 1}`);
}

function scalingOf(preprocessing: LoadedRun['preprocessing'], inputs: number): readonly Scale[] {
  const scaling = preprocessing?.inputs.flatMap((input) => {
    if (input.kind === 'categories') return input.categories.map(() => ({ shift: 0, scale: 1 }));
    const at = (value: number | readonly number[], i: number) => (typeof value === 'number' ? value : value[i]!);
    return Array.from({ length: input.width }, (_, i) => ({ shift: at(input.shift, i), scale: at(input.scale, i) }));
  });
  return scaling ?? Array.from({ length: inputs }, () => ({ shift: 0, scale: 1 }));
}

function classCounts({ y }: Source, classes: number): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (let row = 0; row < y.rows; row++) counts[labelOf(y.values, row, y.columns)]!++;
  return counts;
}

/** The class of a row of targets: its number, or the largest of its columns. */
export function labelOf(y: ArrayLike<number>, row: number, columns: number): number {
  if (columns === 1) return y[row]!;
  let best = 0;
  for (let c = 1; c < columns; c++) if (y[row * columns + c]! > y[row * columns + best]!) best = c;
  return best;
}

function sampleOf({ x, y }: Source): SampleRows {
  // Wide rows, of pictures, are many numbers each.
  const most = Math.min(MOST_POINTS, Math.max(16, Math.floor(2 ** 18 / x.columns)));
  const indices = evenly(x.rows, most);
  return { indices, x: rowsOf(x, indices), y: rowsOf(y, indices) };
}

function rowsOf({ columns, values }: Table, indices: readonly number[]): Float32Array {
  const taken = new Float32Array(indices.length * columns);
  indices.forEach((row, i) => {
    for (let column = 0; column < columns; column++) taken[i * columns + column] = values[row * columns + column]!;
  });
  return taken;
}
