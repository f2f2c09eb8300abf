/**
 * How the page writes numbers: the same forms as the command line's report. Pure functions; what is
 * shown is rounded, what is compared never is.
 */

/** Eight decimals, as the tutorial prints them; very small and very large numbers in powers of ten. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-4 && size < 1e6) ? value.toFixed(8) : value.toExponential(8);
}

/** Two digits are enough to say how far apart two numbers are. */
export function differenceText(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

export function millisecondsText(value: number): string {
  return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** A whole power of ten as on a printed axis: 10⁻⁸. */
export function powerOfTenText(exponent: number): string {
  return `10${Array.from(String(exponent), (sign) => SUPERSCRIPTS[sign] ?? sign).join('')}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
};
