/**
 * How the charts look, as uPlot's options: plain data and functions of it. Colours are read from the style
 * sheet at each drawing, so both colour schemes have one home. The curves differ by width and dash too.
 * Logarithms are taken here, on the data: uPlot's own logarithmic scale has no place for a zero.
 */
import type uPlot from 'uplot';
import { CURVE_TOLERANCE } from '../verify/curves.js';

interface Place {
  readonly width: number;
  readonly epochs: number;
}

const CURSORS = 'epoch';
/** The same for both charts, so that their x axes lie one below the other. */
const Y_AXIS_WIDTH = 52;
/** Up to so many epochs each one is marked with a point. */
const MARKED = 100;

export function lossChart({
  isAlone,
  onCursor,
  ...place
}: Place & { readonly isAlone: boolean; readonly onCursor: (index: number | null) => void }): uPlot.Options {
  const reference: uPlot.Series = { ...line('--cpu', 7), points: pointIfSingle(place, '--cpu', 13) };
  const gpu: uPlot.Series = { ...line('--gpu', 2), dash: [7, 5], points: pointIfSingle(place, '--gpu', 6) };
  return {
    ...common(place, 280),
    series: [{}, reference, ...(isAlone ? [] : [gpu])],
    scales: { x: xScale(place), y: { range: (_, __, max) => [0, (max || 1) * 1.06] } },
    axes: [xAxis(place, isAlone), { ...yAxis(), space: 44 }],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? null)] },
  };
}

export function differenceChart(place: Place): uPlot.Options {
  const points = { show: place.epochs <= MARKED, size: 5, fill: color('--difference'), stroke: color('--difference') };
  const tolerance: uPlot.Series = { ...line('--tolerance', 1.5), dash: [2, 4], spanGaps: true };
  return {
    ...common(place, 194),
    series: [
      {},
      { ...line('--difference', 1.5), points },
      { ...tolerance, points: pointIfSingle(place, '--tolerance', 6) },
    ],
    scales: { x: xScale(place), y: { range: (_, min, max) => decades(min, max) } },
    axes: [
      xAxis(place, true),
      { ...yAxis(), splits: (_, __, min, max) => powers(min, max), values: (_, splits) => splits.map(powerOfTenText) },
    ],
  };
}

/** 1, 2, 3, … */
export function epochsOf(history: readonly number[]): number[] {
  return history.map((_, index) => index + 1);
}

/** To base 10; zero has no place on a logarithmic axis, and leaves a gap. */
export function logarithm(value: number): number | null {
  return value > 0 ? Math.log10(value) : null;
}

/** Whole decades around the values and the tolerance, with room for the tolerance's line. */
export function decades(min: number | null, max: number | null): [number, number] {
  const tolerance = Math.log10(CURVE_TOLERANCE);
  const low = Math.floor(Math.min(min ?? tolerance, tolerance));
  const high = Math.ceil(Math.max(max ?? tolerance, tolerance));
  return [low, high];
}

/** Every power of ten from `min` to `max`, or every second, third … where there are many. */
function powers(min: number, max: number): number[] {
  const step = Math.ceil((max - min) / 6);
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step);
}

function common(
  { width, epochs }: Place,
  height: number,
): Pick<uPlot.Options, 'width' | 'height' | 'padding' | 'legend' | 'cursor'> {
  return {
    width,
    height,
    // The last epoch's label is centred under the right edge.
    padding: [8, 8 + 4 * String(epochs).length, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 8 }, sync: { key: CURSORS } },
  };
}

function line(variable: string, width: number): uPlot.Series {
  // Drawn between pixels: on whole ones a smooth curve would get steps.
  return { stroke: color(variable), width, pxAlign: 0, points: { show: false } };
}

function pointIfSingle({ epochs }: Place, variable: string, size: number): uPlot.Series.Points {
  return { show: epochs === 1, size, fill: color(variable), stroke: color(variable) };
}

function xScale({ epochs }: Place): uPlot.Scale {
  // One epoch would be a scale without length.
  return { time: false, ...(epochs === 1 && { range: [0, 2] }) };
}

function xAxis({ epochs }: Place, isLabelled: boolean): uPlot.Axis {
  const label = (epoch: number) => (epoch >= 1 && epoch <= epochs ? String(epoch) : '');
  const whole: uPlot.Axis = { ...axis(), incrs: WHOLE_STEPS, space: 60 };
  return isLabelled
    ? { ...whole, values: (_, splits) => splits.map(label), size: 26, label: 'Epoch', labelSize: 18, labelFont: font() }
    : { ...whole, size: 10, values: (_, splits) => splits.map(() => '') };
}

function yAxis(): uPlot.Axis {
  return { ...axis(), size: Y_AXIS_WIDTH };
}

function axis(): uPlot.Axis {
  const rule = { stroke: color('--rule'), width: 1 };
  return { stroke: color('--muted'), font: font(), gap: 6, grid: rule, ticks: { ...rule, size: 4 } };
}

/** 1, 2, 5, 10, …: there is no half epoch. */
const WHOLE_STEPS = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

function font(): string {
  return `12px ${styleValue('--sans')}`;
}

function color(variable: string): () => string {
  return () => styleValue(variable);
}

function styleValue(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
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
