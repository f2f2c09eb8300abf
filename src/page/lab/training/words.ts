/** Numbers and times in words, as the training's panel says them. Pure functions. */
import { percentText } from '../../../core/text.js';
import { curveName } from '../../../verify/curves.js';

const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min` */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `3 minutes ago` @param now, time milliseconds since 1970 */
export function agoText(time: number, now: number): string {
  const minutes = Math.round((time - now) / 60_000);
  if (minutes > -1) return 'just now';
  if (minutes > -60) return AGO.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours > -24 ? AGO.format(hours, 'hour') : AGO.format(Math.round(hours / 24), 'day');
}

/** A curve's last value as people read it: shares as percentages, all else with four digits. */
export function valueText(key: string, value: number): string {
  const isShare = /accuracy|precision|recall|f1Score|auc/i.test(key);
  return isShare ? percentText(value) : String(Number(value.toPrecision(4)));
}

/** `validation mean absolute error`, with a capital. */
export function keyText(key: string): string {
  const name = curveName(key);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
