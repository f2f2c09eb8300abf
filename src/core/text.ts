/** Words for numbers, the same wherever the project speaks to people. */

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
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
