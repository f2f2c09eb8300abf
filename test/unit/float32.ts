/**
 * Float32 arithmetic as a GPU may do it, for tests of bounds: each operation as exact as float32 can be, or as far
 * off as the WGSL specification ("Floating Point Accuracy") lets it be. And the shaders' own functions in it, step by
 * step. It shares nothing with src/verify.
 */
import { numpyRandom } from '../../src/core/random.js';

export interface Arithmetic {
  /** A constant or uniform on its way to the GPU. */
  readonly constant: (value: number) => number;
  readonly add: (a: number, b: number) => number;
  readonly subtract: (a: number, b: number) => number;
  readonly multiply: (a: number, b: number) => number;
  readonly divide: (a: number, b: number) => number;
  readonly squareRoot: (a: number) => number;
  readonly exponential: (a: number) => number;
}

const f = Math.fround;

/** Every result is the float32 nearest to the exact one. */
export const NEAREST: Arithmetic = {
  constant: f,
  add: (a, b) => f(a + b),
  subtract: (a, b) => f(a - b),
  multiply: (a, b) => f(a * b),
  divide: (a, b) => f(a / b),
  squareRoot: (a) => f(Math.sqrt(a)),
  exponential: (a) => f(Math.exp(a)),
};

/** No rounding but float64's own: what the steps come to as a formula. */
export const EXACT: Arithmetic = {
  constant: (a) => a,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  squareRoot: Math.sqrt,
  exponential: Math.exp,
};

/** The smallest normal float32. */
export const SMALLEST_NORMAL = 2 ** -126;

/** Rounds to either side, is as many ULP off as it may be, and takes every other subnormal for zero. */
export function careless(seed: number): Arithmetic {
  const random = numpyRandom(seed);
  const flushed = (x: number) => (Math.abs(x) < SMALLEST_NORMAL && random() < 0.5 ? 0 : x);
  const either = (x: number) => flushed(random() < 0.5 ? f(x) : otherSide(x));
  /** Some float32 within so many ULP of x, mostly as far from it as it can be. */
  const off = (x: number, ulp: number) => {
    // By the letter it could be the smallest subnormal, of either sign; no GPU divides so.
    if (x === 0) return 0;
    const share = random() < 0.5 ? 1 : random();
    return flushed(towards(x, x + (random() < 0.5 ? -1 : 1) * share * ulp * ulpOf(x)));
  };
  const divide = (a: number, b: number) => off(flushed(a) / flushed(b), 2.5);
  return {
    constant: either,
    add: (a, b) => either(flushed(a) + flushed(b)),
    subtract: (a, b) => either(flushed(a) - flushed(b)),
    multiply: (a, b) => either(flushed(a) * flushed(b)),
    divide,
    // As 1 / inverseSqrt(x), which is what WGSL promises.
    squareRoot: (a) => (flushed(a) === 0 ? 0 : divide(1, off(1 / Math.sqrt(a), 2))),
    // Further out the result is below every float32, and what is promised is more than any GPU is off.
    exponential: (a) => off(Math.exp(flushed(a)), 3 + 2 * Math.min(Math.abs(a), 104)),
  };
}

/** The distance of the float32 around x. */
export function ulpOf(x: number): number {
  const size = Math.abs(x);
  if (size < SMALLEST_NORMAL) return 2 ** -149;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent -= 1;
  return 2 ** (exponent - 23);
}

/** The float32 next to x that is not the nearest one; x itself where it is one. */
function otherSide(x: number): number {
  const near = f(x);
  if (near === x || !Number.isFinite(near)) return near;
  const step = near < x ? 1 : -1;
  // An exact sum: both are multiples of the smaller one's last digit.
  const next = f(near + step * ulpOf(near));
  return next === near || (next - x) * step < 0 ? near : next;
}

/** The float32 nearest to `end`, or where that lies beyond it the one before. */
function towards(x: number, end: number): number {
  const near = f(end);
  return Math.abs(near - x) <= Math.abs(end - x) ? near : otherSide(end);
}

/** shaders/reduce.wgsl and its users: a share in a row for each invocation, then a tree. */
export function sumOverWorkgroup(terms: readonly number[], workgroup: number, plus: Arithmetic['add']): number {
  const slots = Array.from({ length: workgroup }, (_, local) => {
    let sum = 0;
    for (let i = local; i < terms.length; i += workgroup) sum = plus(sum, terms[i]!);
    return sum;
  });
  for (let width = workgroup / 2; width >= 1; width /= 2) {
    for (let local = 0; local < width; local++) slots[local] = plus(slots[local]!, slots[local + width]!);
  }
  return slots[0]!;
}

/** shaders/sigmoid.wgsl, gelu.wgsl and logarithm.wgsl, step by step, in an arithmetic. */
export function shaderMath(arithmetic: Arithmetic) {
  const { add, subtract, multiply, divide, exponential } = arithmetic;
  const c = arithmetic.constant;
  /** c₀ + x·(c₁ + x·(… + x·innermost)) */
  const nested = (x: number, constants: readonly number[], innermost: number) =>
    constants.reduceRight((sum, constant) => add(c(constant), multiply(x, sum)), innermost);

  const sigmoid = (z: number) => {
    const e = exponential(-Math.abs(z));
    return divide(z >= 0 ? 1 : e, add(1, e));
  };

  const hyperbolicTangent = (z: number) => {
    if (Math.abs(z) < 0.25) {
      const s = multiply(z, z);
      const inner = subtract(c(62 / 2835), divide(multiply(s, 1382), 155925));
      return multiply(z, nested(s, [1, -1 / 3, 2 / 15, -17 / 315], inner));
    }
    const e = exponential(multiply(-2, Math.abs(z)));
    return divide(multiply(Math.sign(z), subtract(1, e)), add(1, e));
  };

  const expMinusOne = (z: number) => {
    if (z <= -0.25) return subtract(exponential(Math.min(z, 0)), 1);
    const inner = add(c(1 / 720), divide(z, 5040));
    return multiply(z, nested(z, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120], inner));
  };

  const logOnePlus = (e: number) => {
    const s = divide(e, add(2, e));
    const q = multiply(s, s);
    const inner = add(c(1 / 11), divide(q, 13));
    return multiply(multiply(2, s), nested(q, [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9], inner));
  };

  const softplus = (z: number) => add(Math.max(z, 0), logOnePlus(exponential(-Math.abs(z))));

  /** For x that is a normal float32. */
  const naturalLog = (x: number) => {
    let exponent = 0;
    let m = x;
    while (m >= 2) [m, exponent] = [m / 2, exponent + 1];
    while (m < 1) [m, exponent] = [m * 2, exponent - 1];
    if (m > f(1.3333334)) [m, exponent] = [m / 2, exponent + 1];
    const s = divide(subtract(m, 1), add(m, 1));
    const q = multiply(s, s);
    const inner = add(c(1 / 7), multiply(q, c(1 / 9)));
    const log = multiply(multiply(2, s), nested(q, [1, 1 / 3, 1 / 5], inner));
    return add(multiply(exponent, c(Math.LN2)), log);
  };

  const complementaryError = (x: number) => {
    const t = divide(1, add(1, multiply(0.5, x)));
    const fit = nested(t, FIT.slice(0, -1), c(FIT.at(-1)!));
    return multiply(t, exponential(add(multiply(-x, x), fit)));
  };

  const normalShare = (z: number) => {
    const x = Math.min(multiply(Math.abs(z), c(Math.SQRT1_2)), 30);
    const tail = multiply(0.5, complementaryError(x));
    return z < 0 ? tail : subtract(1, tail);
  };

  const near = (z: number) => Math.max(-30, Math.min(z, 30));

  const innerTangent = (n: number) => {
    const cube = multiply(multiply(multiply(c(0.044715), n), n), n);
    return hyperbolicTangent(multiply(c(SQRT_TWO_OVER_PI), add(n, cube)));
  };

  return {
    sigmoid,
    hyperbolicTangent,
    expMinusOne,
    logOnePlus,
    softplus,
    naturalLog,
    complementaryError,
    gelu: (z: number) => multiply(z, normalShare(z)),
    geluSlope: (z: number) => {
      const n = near(z);
      const density = exponential(multiply(multiply(-0.5, n), n));
      return add(normalShare(z), multiply(multiply(n, c(1 / Math.sqrt(2 * Math.PI))), density));
    },
    geluTanh: (z: number) => multiply(multiply(0.5, z), add(1, innerTangent(near(z)))),
    geluTanhSlope: (z: number) => {
      const n = near(z);
      const t = innerTangent(n);
      const inner = multiply(c(SQRT_TWO_OVER_PI), add(1, multiply(multiply(c(3 * 0.044715), n), n)));
      const rest = multiply(multiply(multiply(multiply(0.5, n), subtract(1, t)), add(1, t)), inner);
      return add(multiply(0.5, add(1, t)), rest);
    },
    silu: (z: number) => multiply(z, sigmoid(z)),
    siluSlope: (z: number) => {
      const s = sigmoid(z);
      return add(s, multiply(multiply(z, s), sigmoid(-z)));
    },
  };
}

const SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
// prettier-ignore
const FIT = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
