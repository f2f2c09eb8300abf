/**
 * Twins of the passes of a dense layer. Bounds of their sums follow the order of summation: term by term, or tile by
 * tile where a sum is long.
 */
import { hasSlopeFromOutput, type OutputActivation } from '../../core/activations.js';
import { type Matrix, matrix } from '../../core/matrix.js';
import type { Pass } from '../../passes/pass.js';
import { activations } from '../../reference/activation.js';
import {
  denseForward,
  denseInputGradient,
  denseKernelGradient,
  denseLinear,
  type DenseWeights,
} from '../../reference/dense.js';
import { map, productTransposedRight } from '../../reference/matrix.js';
import { activationBounds } from '../activation-bounds.js';
import { dotBound, gamma, magnitudeOf, TINY } from '../bounds.js';
import { activationOf, constant, isSet, type Twin, uniform } from './twin.js';

const forward: Twin = (pass, { x, parameters }) => {
  const [batch, inputs] = [uniform(pass, 'batch'), uniform(pass, 'inputs')];
  const depth = depthOf(pass, inputs);
  const activation = outputActivation(pass);
  const input = matrix(batch, inputs, x);
  const weights = weightsIn(parameters!, pass);
  const y = denseForward(input, weights, activation).values;
  const z = denseLinear(input, weights).values;
  const magnitude = denseLinear(map(input, magnitudeOf), absoluteWeights(weights)).values;
  // The bias is one rounding more, of a sum that holds it already.
  const bound = y.map((value, i) => {
    const zBound = dotBound(inputs, depth, magnitude[i]!) + gamma(2) * magnitude[i]!;
    return activationBounds[activation].value(z[i]!, value, zBound);
  });
  return { y: { want: y, bound } };
};

const inputGradient: Twin = (pass, { dz, parameters, x }) => {
  const [batch, inputs, units] = [uniform(pass, 'batch'), uniform(pass, 'inputs'), uniform(pass, 'units')];
  const activation = outputActivation(pass);
  const { kernel } = weightsIn(parameters!, pass);
  const depth = depthOf(pass, units);
  const gradient = matrix(batch, units, dz);
  const below = matrix(batch, inputs, x);
  const magnitude = productTransposedRight(map(gradient, magnitudeOf), map(kernel, magnitudeOf)).values;
  const bound = magnitude.map((value, i) => {
    const slope = activations[activation].slope(x![i]!);
    return slopedBound(activation, slope, value, dotBound(units, depth, value));
  });
  return { dzBelow: { want: denseInputGradient(gradient, kernel, below, activation).values, bound } };
};

const kernelGradient: Twin = (pass, { x, dz, gradients }) => {
  const [batch, inputs, units] = [uniform(pass, 'batch'), uniform(pass, 'inputs'), uniform(pass, 'units')];
  const useBias = isSet(pass, 'useBias');
  const input = matrix(batch, inputs, x);
  const gradient = matrix(batch, units, dz);
  const own = flat(denseKernelGradient(input, gradient, useBias));
  const magnitude = flat(denseKernelGradient(map(input, magnitudeOf), map(gradient, magnitudeOf), useBias));
  const before = isSet(pass, 'accumulate') ? gradients! : new Float64Array(own.length);
  return {
    gradients: {
      want: own.map((value, i) => before[i]! + value),
      // Adding to what is there is one rounding more.
      bound: magnitude.map((value, i) => {
        const bound = dotBound(batch, depthOf(pass, batch), value);
        return before[i] === 0 ? bound : bound + gamma(1) * (Math.abs(before[i]!) + value + bound) + 2 * TINY;
      }),
    },
  };
};

/** All variants of a product compute the same, in the same order. */
export const denseTwins = {
  dense_forward: forward,
  dense_forward_quads: forward,
  dense_forward_plain: forward,
  dense_forward_registers: forward,
  dense_input_gradient: inputGradient,
  dense_input_gradient_quads: inputGradient,
  dense_input_gradient_plain: inputGradient,
  dense_input_gradient_registers: inputGradient,
  dense_kernel_gradient: kernelGradient,
  dense_kernel_gradient_quads: kernelGradient,
  dense_kernel_gradient_plain: kernelGradient,
  dense_kernel_gradient_registers: kernelGradient,
} satisfies Record<string, Twin>;

/** Terms of a sum that are added to one another before they are added to the rest: all of them, in a plain sum. */
function depthOf(pass: Pass, length: number): number {
  return pass.constants['BLOCKED'] === 1 ? constant(pass, 'TILE') / 4 : length;
}

/**
 * Of a value times the slope of an activation, where the value is off by up to `bound`: both errors come
 * through, and the product costs a rounding.
 * @param magnitude of the value, of `magnitudeOf` its parts
 */
function slopedBound(activation: OutputActivation, slope: number, magnitude: number, bound: number): number {
  const slopeBound = activationBounds[activation].slope(slope);
  const steep = magnitudeOf(slope) + slopeBound;
  return bound * steep + magnitude * slopeBound + gamma(2) * magnitude * steep + 3 * TINY;
}

function outputActivation(pass: Pass): OutputActivation {
  const activation = activationOf(pass);
  if (!hasSlopeFromOutput(activation)) throw new Error(`No product applies ${activation}.`);
  return activation;
}

/** A layer's weights as views into its range of the parameter buffer: the kernel, and the bias right behind it. */
function weightsIn(parameters: Float64Array, pass: Pass): DenseWeights {
  const [inputs, units] = [uniform(pass, 'inputs'), uniform(pass, 'units')];
  const kernel = matrix(inputs, units, parameters.subarray(0, inputs * units));
  const hasBias = pass.uniforms['useBias'] === 1;
  return { kernel, bias: hasBias ? matrix(1, units, parameters.subarray(inputs * units)) : undefined };
}

/** A layer's weights or gradients as they lie in its range: the kernel, and the bias right behind it. */
function flat({ kernel, bias }: DenseWeights): Float64Array {
  const values = new Float64Array(kernel.values.length + (bias?.values.length ?? 0));
  values.set(kernel.values);
  if (bias) values.set(bias.values, kernel.values.length);
  return values;
}

function absoluteWeights({ kernel, bias }: DenseWeights): DenseWeights {
  const size = (m: Matrix) => map(m, magnitudeOf);
  return { kernel: size(kernel), bias: bias && size(bias) };
}
