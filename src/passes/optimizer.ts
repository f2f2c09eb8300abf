/**
 * The pass that updates the weights, one for the whole flat parameter buffer.
 * Descriptor of shaders/sgd.wgsl.
 */
import { linearGrid, type Pass, type ShaderInterface } from './pass.js';

export const sgdInterface = {
  constants: ['WORKGROUP'],
  uniforms: { count: 'u32', rowLength: 'u32', learningRate: 'f32' },
  bindings: { gradients: 'read', parameters: 'read_write' },
} as const satisfies ShaderInterface;

export const UPDATE_WORKGROUP = 64;

/** parameters −= learningRate · gradients */
export function sgd(
  label: string,
  count: number,
  learningRate: number,
  buffers: { readonly gradients: string; readonly parameters: string },
): Pass {
  const { workgroups, rowLength } = linearGrid(count, UPDATE_WORKGROUP);
  return {
    label,
    shader: 'sgd',
    constants: { WORKGROUP: UPDATE_WORKGROUP },
    uniforms: { count, rowLength, learningRate },
    buffers,
    workgroups,
    turns: Math.ceil(count / UPDATE_WORKGROUP),
  };
}
