/** A number as a person reads it: five digits, powers of ten far out, a true minus. */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(3) : fixed(value);
  return text.replace('-', '−');
}

function fixed(value: number): string {
  const digits = Math.max(0, 4 - Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1))));
  return value.toFixed(digits);
}
