/**
 * The passes of batch and layer normalization: moments, forward, gradients, moving statistics.
 * Descriptors of shaders/column_moments.wgsl, row_moments.wgsl, normalize.wgsl, moving_statistics.wgsl and
 * shaders/*normalization*_gradient.wgsl.
 */
import { elementwise, groupGrid, type Pass, REDUCE_WORKGROUP, type ShaderInterface, WORKGROUP } from './pass.js';

const moments = { rows: 'u32', columns: 'u32', gridRow: 'u32' } as const;

export const normalizationInterfaces = {
  column_moments: { constants: ['WORKGROUP'], uniforms: moments, bindings: { x: 'read', moments: 'read_write' } },
  row_moments: { constants: ['WORKGROUP'], uniforms: moments, bindings: { x: 'read', moments: 'read_write' } },
  normalize: {
    constants: ['WORKGROUP', 'PER_ROW'],
    uniforms: {
      rows: 'u32',
      columns: 'u32',
      rowLength: 'u32',
      moments: 'u32',
      gammaOffset: 'u32',
      betaOffset: 'u32',
      epsilon: 'f32',
    },
    bindings: { x: 'read', moments: 'read', parameters: 'read', y: 'read_write' },
  },
  moving_statistics: {
    constants: ['WORKGROUP'],
    uniforms: { count: 'u32', rowLength: 'u32', offset: 'u32', momentum: 'f32', rest: 'f32' },
    bindings: { counters: 'read', moments: 'read', statistics: 'read_write' },
  },
  normalization_weight_gradient: {
    constants: ['WORKGROUP', 'PER_ROW'],
    uniforms: { ...moments, gammaOffset: 'u32', betaOffset: 'u32', accumulate: 'u32', epsilon: 'f32' },
    bindings: { x: 'read', moments: 'read', dy: 'read', sums: 'read_write', gradients: 'read_write' },
  },
  batch_normalization_gradient: {
    constants: ['WORKGROUP'],
    uniforms: { rows: 'u32', columns: 'u32', rowLength: 'u32', gammaOffset: 'u32', epsilon: 'f32' },
    bindings: { x: 'read', moments: 'read', sums: 'read', parameters: 'read', gradient: 'read_write' },
  },
  layer_normalization_gradient: {
    constants: ['WORKGROUP'],
    uniforms: { ...moments, gammaOffset: 'u32', epsilon: 'f32' },
    bindings: { x: 'read', moments: 'read', parameters: 'read', gradient: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** One normalization layer in one batch; gamma lies at `offset` of the parameters, beta right behind it. */
export interface NormalizationSizes {
  readonly rows: number;
  readonly columns: number;
  /** Over each row (layer normalization) or each column (batch normalization). */
  readonly isPerRow: boolean;
  readonly epsilon: number;
  readonly offset: number;
}

const values = ({ rows, columns }: NormalizationSizes) => ({ offset: 0, count: rows * columns });
const groupsOf = ({ rows, columns, isPerRow }: NormalizationSizes) => (isPerRow ? rows : columns);

/** moments (2, rows or columns): the means, then the variances */
export function momentsPass(
  label: string,
  sizes: NormalizationSizes,
  buffers: { readonly x: string; readonly moments: string },
): Pass {
  const { rows, columns, isPerRow } = sizes;
  const { workgroups, gridRow } = groupGrid(groupsOf(sizes));
  return {
    label,
    shader: isPerRow ? 'row_moments' : 'column_moments',
    constants: { WORKGROUP: REDUCE_WORKGROUP },
    uniforms: { rows, columns, gridRow },
    buffers,
    ranges: { x: values(sizes), moments: { offset: 0, count: 2 * groupsOf(sizes) } },
    workgroups,
    turns: 2 * groupsOf(sizes) * Math.ceil((rows * columns) / groupsOf(sizes) / REDUCE_WORKGROUP),
  };
}

/** @param momentsOffset where the means begin in the buffer bound as moments */
export function normalize(
  label: string,
  sizes: NormalizationSizes,
  momentsOffset: number,
  buffers: { readonly x: string; readonly moments: string; readonly parameters: string; readonly y: string },
): Pass {
  const { rows, columns, isPerRow, epsilon, offset } = sizes;
  return elementwise(label, 'normalize', rows * columns, {
    constants: { PER_ROW: Number(isPerRow) },
    uniforms: (rowLength) => ({
      rows,
      columns,
      rowLength,
      moments: momentsOffset,
      gammaOffset: offset,
      betaOffset: offset + columns,
      epsilon,
    }),
    buffers,
    ranges: {
      x: values(sizes),
      y: values(sizes),
      moments: { offset: momentsOffset, count: 2 * groupsOf(sizes) },
      parameters: { offset, count: 2 * columns },
    },
  });
}

/** statistics ← momentum · statistics + (1 − momentum) · moments */
export function movingStatistics(
  label: string,
  { columns }: NormalizationSizes,
  momentum: number,
  offset: number,
  buffers: { readonly counters: string; readonly moments: string; readonly statistics: string },
): Pass {
  const count = 2 * columns;
  return elementwise(label, 'moving_statistics', count, {
    uniforms: (rowLength) => ({ count, rowLength, offset, momentum, rest: 1 - momentum }),
    buffers,
    ranges: { moments: { offset: 0, count }, statistics: { offset, count } },
  });
}

/** dgamma and dbeta, and in `sums` what they are of this batch alone */
export function normalizationWeightGradient(
  label: string,
  sizes: NormalizationSizes,
  accumulate: boolean,
  buffers: {
    readonly x: string;
    readonly moments: string;
    readonly dy: string;
    readonly sums: string;
    readonly gradients: string;
  },
): Pass {
  const { rows, columns, isPerRow, epsilon, offset } = sizes;
  const { workgroups, gridRow } = groupGrid(columns);
  return {
    label,
    shader: 'normalization_weight_gradient',
    constants: { WORKGROUP: REDUCE_WORKGROUP, PER_ROW: Number(isPerRow) },
    uniforms: {
      rows,
      columns,
      gridRow,
      gammaOffset: offset,
      betaOffset: offset + columns,
      accumulate: Number(accumulate),
      epsilon,
    },
    buffers,
    ranges: {
      x: values(sizes),
      dy: values(sizes),
      moments: { offset: 0, count: 2 * groupsOf(sizes) },
      gradients: { offset, count: 2 * columns },
    },
    workgroups,
    turns: columns * Math.ceil(rows / REDUCE_WORKGROUP),
  };
}

/** The gradient of the layer's input, in place of that of its output */
export function normalizationInputGradient(
  label: string,
  sizes: NormalizationSizes,
  { x, moments, sums, parameters, gradient }: Record<'x' | 'moments' | 'sums' | 'parameters' | 'gradient', string>,
): Pass {
  const { rows, columns, isPerRow, epsilon, offset } = sizes;
  const ranges = {
    x: values(sizes),
    gradient: values(sizes),
    moments: { offset: 0, count: 2 * groupsOf(sizes) },
    parameters: { offset, count: columns },
  };
  if (!isPerRow) {
    return elementwise(label, 'batch_normalization_gradient', rows * columns, {
      uniforms: (rowLength) => ({ rows, columns, rowLength, gammaOffset: offset, epsilon }),
      buffers: { x, moments, sums, parameters, gradient },
      ranges,
    });
  }
  const { workgroups, gridRow } = groupGrid(rows);
  return {
    label,
    shader: 'layer_normalization_gradient',
    constants: { WORKGROUP: REDUCE_WORKGROUP },
    uniforms: { rows, columns, gridRow, gammaOffset: offset, epsilon },
    buffers: { x, moments, parameters, gradient },
    ranges,
    workgroups,
    turns: 2 * rows * Math.ceil(columns / WORKGROUP),
  };
}
