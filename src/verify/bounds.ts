/**
 * Bounds: the largest difference that float32 arithmetic as WGSL specifies it can make, derived per
 * operation, never tuned. Sources: the accuracy table of the WGSL specification ("Floating Point Accuracy")
 * and Higham, Accuracy and Stability of Numerical Algorithms, ch. 3 (γₙ).
 */

/** One ULP, relative. WGSL leaves the rounding mode open, so a rounding may cost a whole ULP, not half of one. */
export const U = 2 ** -23;

/** The smallest normal float32: a subnormal result or operand may be flushed to zero. */
export const TINY = 2 ** -126;

/**
 * Added to the size of every operand before a γ: an operand that is flushed to zero is off by up to TINY, and
 * in γₙ·(|a| + FLUSHED)·(|b| + FLUSHED) that is allowed for, since γₙ·FLUSHED ≥ n·TINY.
 */
const FLUSHED = TINY / U;

/** γₙ = n·u / (1 − n·u): relative error of n roundings in a row. */
export function gamma(n: number): number {
  return (n * U) / (1 - n * U);
}

/**
 * Of a sum of `length` products, summed tile by tile: a term takes one rounding as a product, up to
 * tile − 1 inside its tile, and one for every tile after it; never more than one for every term.
 * @param magnitude Σ|aᵢ·bᵢ|, of `magnitudeOf` each operand
 */
export function dotBound(length: number, tile: number, magnitude: number): number {
  const roundings = Math.min(length, tile + Math.ceil(length / tile) - 1);
  return gamma(roundings) * magnitude + 2 * length * TINY;
}

/** |value| as it should enter the magnitude of a product. */
export function magnitudeOf(value: number): number {
  return Math.abs(value) + FLUSHED;
}
