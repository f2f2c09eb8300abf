/**
 * A task: what both the plan and the reference train, made from a run or from a caller's arrays. The data is split
 * and weighted, the batch size decided, every check passed. It holds the caller's numbers as they are.
 */
import type { ExampleRows, Source, Table } from './examples.js';
import { type Matrix, matrix, matrixFromRows } from './matrix.js';
import { layerWidths, type ModelSettings } from './model.js';
import { RunError } from './run-error.js';
import { checkRows } from './run-checks.js';
import { checkExamples, checkTable, checkTask, classesOf } from './task-checks.js';
import { counted } from './text.js';
import { DEFAULT_BATCH_SIZE, type TrainingSettings } from './training.js';

/** What is trained: a model, its settings, and its data, split and weighted. */
export interface Task {
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
  /** Columns that go into each layer, and after the last those that come out. */
  readonly widths: readonly number[];
  readonly train: Source;
  readonly validation: Source | undefined;
  /** Rows of a batch, at most those of `train`. */
  readonly batchSize: number;
  /** What was changed without being wrong, one sentence each. */
  readonly notes: readonly string[];
}

/** A run, as run.ts checks its fields. */
interface RunParts {
  readonly data: ExampleRows & { readonly validation?: ExampleRows | undefined };
  readonly model: ModelSettings;
  readonly training: TrainingSettings;
}

/** @throws RunError if the run's data, model and training do not fit each other */
export function taskOf({ data, model, training }: RunParts): Task {
  const validation = data.validation && examplesFromRows('data.validation.', data.validation);
  return makeTask(model, training, examplesFromRows('data.', data), validation);
}

/** @throws RunError naming what does not fit */
export function makeTask(
  model: ModelSettings,
  training: TrainingSettings,
  data: Source,
  validationData?: Source,
): Task {
  const widths = layerWidths(model.layers, data.x.columns);
  checkTask(model, training, widths, data, validationData);
  checkExamples(data, training, widths);
  if (validationData) checkExamples(validationData, training, widths);

  const { train, validation } = split(data, validationData, training.validationSplit);
  const weighted = (examples: Source) => withClassWeights(examples, training, widths.at(-1)!);
  const { batchSize = DEFAULT_BATCH_SIZE } = training;
  const notes: string[] = [];
  if (training.batchSize !== undefined && batchSize > train.x.rows) {
    notes.push(
      `training.batchSize: ${batchSize} is more than the ${counted(train.x.rows, 'row')} to train on; ` +
        'one batch takes them all.',
    );
  }
  return {
    model,
    training,
    widths,
    train: weighted(train),
    // Class weights are for training alone, as in Keras.
    validation,
    batchSize: Math.min(batchSize, train.x.rows),
    notes,
  };
}

/** The task of measuring examples as a training measured its own: all rows, as they come. @throws RunError as `makeTask` */
export function measuringTask(model: ModelSettings, training: TrainingSettings, examples: Source): Task {
  const plain = { validationSplit: 0, classWeight: undefined, earlyStopping: undefined };
  return makeTask(model, { ...training, ...plain }, examples);
}

/**
 * Whether the last forward pass of the training is what the training's predictions are: one batch an epoch and
 * nothing validated after it, of a network that computes the same in training and after, whose last weights stay.
 * Then, as the tutorial does it.
 */
export function showsLastForward({ model, training, train, validation, batchSize }: Task): boolean {
  const isPlain = model.layers.every(({ type }) => type !== 'dropout' && type !== 'batchNormalization');
  const isWhole = batchSize === train.x.rows && validation === undefined;
  return isPlain && isWhole && !training.earlyStopping?.restoreBestWeights;
}

/**
 * All of a task but its numbers and its seed, as a text: two tasks with the same one take the same steps, on other
 * values.
 */
export function taskShape({ model, train, validation, ...rest }: Task): string {
  return JSON.stringify({ ...rest, layers: model.layers, sizes: [shapeOf(train), validation && shapeOf(validation)] });
}

function shapeOf({ x, y, weights }: Source): readonly unknown[] {
  return [x.rows, x.columns, y.rows, y.columns, weights !== undefined];
}

/** Some rows of a table as a matrix, in the order of the indices. */
export function takeRows({ columns, values }: Table, indices: ArrayLike<number>): Matrix {
  const taken = matrix(indices.length, columns);
  for (let row = 0; row < indices.length; row++) {
    const start = indices[row]! * columns;
    for (let column = 0; column < columns; column++) taken.values[row * columns + column] = values[start + column]!;
  }
  return taken;
}

/** The rows from `start` to before `end`, without copying where the values are a typed array. */
function slice(table: Table, start: number, end: number): Table {
  return { ...table, rows: end - start, values: part(table.values, start * table.columns, end * table.columns) };
}

function part(values: ArrayLike<number>, start: number, end: number): ArrayLike<number> {
  return ArrayBuffer.isView(values)
    ? (values as Float32Array).subarray(start, end)
    : Array.prototype.slice.call(values, start, end);
}

/** @throws RunError for rows that are no table of finite numbers */
export function examplesFromRows(prefix: string, { x, y, sampleWeight }: ExampleRows): Source {
  checkRows(`${prefix}x`, x);
  checkRows(`${prefix}y`, y);
  const weights = sampleWeight && { rows: 1, columns: sampleWeight.length, values: sampleWeight };
  if (weights) checkTable(`${prefix}sampleWeight`, weights);
  return { prefix, x: matrixFromRows(x), y: matrixFromRows(y), weights: sampleWeight };
}

/** How many of the rows, the first ones, are trained on where the others are held back. */
export function keptRows(rows: number, validationSplit: number): number {
  return Math.floor(rows * (1 - validationSplit));
}

/** The last rows for validation, before anything is shuffled, as Keras does it. */
function split(data: Source, validationData: Source | undefined, validationSplit: number) {
  const { rows } = data.x;
  if (validationSplit === 0) return { train: data, validation: validationData };
  if (validationData) {
    const found = `${validationSplit} beside ${validationData.prefix}x`;
    throw new RunError('training.validationSplit', found, 'one of the two');
  }
  const kept = keptRows(rows, validationSplit);
  if (kept === 0 || kept === rows) {
    const left = kept === 0 ? 'none to train on' : 'none to validate with';
    const found = `${validationSplit}, which of ${counted(rows, 'row')} leaves ${left}`;
    throw new RunError('training.validationSplit', found, 'a share that leaves at least one row on either side');
  }
  const examples = (start: number, end: number): Source => ({
    prefix: data.prefix,
    x: slice(data.x, start, end),
    y: slice(data.y, start, end),
    weights: data.weights && part(data.weights, start, end),
  });
  return { train: examples(0, kept), validation: examples(kept, rows) };
}

/** A row's weight times that of its class. */
function withClassWeights(examples: Source, { classWeight, loss }: TrainingSettings, outputs: number): Source {
  if (!classWeight) return examples;
  const classes = classesOf(examples.y, loss, outputs);
  const weights = Float64Array.from(classes, (label, row) => {
    return (classWeight[String(label)] ?? 1) * (examples.weights?.[row] ?? 1);
  });
  return { ...examples, weights };
}
