/** Where the ticks of an axis stand, and what is written at them. Pure functions. */

/** Round numbers from `min` to `max`, about `count` of them. */
export function linearTicks(min: number, max: number, count: number): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // A whole number times the step, and not sums of steps: 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Ticks of an axis of logarithms to base 10: whole powers, and where these are few also twice and five times them. */
export function logTicks(min: number, max: number, most = 7): number[] {
  const span = max - min;
  if (span <= 2.2) {
    const powers = Array.from({ length: Math.ceil(max) - Math.floor(min) + 1 }, (_, i) => Math.floor(min) + i);
    const fine = powers.flatMap((power) => [1, 2, 5].map((factor) => power + Math.log10(factor)));
    const inside = fine.filter((value) => value >= min - 1e-9 && value <= max + 1e-9);
    if (inside.length >= 2) return inside;
    return linearTicks(10 ** min, 10 ** max, 4).map(Math.log10);
  }
  const step = Math.ceil(span / most);
  const first = Math.ceil(min / step) * step;
  return Array.from({ length: Math.floor((max - first) / step) + 1 }, (_, i) => first + i * step);
}

/** The number of which an axis shows the logarithm: 10⁻⁸, 0.02. */
export function logTickText(exponent: number): string {
  const whole = Math.round(exponent);
  if (Math.abs(exponent - whole) > 1e-9) return tickText(10 ** exponent);
  return whole >= -2 && whole <= 3 ? String(Number((10 ** whole).toPrecision(3))) : powerOfTenText(whole);
}

const WHOLE = new Intl.NumberFormat('en');

/** A number at a tick, or beside a chart: at most four digits, a true minus. */
export function tickText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size >= 1e4 && size < 1e6 && Number.isInteger(value)) return WHOLE.format(value).replace('-', '−');
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(1) : String(Number(value.toPrecision(4)));
  return text.replaceAll('-', '−').replace('e+', 'e');
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
