/**
 * The pass that updates the weights, one for the whole flat parameter buffer.
 * Descriptors of shaders/sgd.wgsl, momentum.wgsl, rmsprop.wgsl, adagrad.wgsl and adam.wgsl.
 */
import { MAX_FLOAT32 } from '../core/run-checks.js';
import type { Optimizer } from '../core/training.js';
import { elementwise, type Pass, type ShaderInterface } from './pass.js';

const uniforms = { count: 'u32', rowLength: 'u32', clipValue: 'f32', weightDecay: 'f32' } as const;
const bindings = {
  gradients: 'read',
  rates: 'read',
  counters: 'read',
  parameters: 'read_write',
  previous: 'read_write',
} as const;

export const optimizerInterfaces = {
  sgd: { constants: ['WORKGROUP'], uniforms, bindings },
  momentum: {
    constants: ['WORKGROUP', 'NESTEROV'],
    uniforms: { ...uniforms, momentum: 'f32' },
    bindings: { ...bindings, velocity: 'read_write' },
  },
  rmsprop: {
    constants: ['WORKGROUP'],
    uniforms: { ...uniforms, rho: 'f32', rest: 'f32', epsilon: 'f32' },
    bindings: { ...bindings, meanSquare: 'read_write' },
  },
  adagrad: {
    constants: ['WORKGROUP'],
    uniforms: { ...uniforms, epsilon: 'f32' },
    bindings: { ...bindings, accumulator: 'read_write' },
  },
  adam: {
    constants: ['WORKGROUP'],
    uniforms: { ...uniforms, beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32', epsilon: 'f32' },
    bindings: { ...bindings, firstMoment: 'read_write', secondMoment: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** A buffer of the optimizer's, one value for each parameter, and what it holds at the start. */
export interface OptimizerState {
  readonly name: string;
  readonly initial: number;
}

interface Variant {
  readonly shader: keyof typeof optimizerInterfaces;
  readonly constants: Readonly<Record<string, number>>;
  readonly uniforms: Readonly<Record<string, number>>;
  readonly state: readonly OptimizerState[];
}

function variantOf(optimizer: Optimizer): Variant {
  const zero = (name: string) => ({ name, initial: 0 });
  switch (optimizer.name) {
    case 'sgd': {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return { shader: 'sgd', constants: {}, uniforms: {}, state: [] };
      const constants = { NESTEROV: Number(nesterov) };
      return { shader: 'momentum', constants, uniforms: { momentum }, state: [zero('velocity')] };
    }
    case 'rmsprop': {
      const { rho, epsilon } = optimizer;
      const own = { rho, rest: 1 - rho, epsilon };
      return { shader: 'rmsprop', constants: {}, uniforms: own, state: [zero('meanSquare')] };
    }
    case 'adagrad': {
      const { epsilon, initialAccumulatorValue } = optimizer;
      const state = [{ name: 'accumulator', initial: initialAccumulatorValue }];
      return { shader: 'adagrad', constants: {}, uniforms: { epsilon }, state };
    }
    case 'adam':
    case 'adamW': {
      const { beta1, beta2, epsilon } = optimizer;
      const own = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon };
      return { shader: 'adam', constants: {}, uniforms: own, state: [zero('firstMoment'), zero('secondMoment')] };
    }
    default:
      return optimizer satisfies never;
  }
}

/** The buffers that the optimizer keeps beside the parameters. */
export function optimizerState(optimizer: Optimizer): readonly OptimizerState[] {
  return variantOf(optimizer).state;
}

/** parameters ← the optimizer's next, over all of them; `previous` ← what they were */
export function update(
  label: string,
  count: number,
  optimizer: Optimizer,
  clipValue: number | undefined,
  buffers: Record<'gradients' | 'rates' | 'counters' | 'parameters' | 'previous', string>,
): Pass {
  const { shader, constants, uniforms: own, state } = variantOf(optimizer);
  const { gradients, rates, counters, parameters, previous } = buffers;
  return elementwise(label, shader, count, {
    constants,
    uniforms: (rowLength) => ({
      count,
      rowLength,
      clipValue: clipValue ?? MAX_FLOAT32,
      weightDecay: optimizer.weightDecay,
      ...own,
    }),
    buffers: {
      gradients,
      rates,
      counters,
      parameters,
      previous,
      ...Object.fromEntries(state.map(({ name }) => [name, name])),
    },
  });
}
