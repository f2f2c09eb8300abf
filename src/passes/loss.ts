/**
 * The loss and the gradient it sends back. Descriptors of shaders/elementwise_loss.wgsl and
 * shaders/softmax_crossentropy.wgsl.
 */
import { ACTIVATIONS, type Activation, type OutputActivation } from '../core/activations.js';
import type { Loss } from '../core/training.js';
import type { Extent } from './elementwise.js';
import { type Pass, REDUCE_WORKGROUP, reduceWorkgroup, reductionGrid, type ShaderInterface } from './pass.js';

const bindings = { targets: 'read', weights: 'read', dz: 'read_write', partials: 'read_write' } as const;

export const lossInterfaces = {
  elementwise_loss: {
    constants: ['WORKGROUP', 'LOSS', 'ACTIVATION'],
    uniforms: {
      count: 'u32',
      columns: 'u32',
      stride: 'u32',
      useWeights: 'u32',
      share: 'f32',
      gradientScale: 'f32',
      delta: 'f32',
    },
    bindings: { y: 'read', ...bindings },
  },
  softmax_crossentropy: {
    constants: ['WORKGROUP', 'SPARSE'],
    uniforms: { rows: 'u32', columns: 'u32', stride: 'u32', useWeights: 'u32', gradientScale: 'f32' },
    bindings: { z: 'read', ...bindings },
  },
} as const satisfies Record<string, ShaderInterface>;

/** What elementwise_loss.wgsl knows each loss by. */
export const LOSS_NUMBERS = {
  halfSumSquaredError: 0,
  meanSquaredError: 1,
  meanAbsoluteError: 2,
  huber: 3,
  binaryCrossentropy: 4,
  /** binaryCrossentropy straight from what sigmoid makes its outputs of. */
  logits: 5,
} as const;

/** Whether the loss is computed from what the output activation is applied to, which keeps more digits. */
export function isFromLogits(loss: Loss['name'], activation: Activation): boolean {
  if (loss === 'binaryCrossentropy') return activation === 'sigmoid';
  return loss === 'categoricalCrossentropy' || loss === 'sparseCategoricalCrossentropy';
}

/** Whether the loss of a batch is a sum over its rows, and not a mean. */
export function isSum(loss: Loss['name']): boolean {
  return loss === 'halfSumSquaredError';
}

export interface LossOptions {
  readonly loss: Loss;
  /** The activation whose slope the gradient is taken through; linear where that is another pass's business. */
  readonly activation: OutputActivation;
  readonly fromLogits: boolean;
  readonly isWeighted: boolean;
  /** Partial sums, the same for loss and metrics of a batch. */
  readonly partials: number;
  /** Rows over which the gradient is a mean: those of all batches of one update. */
  readonly groupRows: number;
}

/** dz, and partial sums of the loss. `y` are the outputs, or the logits. */
export function lossPass(
  label: string,
  { rows, columns }: Extent,
  { loss, activation, fromLogits, isWeighted, groupRows, partials: partialCount }: LossOptions,
  { y, targets, weights, dz, partials }: Record<'y' | 'targets' | 'weights' | 'dz' | 'partials', string>,
): Pass {
  const useWeights = Number(isWeighted);
  const gradientScale = isSum(loss.name) ? 1 : 1 / groupRows;
  // A binding must have a buffer, also where it is not read.
  const rest = { targets, weights: isWeighted ? weights : targets, dz, partials };
  if (loss.name === 'categoricalCrossentropy' || loss.name === 'sparseCategoricalCrossentropy') {
    const isSparse = loss.name === 'sparseCategoricalCrossentropy';
    const { workgroups, stride } = reductionGrid(partialCount);
    return {
      label,
      shader: 'softmax_crossentropy',
      constants: { WORKGROUP: REDUCE_WORKGROUP, SPARSE: Number(isSparse) },
      uniforms: { rows, columns, stride, useWeights, gradientScale },
      buffers: { z: y, ...rest },
      ranges: {
        z: { offset: 0, count: rows * columns },
        dz: { offset: 0, count: rows * columns },
        targets: { offset: 0, count: rows * (isSparse ? 1 : columns) },
        weights: { offset: 0, count: rows },
        partials: { offset: 0, count: partialCount },
      },
      workgroups,
      turns: Math.ceil(rows / REDUCE_WORKGROUP) * columns,
    };
  }
  const count = rows * columns;
  const workgroup = reduceWorkgroup(count);
  const { workgroups, stride } = reductionGrid(partialCount, workgroup);
  return {
    label,
    shader: 'elementwise_loss',
    constants: {
      WORKGROUP: workgroup,
      LOSS: fromLogits ? LOSS_NUMBERS.logits : LOSS_NUMBERS[loss.name],
      ACTIVATION: ACTIVATIONS[activation],
    },
    uniforms: {
      count,
      columns,
      stride,
      useWeights,
      share: isSum(loss.name) ? 1 : 1 / columns,
      gradientScale,
      delta: loss.name === 'huber' ? loss.delta : 1,
    },
    buffers: { y, ...rest },
    ranges: {
      y: { offset: 0, count },
      dz: { offset: 0, count },
      targets: { offset: 0, count },
      weights: { offset: 0, count: rows },
      partials: { offset: 0, count: partialCount },
    },
    workgroups,
    turns: Math.ceil(count / workgroup),
  };
}
