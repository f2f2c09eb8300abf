/** Numbers as the charts say them: four digits, a true minus, powers of ten far out. */
import { wholeText } from '../../../core/text.js';

export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return wholeText(value).replace('-', '−');
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2).replaceAll('-', '−').replace('e+', 'e');
  return value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size)))).replace('-', '−');
}
