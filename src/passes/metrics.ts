/**
 * The passes that measure a batch, and what each metric of a run needs of them. Descriptors of
 * shaders/elementwise_metric.wgsl, top_k.wgsl, count_confusion.wgsl and count_thresholds.wgsl.
 */
import type { Metric } from '../core/training.js';
import type { Extent } from './elementwise.js';
import { elementwise, type Pass, REDUCE_WORKGROUP, reductionGrid, type ShaderInterface } from './pass.js';

export const metricInterfaces = {
  elementwise_metric: {
    constants: ['WORKGROUP', 'METRIC'],
    uniforms: { count: 'u32', columns: 'u32', stride: 'u32', offset: 'u32' },
    bindings: { y: 'read', targets: 'read', shares: 'read', partials: 'read_write' },
  },
  top_k: {
    constants: ['WORKGROUP', 'SPARSE'],
    uniforms: { rows: 'u32', columns: 'u32', stride: 'u32', offset: 'u32', k: 'u32' },
    bindings: { y: 'read', targets: 'read', partials: 'read_write' },
  },
  count_confusion: {
    constants: ['WORKGROUP', 'SPARSE'],
    uniforms: { rows: 'u32', columns: 'u32', rowLength: 'u32', offset: 'u32' },
    bindings: { y: 'read', targets: 'read', counts: 'read_write' },
  },
  count_thresholds: {
    constants: ['WORKGROUP', 'SPARSE'],
    uniforms: { count: 'u32', columns: 'u32', rowLength: 'u32', offset: 'u32', buckets: 'u32' },
    bindings: { y: 'read', targets: 'read', counts: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** What elementwise_metric.wgsl knows each of its measures by. */
export const METRIC_NUMBERS = { absoluteError: 0, squaredError: 1, sameSide: 2 } as const;

/** A column of the epoch's sums: what one pass adds up over the rows. */
export type SumMeasure =
  | {
      readonly kind: keyof typeof METRIC_NUMBERS;
      /** What each output counts; for R² what its column varies is divided out. */
      readonly shares: 'mean' | 'explained';
    }
  | { readonly kind: 'topK'; readonly k: number };

/** Whole numbers counted over an epoch. */
export type CountMeasure = { readonly kind: 'confusion' } | { readonly kind: 'thresholds'; readonly buckets: number };

/** Buckets that tell outputs above 0.5 from others, and those of Keras' AUC with its 200 thresholds. */
export const SIDES = 2;
export const AUC_BUCKETS = 199;

/** What is added up for a metric. Metrics that come to the same thing share it. */
export function measureOf(metric: Metric, outputs: number): SumMeasure | CountMeasure {
  switch (metric.name) {
    case 'accuracy':
      return outputs === 1 ? { kind: 'sameSide', shares: 'mean' } : { kind: 'topK', k: 1 };
    case 'binaryAccuracy':
      return { kind: 'sameSide', shares: 'mean' };
    case 'categoricalAccuracy':
    case 'sparseCategoricalAccuracy':
      return { kind: 'topK', k: 1 };
    case 'topKCategoricalAccuracy':
      return { kind: 'topK', k: metric.k };
    case 'meanAbsoluteError':
      return { kind: 'absoluteError', shares: 'mean' };
    case 'meanSquaredError':
    case 'rootMeanSquaredError':
      return { kind: 'squaredError', shares: 'mean' };
    case 'r2Score':
      return { kind: 'squaredError', shares: 'explained' };
    case 'precision':
    case 'recall':
    case 'f1Score':
      return { kind: 'thresholds', buckets: SIDES };
    case 'auc':
      return { kind: 'thresholds', buckets: AUC_BUCKETS };
    case 'confusionMatrix':
      return { kind: 'confusion' };
    default:
      return metric satisfies never;
  }
}

export function isCount(measure: SumMeasure | CountMeasure): measure is CountMeasure {
  return measure.kind === 'confusion' || measure.kind === 'thresholds';
}

/** How many counts a measure keeps. */
export function countsOf(measure: CountMeasure, outputs: number): number {
  return measure.kind === 'confusion' ? Math.max(outputs, 2) ** 2 : 2 * measure.buckets;
}

export interface MetricOptions {
  readonly isSparse: boolean;
  /** Where its partial sums, or its counts, begin. */
  readonly offset: number;
  /** Partial sums, the same for loss and metrics of a batch. */
  readonly partials: number;
}

type Outputs = Record<'y' | 'targets', string>;

/** Partial sums of a metric */
export function sumMetric(
  label: string,
  measure: SumMeasure,
  { rows, columns }: Extent,
  { isSparse, offset, partials }: MetricOptions,
  { y, targets, shares, partials: partialsBuffer }: Outputs & Record<'shares' | 'partials', string>,
): Pass {
  const { workgroups, stride } = reductionGrid(partials);
  const ranges = {
    y: { offset: 0, count: rows * columns },
    targets: { offset: 0, count: rows * (isSparse ? 1 : columns) },
    partials: { offset, count: partials },
  };
  const turns = Math.ceil((rows * columns) / REDUCE_WORKGROUP);
  if (measure.kind === 'topK') {
    return {
      label,
      shader: 'top_k',
      constants: { WORKGROUP: REDUCE_WORKGROUP, SPARSE: Number(isSparse) },
      uniforms: { rows, columns, stride, offset, k: measure.k },
      buffers: { y, targets, partials: partialsBuffer },
      ranges,
      workgroups,
      turns,
    };
  }
  return {
    label,
    shader: 'elementwise_metric',
    constants: { WORKGROUP: REDUCE_WORKGROUP, METRIC: METRIC_NUMBERS[measure.kind] },
    uniforms: { count: rows * columns, columns, stride, offset },
    buffers: { y, targets, shares, partials: partialsBuffer },
    ranges: { ...ranges, shares: { offset: 0, count: columns } },
    workgroups,
    turns,
  };
}

/** Counts of a metric, added to those of the batches before */
export function countMetric(
  label: string,
  measure: CountMeasure,
  { rows, columns }: Extent,
  { isSparse, offset }: Pick<MetricOptions, 'isSparse' | 'offset'>,
  buffers: Outputs & Record<'counts', string>,
): Pass {
  const ranges = {
    y: { offset: 0, count: rows * columns },
    targets: { offset: 0, count: rows * (isSparse ? 1 : columns) },
    counts: { offset, count: countsOf(measure, columns) },
  };
  const constants = { SPARSE: Number(isSparse) };
  if (measure.kind === 'confusion') {
    const uniforms = (rowLength: number) => ({ rows, columns, rowLength, offset });
    return elementwise(label, 'count_confusion', rows, { constants, uniforms, buffers, ranges, turns: columns });
  }
  const count = rows * columns;
  const uniforms = (rowLength: number) => ({ count, columns, rowLength, offset, buckets: measure.buckets });
  return elementwise(label, 'count_thresholds', count, { constants, uniforms, buffers, ranges });
}
