/** Words for numbers, the same wherever the project speaks to people. */

/** `1 row`, `2 rows`, `1,200 rows`. */
export function counted(count: number, noun: string): string {
  return `${wholeText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1,234`; what is no whole number is rounded. */
export function wholeText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** `97.3 %`: a share of a whole, as of rows that are classed right. */
export function percentText(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}

/** `43 %`, `4.3 %`, `0.04 %`: a share of what is allowed, whose size matters; no line breaks before the sign. */
export function shareText(share: number): string {
  if (!Number.isFinite(share)) return 'beyond all';
  const percent = 100 * share;
  const digits = percent === 0 || percent >= 9.95 ? 0 : percent < 0.095 ? 2 : 1;
  return `${percent.toFixed(digits)}\u00a0%`;
}

/** `764 B`, `1.1 KiB`, `24.0 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** Eight decimals, as the tutorial prints them; very small and very large numbers in powers of ten. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-4 && size < 1e6) ? value.toFixed(8) : value.toExponential(8);
}

/** Two digits are enough to say how far apart two numbers are. */
export function differenceText(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

/** `0.9 ms`, `12 ms`, `1.3 s`. */
export function millisecondsText(value: number): string {
  return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** At most `most` indices below `count`, evenly spread, with the first and the last. */
export function evenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/**
 * The sentence of every error about input: one line with nothing in it that a terminal obeys or that turns the direction of writing,
 * whatever a stranger wrote. What stands in a file may be of any length: each part has 600 characters at most.
 */
export function misfit(place: string, found: string, expected: string): string {
  const part = (text: string) => text.slice(0, 600).replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
  return `${part(place)}: found ${part(found)}, expected ${part(expected)}.`;
}
