/**
 * The steps of shaders/sigmoid.wgsl, gelu.wgsl and logarithm.wgsl, in numbers that carry their errors along.
 */
import {
  absolute,
  add,
  type Approximate,
  divide,
  exact,
  exponential,
  horner,
  maximum,
  minimum,
  multiply,
  negative,
  rounded,
  subtract,
} from './running-error.js';

const ONE = exact(1);

/** 1 / (1 + e⁻ᶻ), by the sign of z */
export function sigmoidSteps(z: Approximate): Approximate {
  const e = exponential(negative(absolute(z)));
  return divide(z.value >= 0 ? ONE : e, add(ONE, e));
}

/** The series of artanh(s) / s in s², with so many terms, and what is left out. */
function artanhSeries(s: Approximate, terms: number): Approximate {
  const q = multiply(s, s);
  const series = horner(
    q,
    Array.from({ length: terms }, (_, i) => 1 / (2 * i + 1)),
  );
  // The first term left out, and those after it, which fall at least as the powers of q.
  const left = q.value ** terms / (2 * terms + 1) / (1 - q.value);
  return multiply(multiply(exact(2), s), { value: series.value, error: series.error + left });
}

/** log(1 + e) for 0 ≤ e ≤ 1 */
export function logOnePlusSteps(e: Approximate): Approximate {
  return artanhSeries(divide(e, add(exact(2), e)), 7);
}

export function softplusSteps(z: Approximate): Approximate {
  return add(maximum(z, exact(0)), logOnePlusSteps(exponential(negative(absolute(z)))));
}

/** log(x) for x ≥ 1. Taking the exponent off is exact, so an error of x keeps its relative size. */
export function naturalLogSteps(x: Approximate): Approximate {
  let exponent = Math.floor(Math.log2(x.value));
  if (x.value / 2 ** exponent > 1.3333334) exponent += 1;
  const scale = 2 ** -exponent;
  const m = { value: x.value * scale, error: x.error * scale };
  const log = artanhSeries(divide(subtract(m, ONE), add(m, ONE)), 5);
  return add(multiply(exact(exponent), rounded(Math.LN2)), log);
}

const FAR = 30;
/** Of the fit of erfc, as its source states it, and rounded up for the digits that its coefficients have. */
const FIT_ERROR = 1.3e-7;
// prettier-ignore
const FIT = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];

function complementaryErrorSteps(x: Approximate): Approximate {
  const t = divide(ONE, add(ONE, multiply(exact(0.5), x)));
  const result = multiply(t, exponential(add(negative(multiply(x, x)), horner(t, FIT))));
  return { value: result.value, error: result.error + FIT_ERROR * result.value };
}

function normalShareSteps(z: Approximate): Approximate {
  const x = minimum(multiply(absolute(z), rounded(Math.SQRT1_2)), exact(FAR));
  const tail = multiply(exact(0.5), complementaryErrorSteps(x));
  return z.value < 0 ? tail : subtract(ONE, tail);
}

const near = (z: Approximate) => maximum(minimum(z, exact(FAR)), exact(-FAR));

function geluSteps(z: Approximate): Approximate {
  return multiply(z, normalShareSteps(z));
}

function geluSlopeSteps(z: Approximate): Approximate {
  const n = near(z);
  const density = multiply(rounded(1 / Math.sqrt(2 * Math.PI)), exponential(multiply(multiply(exact(-0.5), n), n)));
  return add(normalShareSteps(z), multiply(n, density));
}

/** tanh by exp(−2|u|), or where |u| is under 1/4 by its series; either, where the GPU may see it on either side. */
export function tanhSteps(u: Approximate): Approximate {
  const value = Math.tanh(u.value);
  const isNear = Math.abs(u.value) - u.error < 0.25;
  const isFar = Math.abs(u.value) + u.error >= 0.25;
  return { value, error: Math.max(isNear ? tanhSeriesError(u) : 0, isFar ? tanhByExp(u).error : 0) };
}

function tanhSeriesError(u: Approximate): number {
  const series = multiply(u, horner(multiply(u, u), [1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925]));
  // What the series leaves out.
  return series.error + Math.abs(series.value - Math.tanh(u.value));
}

function tanhByExp(u: Approximate): Approximate {
  const e = exponential(multiply(exact(-2), absolute(u)));
  return divide(subtract(ONE, e), add(ONE, e));
}

const SCALE = rounded(Math.sqrt(2 / Math.PI));
const CUBIC = 0.044715;

function geluTanhInner(n: Approximate): Approximate {
  return tanhSteps(multiply(SCALE, add(n, multiply(multiply(multiply(rounded(CUBIC), n), n), n))));
}

function geluTanhSteps(z: Approximate): Approximate {
  return multiply(multiply(exact(0.5), z), add(ONE, geluTanhInner(near(z))));
}

function geluTanhSlopeSteps(z: Approximate): Approximate {
  const n = near(z);
  const t = geluTanhInner(n);
  const inner = multiply(SCALE, add(ONE, multiply(multiply(rounded(3 * CUBIC), n), n)));
  const half = multiply(exact(0.5), add(ONE, t));
  const rest = multiply(multiply(multiply(exact(0.5), n), subtract(ONE, t)), add(ONE, t));
  return add(half, multiply(rest, inner));
}

function siluSlopeSteps(z: Approximate): Approximate {
  const s = sigmoidSteps(z);
  return add(s, multiply(multiply(z, s), sigmoidSteps(negative(z))));
}

/** The activations whose slope is computed from their input, and which no product applies. */
export const activationSteps = {
  gelu: { value: geluSteps, slope: geluSlopeSteps },
  geluTanh: { value: geluTanhSteps, slope: geluTanhSlopeSteps },
  silu: { value: (z: Approximate) => multiply(z, sigmoidSteps(z)), slope: siluSlopeSteps },
  softplus: { value: softplusSteps, slope: sigmoidSteps },
} as const;
