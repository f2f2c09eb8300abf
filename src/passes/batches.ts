/**
 * How a batch comes about: the epoch's order, and the rows taken out of the data. Descriptors of
 * shaders/shuffle.wgsl and shaders/gather.wgsl.
 */
import { SHUFFLE_STREAM } from '../core/random.js';
import type { Extent } from './elementwise.js';
import { elementwise, type Pass, type ShaderInterface } from './pass.js';

export const batchInterfaces = {
  shuffle: {
    constants: ['WORKGROUP'],
    uniforms: { rows: 'u32', rowLength: 'u32', seed: 'u32', stream: 'u32' },
    bindings: { counters: 'read', order: 'read_write' },
  },
  gather: {
    constants: ['WORKGROUP'],
    uniforms: {
      rows: 'u32',
      columns: 'u32',
      rowLength: 'u32',
      first: 'u32',
      available: 'u32',
      isShuffled: 'u32',
    },
    bindings: { counters: 'read', order: 'read', data: 'read', batch: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** order (rows) = the permutation of this epoch */
export function shuffle(
  label: string,
  rows: number,
  seed: number,
  buffers: { readonly counters: string; readonly order: string },
): Pass {
  return elementwise(label, 'shuffle', rows, {
    uniforms: (rowLength) => ({ rows, rowLength, seed, stream: SHUFFLE_STREAM }),
    buffers,
    turns: 8,
  });
}

/** The rows that one of the data's buffers holds. */
export interface DataPart {
  readonly buffer: string;
  readonly first: number;
  readonly rows: number;
}

/** batch (rows, columns) = the next rows of the data, as far as this part has them */
export function gather(
  label: string,
  { rows, columns }: Extent,
  part: DataPart,
  isShuffled: boolean,
  { counters, order, batch }: Record<'counters' | 'order' | 'batch', string>,
): Pass {
  return elementwise(label, 'gather', rows * columns, {
    uniforms: (rowLength) => ({
      rows,
      columns,
      rowLength,
      first: part.first,
      available: part.rows,
      isShuffled: Number(isShuffled),
    }),
    buffers: { counters, order, data: part.buffer, batch },
    ranges: { batch: { offset: 0, count: rows * columns } },
  });
}
