/**
 * What a batch leaves in the epoch's log. Descriptors of shaders/log_batch.wgsl and shaders/log_counts.wgsl.
 */
import type { Loss } from '../core/training.js';
import { isSum } from './loss.js';
import { elementwise, type Pass, reduceWorkgroup, type ShaderInterface } from './pass.js';

export const logInterfaces = {
  log_batch: {
    constants: ['WORKGROUP'],
    uniforms: {
      partials: 'u32',
      columns: 'u32',
      penalties: 'u32',
      rows: 'u32',
      examples: 'u32',
      lossWeight: 'f32',
      penaltyWeight: 'f32',
      firstColumn: 'u32',
      logColumns: 'u32',
      logRows: 'u32',
      isTraining: 'u32',
      isUpdate: 'u32',
      isLast: 'u32',
      endsEpoch: 'u32',
    },
    bindings: { partials: 'read', counters: 'read_write', sums: 'read_write', epochLog: 'read_write' },
  },
  log_counts: {
    constants: ['WORKGROUP'],
    uniforms: { count: 'u32', rowLength: 'u32', firstColumn: 'u32', logColumns: 'u32', logRows: 'u32' },
    bindings: { counters: 'read', counts: 'read_write', countLog: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** Where in the log. */
export interface LogPlace {
  readonly firstColumn: number;
  readonly logColumns: number;
  /** The log is a ring: epoch e is written into row e % logRows. */
  readonly logRows: number;
}

export interface BatchRole {
  readonly rows: number;
  /** Rows of the whole epoch, or of the validation data. */
  readonly examples: number;
  readonly isTraining: boolean;
  /** Whether the weights change after this batch. */
  readonly isUpdate: boolean;
  readonly isLast: boolean;
  readonly endsEpoch: boolean;
}

/** Adds the batch's sums to the epoch's, writes the log row after the last batch, advances the counters. */
export function logBatch(
  label: string,
  loss: Loss,
  { partials, columns, penalties }: { readonly partials: number; readonly columns: number; readonly penalties: number },
  { rows, examples, isTraining, isUpdate, isLast, endsEpoch }: BatchRole,
  place: LogPlace,
  buffers: Record<'partials' | 'counters' | 'sums' | 'epochLog', string>,
): Pass {
  const count = columns * partials + penalties;
  const workgroup = reduceWorkgroup(count);
  return {
    label,
    shader: 'log_batch',
    constants: { WORKGROUP: workgroup },
    uniforms: {
      partials,
      columns,
      penalties,
      rows,
      examples,
      lossWeight: isSum(loss.name) ? rows : 1,
      penaltyWeight: rows,
      ...place,
      isTraining: Number(isTraining),
      isUpdate: Number(isUpdate),
      isLast: Number(isLast),
      endsEpoch: Number(endsEpoch),
    },
    buffers,
    ranges: { partials: { offset: 0, count } },
    workgroups: [1, 1, 1],
    turns: Math.ceil(count / workgroup),
  };
}

/** After the last batch: the counts into their row of the log, and back to 0. */
export function logCounts(
  label: string,
  count: number,
  { firstColumn, logColumns, logRows }: LogPlace,
  buffers: Record<'counters' | 'counts' | 'countLog', string>,
): Pass {
  return elementwise(label, 'log_counts', count, {
    uniforms: (rowLength) => ({ count, rowLength, firstColumn, logColumns, logRows }),
    buffers,
  });
}
