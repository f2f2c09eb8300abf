/**
 * What a plan's buffers hold before the first batch: the task's own values, rounded to float32. Buffers that are not
 * named are zero. Values of the data are not copied where float32 holds them as they are.
 */
import type { Examples, Table } from '../core/examples.js';
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { matrix } from '../core/matrix.js';
import { MAX_FLOAT32 } from '../core/run-checks.js';
import type { Task } from '../core/task.js';
import { optimizerState } from '../passes/optimizer.js';
import { COUNTERS, RATES } from '../passes/rates.js';
import { explainedShares } from './log-reader.js';
import type { ParameterRange, Plan } from './plan.js';
import { valueCount } from './plan.js';

type Values = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Values that float32 holds exactly, such as the bytes of pictures. */
export type DataValues =
  Float32Array<ArrayBuffer> | Uint8Array | Uint8ClampedArray | Int8Array | Uint16Array | Int16Array;

export interface Contents {
  /** Written once, and never changed by a pass. */
  readonly data: Readonly<Record<string, DataValues>>;
  /** Written again at each restart. */
  readonly state: Readonly<Record<string, Values>>;
}

export function taskContents(
  task: Task,
  plan: Plan,
  weights: readonly LayerWeights[] = initialWeights(task.model, task.widths[0]!),
): Contents {
  const { optimizer } = task.training;
  const planned = new Map(plan.buffers.map(({ name, shape }) => [name, valueCount(shape)]));
  const filled = (name: string, value: number) => new Float32Array(planned.get(name)!).fill(value);
  const parameters = flatWeights(plan.parameters, weights, 'parameters', planned.get('parameters')!);
  const outputs = task.widths.at(-1)!;
  const state: Record<string, Values> = {
    parameters,
    previous: parameters,
    statistics: flatWeights(plan.parameters, weights, 'statistics', planned.get('statistics') ?? 0),
    ...Object.fromEntries(
      optimizerState(optimizer).map(({ name, initial }) => [
        name,
        planned.has(name) ? filled(name, initial) : new Float32Array(),
      ]),
    ),
    rates: Float32Array.from(RATES, (field) => ({ ...FIRST_RATES, learningRate: optimizer.learningRate })[field]),
    counters: new Uint32Array(COUNTERS.length),
    waiting: new Uint32Array(2),
    sums: filled('sums', 0),
    counts: new Uint32Array(planned.get('counts') ?? 0),
  };
  const data: Record<string, DataValues> = {
    ...exampleContents(plan, '', task.train),
    ...(plan.train && task.validation && exampleContents(plan, 'validation.', task.validation)),
    'shares.mean': new Float32Array(outputs).fill(1 / outputs),
    ...(planned.has('shares.explained') && { 'shares.explained': explainedShares(task.train.y).shares }),
    ...(planned.has('shares.explained.validation') && {
      'shares.explained.validation': explainedShares(task.validation!.y).shares,
    }),
  };
  const isPlanned = ([name]: [string, unknown]) => planned.has(name);
  return {
    data: Object.fromEntries(Object.entries(data).filter(isPlanned)),
    state: Object.fromEntries(Object.entries(state).filter(isPlanned)),
  };
}

const FIRST_RATES = {
  learningRate: 0,
  gradientScale: 1,
  correction1: 0,
  correction2: 0,
  plateauFactor: 1,
  plateauBest: MAX_FLOAT32,
};

/** All weights of one buffer, in their places. */
export function flatWeights(
  ranges: readonly ParameterRange[],
  weights: readonly LayerWeights[],
  buffer: ParameterRange['buffer'],
  count: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (const range of ranges) {
    if (range.buffer === buffer) values.set(weights[range.layer]![range.weight]!.values, range.offset);
  }
  return values;
}

/** The weights of every layer, out of the flat buffers. */
export function weightsFrom(
  plan: Plan,
  layers: number,
  buffers: Readonly<Record<ParameterRange['buffer'], Float32Array | undefined>>,
): LayerWeights[] {
  return Array.from({ length: layers }, (_, layer) =>
    Object.fromEntries(
      plan.parameters
        .filter((range) => range.layer === layer)
        .map(({ weight, buffer, offset, shape: [rows, columns] }) => [
          weight,
          matrix(rows, columns, Float64Array.from(buffers[buffer]!.subarray(offset, offset + rows * columns))),
        ]),
    ),
  );
}

/** x, targets and weights, in as many parts as the plan spreads them over. */
function exampleContents(plan: Plan, prefix: string, { x, y, weights }: Examples): Record<string, DataValues> {
  const tables: Record<string, Table> = {
    x,
    targets: y,
    ...(weights && { weights: { rows: x.rows, columns: 1, values: weights } }),
  };
  return Object.fromEntries(
    Object.entries(tables).flatMap(([name, table]) => {
      let first = 0;
      return plan.buffers
        .filter((buffer) => buffer.name === `${prefix}${name}` || buffer.name.startsWith(`${prefix}${name}.`))
        .map((buffer) => {
          const count = valueCount(buffer.shape);
          const values = exact(table.values, first, count);
          first += count;
          return [buffer.name, values] as const;
        });
    }),
  );
}

/** Some of the values: a view of them where it can be, else rounded to float32. */
function exact(values: ArrayLike<number>, first: number, count: number): DataValues {
  if (isExact(values)) return values.subarray(first, first + count);
  const copy = new Float32Array(count);
  for (let i = 0; i < count; i++) copy[i] = values[first + i]!;
  return copy;
}

function isExact(values: ArrayLike<number>): values is DataValues {
  if (values instanceof Float32Array) return values.buffer instanceof ArrayBuffer;
  return [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array].some((kind) => values instanceof kind);
}
