/**
 * Where the batches of a plan come from: the buffers of a caller's data, and how rows are gathered out of them. Sizes
 * only; what the buffers hold is contents.ts's.
 */
import type { Task } from '../core/task.js';
import type { DataPart } from '../passes/batches.js';
import { f32, type PlannedBuffer } from './plan.js';

/** Where batches of some examples come from, and the buffers they are in. */
export interface DataSource {
  /** Rows of a batch; the last may have fewer. */
  readonly batchRows: number;
  readonly isWeighted: boolean;
  readonly isSparse: boolean;
  /** The data's, and those that rows are gathered into; the latter may be shared with other examples. */
  readonly buffers: readonly PlannedBuffer[];
  readonly batchBuffers: readonly PlannedBuffer[];
  readonly gathers: readonly {
    readonly name: string;
    readonly columns: number;
    readonly batch: string;
    readonly parts: readonly DataPart[];
  }[];
  /** The buffer with the order of the rows; undefined where they come as they stand. */
  readonly order: string | undefined;
  readonly x: string;
  readonly targets: string;
  readonly weights: string;
}

/**
 * Where the batches of some examples come from: straight from the data where one batch is all of it, else gathered
 * row by row from as many buffers as the data needs.
 * @param gathersAlways also where one batch is all of it
 */
export function dataSource(
  prefix: string,
  { training }: Task,
  { x, y, weights, prefix: place }: Task['train'],
  batchSize: number,
  shuffled: boolean,
  { maxBindingBytes, gathersAlways }: { readonly maxBindingBytes: number; readonly gathersAlways: boolean },
): DataSource {
  const batchRows = Math.min(batchSize, x.rows);
  const tables = [
    { name: 'x', columns: x.columns, field: `${place}x` },
    { name: 'targets', columns: y.columns, field: `${place}y` },
    ...(weights ? [{ name: 'weights', columns: 1, field: `${place}sampleWeight` }] : []),
  ];
  const parts = tables.map(({ name, columns }): DataPart[] => {
    const most = Math.max(1, Math.floor(maxBindingBytes / (4 * columns)));
    const count = Math.ceil(x.rows / most);
    return Array.from({ length: count }, (_, i) => {
      const first = i * most;
      const buffer = `${prefix}${name}${count > 1 ? `.${i}` : ''}`;
      return { buffer, first, rows: Math.min(most, x.rows - first) };
    });
  });
  const isGathered = gathersAlways || batchRows < x.rows || parts.some((part) => part.length > 1);
  const buffers = tables.flatMap(({ columns, field }, t) =>
    parts[t]!.map(({ buffer, rows }): PlannedBuffer => ({ ...f32(buffer, [rows, columns], field), isData: true })),
  );
  const bound = (name: string) => (isGathered ? `batch.${name}` : `${prefix}${name}`);
  return {
    batchRows,
    isWeighted: weights !== undefined,
    isSparse: training.loss.name === 'sparseCategoricalCrossentropy',
    buffers,
    batchBuffers: isGathered
      ? tables.map(({ name, columns }) => f32(bound(name), [batchSize, columns], 'training.batchSize'))
      : [],
    gathers: isGathered
      ? tables.map(({ name, columns }, t) => ({ name, columns, batch: bound(name), parts: parts[t]! }))
      : [],
    order: shuffled && isGathered && batchRows < x.rows ? 'order' : undefined,
    x: bound('x'),
    targets: bound('targets'),
    weights: bound('weights'),
  };
}
