/** Differences in units of the last place (ULP) of a float32, and how numbers of the walkthrough are written. */

const SIGNIFICANT_BITS = 23;
const LEAST_EXPONENT = -126;

/** The distance from a float32 to the next one away from zero. */
export function ulpOf(value: number): number {
  const size = Math.abs(value);
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, size);
  // The exponent stands in the bits; a logarithm would be off just below a power of two.
  const exponent = (bits.getUint32(0) >>> SIGNIFICANT_BITS) - 127;
  return 2 ** (Math.max(exponent, LEAST_EXPONENT) - SIGNIFICANT_BITS);
}

/** |got − want| in ULP of `got`, a float32. NaN where one of them is no number. */
export function ulpsApart(got: number, want: number): number {
  return Math.abs(got - want) / ulpOf(got);
}

export function ulpText(ulps: number): string {
  if (!Number.isFinite(ulps)) return 'not a number';
  if (ulps === 0) return '0';
  if (ulps < 9.95) return ulps.toFixed(1);
  return ulps < 99_999.5 ? ulps.toFixed(0) : ulps.toExponential(0).replace('e+', 'e');
}

/** Minus as it is set, not the hyphen. */
function withMinus(text: string): string {
  return text.replace(/^-/, '−').replace('e-', 'e−');
}

/** A number in a matrix: whole ones as they are, others with so many decimals, or in powers of ten where none would be left. */
export function cellText(value: number, decimals = 5): string {
  if (Number.isInteger(value)) return withMinus(String(value));
  const isTiny = Math.abs(value) < 10 ** (1 - decimals);
  return withMinus(isTiny ? value.toExponential(2) : value.toFixed(decimals));
}

/** A float32 with the nine digits that tell it from its neighbours. */
export function float32Text(value: number): string {
  return withMinus(String(Number(value.toPrecision(9))));
}

/** A float64 with all its digits. */
export function float64Text(value: number): string {
  return withMinus(String(value));
}
