/** Words for numbers on the report page, where they are read at a glance; all their digits stand in its tables. */

/** Four digits: `0.1234`, `1.23e-7`. */
export function shortText(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e5) ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}
