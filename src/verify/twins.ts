/**
 * For every pass, what the reference says it must write, and how far the GPU may be off.
 * Each twin is given the values that the GPU really had before the pass, in float64, and calls the
 * reference; it adds only the bounds.
 */
import { ACTIVATIONS, type Activation } from '../core/activations.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrix } from '../core/matrix.js';
import type { Pass, ShaderName } from '../passes/pass.js';
import { activations } from '../reference/activation.js';
import { denseForward, denseInputGradient, denseKernelGradient } from '../reference/dense.js';
import { halfSumSquaredError, meanAbsoluteError, outputGradient } from '../reference/loss.js';
import { map, productTransposedRight } from '../reference/matrix.js';
import { sgd } from '../reference/optimizer.js';
import { activationBounds } from './activation-bounds.js';
import { dotBound, gamma, magnitudeOf, TINY } from './bounds.js';

/** What a binding must hold after the pass: each element within its bound. */
export interface Expected {
  readonly want: Float64Array;
  readonly bound: Float64Array;
}

/** The values of the pass's bindings before it ran, by the shader's names for them. */
export type Before = Readonly<Record<string, Float64Array>>;

type Twin = (pass: Pass, before: Before) => Readonly<Record<string, Expected>>;

export const TWINS: Readonly<Record<ShaderName, Twin>> = {
  dense_forward(pass, { x, parameters }) {
    const { batch, inputs } = sizes(pass);
    const tile = pass.constants['TILE']!;
    const activation = activationOf(pass);
    const input = matrix(batch, inputs, x);
    const weights = weightsIn(parameters!, pass);
    const y = denseForward(input, weights, activation).values;
    const z = denseForward(input, weights, 'linear').values;
    const absolute = absoluteWeights(weights);
    const magnitude = denseForward(map(input, magnitudeOf), absolute, 'linear').values;
    // The bias is one rounding more, of a sum that holds it already.
    const bound = y.map((value, i) => {
      const zBound = dotBound(inputs, tile, magnitude[i]!) + gamma(2) * magnitude[i]!;
      return activationBounds[activation].value(z[i]!, value, zBound);
    });
    return { y: { want: y, bound } };
  },

  dense_input_gradient(pass, { dz, parameters, x }) {
    const { batch, inputs, units } = sizes(pass);
    const activation = activationOf(pass);
    const { kernel } = weightsIn(parameters!, pass);
    const tile = pass.constants['TILE']!;
    const gradient = matrix(batch, units, dz);
    const below = matrix(batch, inputs, x);
    const magnitude = productTransposedRight(map(gradient, magnitudeOf), map(kernel, magnitudeOf)).values;
    const bound = magnitude.map((value, i) => {
      const slope = activations[activation].slope(x![i]!);
      return slopedBound(activation, slope, value, dotBound(units, tile, value));
    });
    return { dzBelow: { want: denseInputGradient(gradient, kernel, below, activation).values, bound } };
  },

  dense_kernel_gradient(pass, { x, dz }) {
    const { batch, inputs, units } = sizes(pass);
    const useBias = pass.uniforms['useBias'] === 1;
    const input = matrix(batch, inputs, x);
    const gradient = matrix(batch, units, dz);
    const want = denseKernelGradient(input, gradient, useBias);
    const magnitude = denseKernelGradient(map(input, magnitudeOf), map(gradient, magnitudeOf), useBias);
    const bound = flat(magnitude).map((value) => dotBound(batch, pass.constants['TILE']!, value));
    return { gradients: { want: flat(want), bound } };
  },

  half_sum_squared_error(pass, { y, targets }) {
    const { stride } = sizes(pass);
    const workgroup = pass.constants['WORKGROUP']!;
    const output = matrix(1, y!.length, y);
    const goal = matrix(1, y!.length, targets);
    const activation = activationOf(pass);
    const dz = outputGradient(output, goal, activation).values;
    const bound = y!.map((value, i) => {
      const error = magnitudeOf(value - targets![i]!);
      return slopedBound(activation, activations[activation].slope(value), error, gamma(1) * error);
    });
    const goals = byWorkgroup(targets!, stride, workgroup);
    const shares = byWorkgroup(y!, stride, workgroup).map((mine, group) => ({
      loss: halfSumSquaredError(mine, goals[group]!),
      absolute: meanAbsoluteError(mine, goals[group]!) * mine.columns,
    }));
    // Four roundings a term, then the terms of one invocation in a row, then a tree over the workgroup.
    const roundings = 4 + Math.ceil(y!.length / stride) + Math.log2(workgroup);
    const partialBounds = shares.flatMap(({ loss, absolute }) => {
      // What flushing may take: of each error as a factor of itself, and of each term.
      const flushed = magnitudeOf(0) * (2 * absolute + y!.length);
      return [gamma(roundings) * (loss + flushed), gamma(roundings) * (absolute + flushed)];
    });
    return {
      dz: { want: dz, bound },
      partials: {
        want: Float64Array.from(shares.flatMap(({ loss, absolute }) => [loss, absolute])),
        bound: Float64Array.from(partialBounds),
      },
    };
  },

  log_epoch(pass, { partials, state, epochLog }) {
    const { count, epochs } = sizes(pass);
    const step = state![0]!;
    const want = epochLog!.slice();
    const bound = new Float64Array(want.length);
    if (step < epochs) {
      const sum = (first: number) =>
        partials!.reduce((total, value, i) => (i % 2 === first ? total + value : total), 0);
      const workgroup = pass.constants['WORKGROUP']!;
      const depth = Math.ceil(partials!.length / 2 / workgroup) + Math.log2(workgroup);
      want.set([sum(0), sum(1) / count], 2 * step);
      // The mean: one rounding to convert the count, 2.5 ULP for the division.
      const flushed = magnitudeOf(0) * partials!.length;
      const mean = (sum(1) + flushed) / count;
      bound.set([gamma(depth) * (sum(0) + flushed) + TINY, gamma(depth + 3.5) * mean + TINY], 2 * step);
    }
    return {
      epochLog: { want, bound },
      state: { want: Float64Array.of(step + 1), bound: new Float64Array(1) },
    };
  },

  sgd(pass, { gradients, parameters }) {
    // The shader has the learning rate in float32.
    const learningRate = Math.fround(pass.uniforms['learningRate']!);
    const w = matrix(1, parameters!.length, parameters);
    const want = sgd(w, matrix(1, w.columns, gradients), learningRate).values;
    const bound = want.map((_, i) => {
      const change = magnitudeOf(learningRate) * magnitudeOf(gradients![i]!);
      return gamma(1) * magnitudeOf(parameters![i]!) + gamma(2) * change + TINY;
    });
    return { parameters: { want, bound } };
  },
};

/**
 * Of a value times the slope of an activation, where the value is off by up to `bound`: both errors come
 * through, and the product costs a rounding.
 * @param magnitude of the value, of `magnitudeOf` its parts
 */
function slopedBound(activation: Activation, slope: number, magnitude: number, bound: number): number {
  const slopeBound = activationBounds[activation].slope(slope);
  const steep = magnitudeOf(slope) + slopeBound;
  return bound * steep + magnitude * slopeBound + gamma(2) * magnitude * steep + 3 * TINY;
}

/** The elements each workgroup of a strided reduction takes, as one row each, in its order. */
function byWorkgroup(values: Float64Array, stride: number, workgroup: number): Matrix[] {
  const groups = Array.from({ length: stride / workgroup }, (): number[] => []);
  values.forEach((value, i) => groups[Math.floor((i % stride) / workgroup)]!.push(value));
  return groups.map((group) => matrix(1, group.length, Float64Array.from(group)));
}

function sizes(pass: Pass): Record<'batch' | 'inputs' | 'units' | 'stride' | 'count' | 'epochs', number> {
  return pass.uniforms as ReturnType<typeof sizes>;
}

function activationOf({ constants }: Pass): Activation {
  const names = Object.keys(ACTIVATIONS) as Activation[];
  return names.find((name) => ACTIVATIONS[name] === constants['ACTIVATION'])!;
}

/** A layer's weights as views into its range of the parameter buffer: the kernel, and the bias right behind it. */
function weightsIn(parameters: Float64Array, pass: Pass): LayerWeights {
  const { inputs, units } = sizes(pass);
  const kernel = matrix(inputs, units, parameters.subarray(0, inputs * units));
  const bias = pass.uniforms['useBias'] === 1 ? matrix(1, units, parameters.subarray(inputs * units)) : undefined;
  return { kernel, bias };
}

/** A layer's weights or gradients as they lie in its range: the kernel, and the bias right behind it. */
function flat({ kernel, bias }: LayerWeights): Float64Array {
  const values = new Float64Array(kernel.values.length + (bias?.values.length ?? 0));
  values.set(kernel.values);
  if (bias) values.set(bias.values, kernel.values.length);
  return values;
}

function absoluteWeights({ kernel, bias }: LayerWeights): LayerWeights {
  return { kernel: map(kernel, magnitudeOf), bias: bias && map(bias, magnitudeOf) };
}
