/**
 * Activations and dropout as operations of their own, forward and backward; backward works in place.
 * Descriptors of shaders/activation_*.wgsl, softmax_*.wgsl and dropout_*.wgsl.
 */
import { ACTIVATIONS, type Activation, type ElementwiseActivation } from '../core/activations.js';
import { dropoutThreshold } from '../core/random.js';
import { elementwise, type Pass, type ShaderInterface } from './pass.js';

const activationConstants = ['WORKGROUP', 'ACTIVATION'] as const;
const linear = { count: 'u32', rowLength: 'u32' } as const;
const matrix = { rows: 'u32', columns: 'u32', rowLength: 'u32' } as const;
const dropout = { ...linear, seed: 'u32', layer: 'u32', threshold: 'u32', scale: 'f32' } as const;

export const elementwiseInterfaces = {
  activation_forward: {
    constants: activationConstants,
    uniforms: linear,
    bindings: { x: 'read', y: 'read_write' },
  },
  activation_gradient: {
    constants: activationConstants,
    uniforms: linear,
    bindings: { source: 'read', gradient: 'read_write' },
  },
  softmax_forward: { constants: ['WORKGROUP'], uniforms: matrix, bindings: { x: 'read', y: 'read_write' } },
  softmax_gradient: { constants: ['WORKGROUP'], uniforms: matrix, bindings: { y: 'read', gradient: 'read_write' } },
  dropout_forward: {
    constants: ['WORKGROUP'],
    uniforms: dropout,
    bindings: { counters: 'read', x: 'read', y: 'read_write' },
  },
  dropout_gradient: {
    constants: ['WORKGROUP'],
    uniforms: dropout,
    bindings: { counters: 'read', gradient: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** Rows and columns of what goes through: (B, U). */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

const rangeOf = ({ rows, columns }: Extent) => ({ offset: 0, count: rows * columns });

/** y = activation(x) */
export function activationForward(
  label: string,
  extent: Extent,
  activation: Activation,
  buffers: { readonly x: string; readonly y: string },
): Pass {
  const ranges = { x: rangeOf(extent), y: rangeOf(extent) };
  return throughActivation(label, 'forward', extent, activation, { buffers, ranges });
}

/** gradient ⊙= slope, in place; `source` is the output, or the input for activations whose slope follows from it */
export function activationGradient(
  label: string,
  extent: Extent,
  activation: Activation,
  { source, gradient }: { readonly source: string; readonly gradient: string },
): Pass {
  const first = activation === 'softmax' ? 'y' : 'source';
  const ranges = { [first]: rangeOf(extent), gradient: rangeOf(extent) };
  return throughActivation(label, 'gradient', extent, activation, { buffers: { [first]: source, gradient }, ranges });
}

function throughActivation(
  label: string,
  way: 'forward' | 'gradient',
  { rows, columns }: Extent,
  activation: Activation,
  own: Pick<Pass, 'buffers'> & { readonly ranges: NonNullable<Pass['ranges']> },
): Pass {
  if (activation === 'softmax') {
    const uniforms = (rowLength: number) => ({ rows, columns, rowLength });
    return elementwise(label, `softmax_${way}`, rows, { ...own, uniforms, turns: columns });
  }
  const constants = { ACTIVATION: ACTIVATIONS[activation satisfies ElementwiseActivation] };
  return elementwise(label, `activation_${way}`, rows * columns, { ...own, constants });
}

/** Which dropout layer: what its mask follows from, beside batch and element. */
export interface Mask {
  readonly seed: number;
  readonly layer: number;
  readonly rate: number;
}

/** y = x ⊙ mask / (1 − rate) */
export function dropoutForward(
  label: string,
  extent: Extent,
  mask: Mask,
  buffers: { readonly counters: string; readonly x: string; readonly y: string },
): Pass {
  return throughDropout(label, 'forward', extent, mask, buffers, { x: rangeOf(extent), y: rangeOf(extent) });
}

/** gradient ⊙= mask / (1 − rate), in place */
export function dropoutGradient(
  label: string,
  extent: Extent,
  mask: Mask,
  buffers: { readonly counters: string; readonly gradient: string },
): Pass {
  return throughDropout(label, 'gradient', extent, mask, buffers, { gradient: rangeOf(extent) });
}

function throughDropout(
  label: string,
  way: 'forward' | 'gradient',
  { rows, columns }: Extent,
  { seed, layer, rate }: Mask,
  buffers: Pass['buffers'],
  ranges: NonNullable<Pass['ranges']>,
): Pass {
  const count = rows * columns;
  const threshold = dropoutThreshold(rate);
  const uniforms = (rowLength: number) => ({ count, rowLength, seed, layer, threshold, scale: 1 / (1 - rate) });
  return elementwise(label, `dropout_${way}`, count, { buffers, ranges, uniforms, turns: 4 });
}
