/**
 * Running error analysis: a number together with how far a float32 computation of it may be off. Each operation
 * carries the errors of its operands through and adds its own, with the accuracies that WGSL promises. A twin walks
 * the steps of its shader in these, and has its bound. (Higham, Accuracy and Stability of Numerical Algorithms,
 * section 3.3; the WGSL specification's table "Floating Point Accuracy".)
 */
import { gamma, TINY, U } from './bounds.js';

/** The exact value of an expression, and a bound for |computed − exact|. */
export interface Approximate {
  readonly value: number;
  readonly error: number;
}

/** A float32 that the GPU has: known to the last bit. */
export function exact(value: number): Approximate {
  return { value, error: 0 };
}

/** A constant or uniform, which is rounded to float32 on its way to the GPU. */
export function rounded(value: number): Approximate {
  return { value, error: Math.abs(value) * U };
}

export function add(a: Approximate, b: Approximate): Approximate {
  return withRounding(a.value + b.value, errorOf(a) + errorOf(b), 1);
}

export function subtract(a: Approximate, b: Approximate): Approximate {
  return withRounding(a.value - b.value, errorOf(a) + errorOf(b), 1);
}

export function multiply(a: Approximate, b: Approximate): Approximate {
  const [ea, eb] = [errorOf(a), errorOf(b)];
  return withRounding(a.value * b.value, Math.abs(a.value) * eb + Math.abs(b.value) * ea + ea * eb, 1);
}

/** 2.5 ULP. Infinitely far off where the divisor may be zero. */
export function divide(a: Approximate, b: Approximate): Approximate {
  const value = a.value / b.value;
  const least = Math.abs(b.value) - errorOf(b);
  const carried = least > 0 ? (errorOf(a) + Math.abs(value) * errorOf(b)) / least : Infinity;
  return withRounding(value, carried, 2.5);
}

/** As 1 / inverseSqrt(x), which is what WGSL promises: 2 ULP, then 2.5. */
export function squareRoot(a: Approximate): Approximate {
  const value = Math.sqrt(a.value);
  const error = errorOf(a);
  const carried = a.value > error ? error / (value + Math.sqrt(a.value - error)) : Math.sqrt(a.value + error);
  return withRounding(value, error === 0 ? 0 : carried, 4.5);
}

/** 3 + 2·|x| ULP. Past 104 the result is below every float32. */
export function exponential(a: Approximate): Approximate {
  const value = Math.exp(a.value);
  const error = errorOf(a);
  // Where the error is large the difference itself, since 0 · ∞ would be no number.
  const carried = error > 1 ? Math.exp(a.value + error) - value : value * Math.expm1(error);
  return withRounding(value, carried, 3 + 2 * Math.min(Math.abs(a.value) + error, 104));
}

/** Without a rounding: a comparison decides, and either side of it comes out as it is. */
export function maximum(a: Approximate, b: Approximate): Approximate {
  if (a.value - errorOf(a) > b.value + errorOf(b)) return a;
  if (b.value - errorOf(b) > a.value + errorOf(a)) return b;
  return { value: Math.max(a.value, b.value), error: Math.max(errorOf(a), errorOf(b)) };
}

export function minimum(a: Approximate, b: Approximate): Approximate {
  if (a.value + errorOf(a) < b.value - errorOf(b)) return a;
  if (b.value + errorOf(b) < a.value - errorOf(a)) return b;
  return { value: Math.min(a.value, b.value), error: Math.max(errorOf(a), errorOf(b)) };
}

export function negative({ value, error }: Approximate): Approximate {
  return { value: -value, error };
}

export function absolute({ value, error }: Approximate): Approximate {
  return { value: Math.abs(value), error };
}

/** a₀ + x·(a₁ + x·(a₂ + …)) for constants a. */
export function horner(x: Approximate, constants: readonly number[]): Approximate {
  const [last, ...rest] = [...constants].reverse();
  return rest.reduce((sum, constant) => add(rounded(constant), multiply(x, sum)), rounded(last!));
}

/**
 * A sum in which no term takes part in more than `roundings` additions.
 * The order is the shader's business, and does not matter for the bound.
 */
export function total(terms: Iterable<Approximate>, roundings: number): Approximate {
  let value = 0;
  let error = 0;
  let size = 0;
  let count = 0;
  for (const term of terms) {
    value += term.value;
    error += errorOf(term);
    size += Math.abs(term.value);
    count += 1;
  }
  return { value, error: error + gamma(roundings) * (size + error) + count * TINY };
}

/**
 * Additions that a term goes through when a workgroup's invocations each add up their share in a row, and a tree
 * adds the invocations up.
 */
export function reductionRoundings(count: number, workgroup: number): number {
  return Math.ceil(count / workgroup) + Math.log2(workgroup);
}

/** What may be wrong with an operand when it is used: a subnormal one may be taken for zero. */
function errorOf({ value, error }: Approximate): number {
  const mayBeSubnormal = value !== 0 || error !== 0 ? Math.abs(value) - error < TINY : false;
  return mayBeSubnormal ? error + TINY : error;
}

/** A rounding of so many ULP on top of what came through; a subnormal result may be flushed. */
function withRounding(value: number, carried: number, ulp: number): Approximate {
  const rounding = ulp === 1 ? ONE_ROUNDING : gamma(ulp);
  return { value, error: carried + rounding * (Math.abs(value) + carried) + TINY };
}

const ONE_ROUNDING = gamma(1);
