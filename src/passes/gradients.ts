/**
 * What happens to the gradients before an update: regularization, and the norm for clipping. Descriptors of
 * shaders/regularize.wgsl and shaders/gradient_norm.wgsl.
 */
import type { Regularizer } from '../core/model.js';
import { type Pass, type Range, REDUCE_WORKGROUP, reductionGrid, type ShaderInterface } from './pass.js';

export const gradientInterfaces = {
  regularize: {
    constants: ['WORKGROUP'],
    uniforms: {
      count: 'u32',
      stride: 'u32',
      offset: 'u32',
      partialsOffset: 'u32',
      addsGradient: 'u32',
      l1: 'f32',
      l2: 'f32',
    },
    bindings: { parameters: 'read', gradients: 'read_write', partials: 'read_write' },
  },
  gradient_norm: {
    constants: ['WORKGROUP'],
    uniforms: { count: 'u32', stride: 'u32' },
    bindings: { gradients: 'read', squares: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** Partial sums of a kernel's penalty, and its gradient on top of the loss's where `addsGradient` */
export function regularize(
  label: string,
  kernel: Range,
  { l1, l2 }: Regularizer,
  addsGradient: boolean,
  partials: Range,
  buffers: Record<'parameters' | 'gradients' | 'partials', string>,
): Pass {
  const { workgroups, stride } = reductionGrid(partials.count);
  const { count, offset } = kernel;
  return {
    label,
    shader: 'regularize',
    constants: { WORKGROUP: REDUCE_WORKGROUP },
    uniforms: {
      count,
      stride,
      offset,
      partialsOffset: partials.offset,
      addsGradient: Number(addsGradient),
      l1,
      l2,
    },
    buffers,
    ranges: { parameters: kernel, gradients: kernel, partials },
    workgroups,
    turns: Math.ceil(count / REDUCE_WORKGROUP),
  };
}

/** Partial sums of the squares of all gradients */
export function gradientNorm(
  label: string,
  count: number,
  partials: number,
  buffers: { readonly gradients: string; readonly squares: string },
): Pass {
  const { workgroups, stride } = reductionGrid(partials);
  return {
    label,
    shader: 'gradient_norm',
    constants: { WORKGROUP: REDUCE_WORKGROUP },
    uniforms: { count, stride },
    buffers,
    workgroups,
    turns: Math.ceil(count / REDUCE_WORKGROUP),
  };
}
