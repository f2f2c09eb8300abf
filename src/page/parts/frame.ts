/** The frame of a drawing with two axes: where the drawing lies, its rules, ticks and names. In CSS pixels. */
import type { Palette } from './colors.js';
import { linearTicks, tickText } from './ticks.js';

export interface AxisSpan {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Of a value on the axis across, and on that upwards. */
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** What the axes take. */
export const AXES = { left: 60, bottom: 40, top: 8, right: 10 } as const;

export function frameIn(size: { readonly width: number; readonly height: number }, x: AxisSpan, y: AxisSpan): Frame {
  const [left, top] = [AXES.left, AXES.top];
  const width = size.width - left - AXES.right;
  const height = size.height - top - AXES.bottom;
  return {
    left,
    top,
    width,
    height,
    x: (value) => left + (width * (value - x.min)) / (x.max - x.min),
    y: (value) => top + height - (height * (value - y.min)) / (y.max - y.min),
  };
}

export function sansOf(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--sans').trim();
}

/** Ticks with their numbers, the names of the axes, and where wanted rules across the drawing. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  frame: Frame,
  [x, y]: readonly [AxisSpan, AxisSpan],
  palette: Palette,
  hasRules: boolean,
): void {
  const { left, top, width, height } = frame;
  const sans = sansOf();
  context.font = `12px ${sans}`;
  context.strokeStyle = palette('--rule');
  context.fillStyle = palette('--muted');
  context.lineWidth = 1;
  const line = (fromX: number, fromY: number, toX: number, toY: number) => {
    context.beginPath();
    context.moveTo(Math.round(fromX) + 0.5, Math.round(fromY) + 0.5);
    context.lineTo(Math.round(toX) + 0.5, Math.round(toY) + 0.5);
    context.stroke();
  };
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const value of linearTicks(x.min, x.max, width / 80)) {
    const at = frame.x(value);
    line(at, hasRules ? top : top + height, at, top + height + 4);
    context.fillText(tickText(value), at, top + height + 7);
  }
  context.fillText(shortened(context, x.name, width), left + width / 2, top + height + 24);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of linearTicks(y.min, y.max, height / 56)) {
    const at = frame.y(value);
    line(left - 4, at, hasRules ? left + width : left, at);
    context.fillText(tickText(value), left - 7, at);
  }
  context.save();
  context.translate(6, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(shortened(context, y.name, height), 0, 0);
  context.restore();
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let kept = text;
  while (kept.length > 1 && context.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}
