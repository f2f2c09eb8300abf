/** Times, sizes and rates as the device's and the benchmark's views say them: no line breaks before a unit. Pure functions. */

/** A space where no line breaks. */
const SPACE = '\u00a0';

/** `0.4 µs`, `12 µs`, `1.3 ms`, `240 ms`, `2.1 s` @param value in milliseconds */
export function timeText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return `0${SPACE}µs`;
  if (value < 0.9995) return `${digits(1000 * value)}${SPACE}µs`;
  return value < 999.5 ? `${digits(value)}${SPACE}ms` : `${digits(value / 1000)}${SPACE}s`;
}

/** `764 B`, `1.1 KiB`, `24 MiB`, `2 GiB` */
export function sizeText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)}${SPACE}${['B', 'KiB', 'MiB', 'GiB'][power]!}`;
}

/** Three digits, without a power of ten: `1,230,000`, `45.6`, `0.789`. */
export function rateText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function digits(value: number): string {
  return value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}
