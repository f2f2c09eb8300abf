/**
 * How far an activation and its slope may be off on the GPU: derived from the steps that
 * shaders/activation.wgsl takes, with the accuracies that WGSL promises for exp and for the division.
 */
import { type ElementwiseActivation, hasSlopeFromOutput, type OutputActivation } from '../core/activations.js';
import { activationSteps } from './activation-steps.js';
import { gamma, TINY, U } from './bounds.js';
import { exact } from './running-error.js';

interface ActivationBounds {
  /** Of y = activation(z), both exact, where the GPU's z is off by up to `zBound`. */
  readonly value: (z: number, y: number, zBound: number) => number;
  /** Of the slope, computed from a y that is known exactly. */
  readonly slope: (slope: number) => number;
}

export const activationBounds: Readonly<Record<OutputActivation, ActivationBounds>> = {
  linear: { value: (_, __, zBound) => zBound, slope: () => 0 },

  /** With e = exp(−|z|): its error d reaches y as (1 − y)·d / (1 − d); then 1 + e, and the division. */
  sigmoid: {
    value(z, y, zBound) {
      const d = expError(Math.abs(z) + zBound);
      const fromExp = ((1 - y) * d) / (1 - d);
      // σ' is even and falls with |z|: largest at the end of [z ± zBound] that is nearest to zero.
      const e = Math.exp(-Math.max(Math.abs(z) - zBound, 0));
      const steepest = e / (1 + e) ** 2;
      return zBound * steepest + (y + zBound * steepest) * afterExp(fromExp, 1 + DIVISION) + 2 * TINY;
    },
    /** 1 − y, and the product. */
    slope: (slope) => gamma(2) * slope + 2 * TINY,
  },

  /** With e = exp(−2|z|): its error d reaches (1 − e)/(1 + e) as 2·e·d / (1 − e²); then 1 − e, 1 + e, the division. */
  tanh: {
    value(z, y, zBound) {
      const nearest = Math.max(Math.abs(z) - zBound, 0);
      const steepest = 1 - Math.tanh(nearest) ** 2;
      const e = Math.exp(-2 * Math.max(nearest, SERIES_END));
      const fromExp = (2 * e * expError(2 * (Math.abs(z) + zBound))) / (1 - e * e);
      const own = Math.abs(z) + zBound < SERIES_END ? SERIES : Math.max(SERIES, afterExp(fromExp, 2 + DIVISION));
      return zBound * steepest + (Math.abs(y) + zBound * steepest) * own + 2 * TINY;
    },
    /** 1 − y, 1 + y, and the product. */
    slope: (slope) => gamma(3) * slope + 2 * TINY,
  },

  relu: { value: (_, __, zBound) => zBound + TINY, slope: () => 0 },

  /** The constant of the leak, and the product with it. */
  leakyRelu: {
    value: (_, y, zBound) => zBound + (Math.abs(y) + zBound) * gamma(2) + TINY,
    slope: (slope) => gamma(1) * slope,
  },

  /** Below zero the series, or e − 1 with e = exp(z), whose error stays absolute. */
  elu: {
    value(z, y, zBound) {
      if (z > zBound) return zBound;
      const steepest = Math.exp(Math.min(z + zBound, 0));
      const size = Math.abs(y) + zBound * steepest;
      const carried = zBound * (z + zBound > 0 ? 1 : steepest) + 2 * TINY;
      if (Math.abs(z) + zBound < SERIES_END) return carried + size * SERIES;
      const own = steepest * expError(Math.abs(z) + zBound) * (1 + U) + size * gamma(1);
      return carried + Math.max(size * SERIES, own);
    },
    /** y + 1. */
    slope: (slope) => gamma(1) * slope + TINY,
  },
};

/** Of any activation, at a z that the GPU has to the last bit. */
export function valueBound(activation: ElementwiseActivation, z: number, y: number): number {
  if (hasSlopeFromOutput(activation)) return activationBounds[activation].value(z, y, 0);
  return activationSteps[activation].value(exact(z)).error;
}

/** Of the slope of any activation, from the output or the input that the GPU has, whichever it follows from. */
export function slopeBound(activation: ElementwiseActivation, value: number, slope: number): number {
  if (hasSlopeFromOutput(activation)) return activationBounds[activation].slope(slope);
  return activationSteps[activation].slope(exact(value)).error;
}

/** ULP of a division. */
const DIVISION = 2.5;

/** Where tanh and elu change from their series to exp. */
const SERIES_END = 0.25;

/**
 * Of the series, relative: the last sum and product are two roundings; what is inside counts for at most
 * an eighth, and the terms left out for less than U / 50.
 */
const SERIES = gamma(3);

/** Relative, of exp(−size): 3 + 2·size ULP. Past 104 the result is below every float32, and TINY covers it. */
function expError(size: number): number {
  return (3 + 2 * Math.min(size, 104)) * U;
}

/** Relative, of what is computed from exp: the error that came through, then so many ULP of its own. */
function afterExp(fromExp: number, ulp: number): number {
  return (1 + fromExp / (1 - fromExp)) * (1 + gamma(ulp)) - 1;
}
