/**
 * A plot as uPlot's options. Logarithms are taken of the data before (`placed`): uPlot's own logarithmic scale has no place for a
 * zero. Colours are asked for at each drawing.
 */
import type uPlot from 'uplot';
import type { Palette } from './colors.js';
import { axisRange, type Line, type Plot } from './plot.js';
import { linearTicks, logTicks, logTickText, tickText } from './ticks.js';

export interface PlotContext {
  readonly width: number;
  /** Of the lowest plot, under which the x axis is labelled; undefined in those above it. */
  readonly xLabel: string | undefined;
  readonly xRange: () => readonly [min: number, max: number];
  readonly palette: () => Palette;
  readonly font: string;
  /** Without it nothing follows the pointer. */
  readonly cursor?: {
    readonly sync: string;
    readonly onMove: (place: number | null) => void;
    readonly onZoom: (min: number, max: number) => void;
    readonly onShowAll: () => void;
  };
}

/** The same for all plots, so that their x axes lie one below the other. */
const Y_AXIS_WIDTH = 54;
/** Shorter ways of the pointer are no wish to zoom. */
const LEAST_DRAG = 8;

export function plotOptions(plot: Plot, context: PlotContext): uPlot.Options {
  const { width, cursor, xRange, xLabel } = context;
  const color = (name: string) => () => context.palette()(name);
  const rule = { stroke: color('--rule'), width: 1 };
  const axis: uPlot.Axis = {
    stroke: color('--muted'),
    font: context.font,
    labelFont: context.font,
    gap: 6,
    grid: rule,
    ticks: { ...rule, size: 4 },
  };
  return {
    width,
    height: plot.height,
    // The last number is centred under the right edge.
    padding: [8, () => 8 + 4 * tickText(xRange()[1]).length, 0, 0],
    legend: { show: false },
    cursor: cursor
      ? {
          y: false,
          points: { size: 7 },
          sync: { key: cursor.sync },
          drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
          bind: { dblclick: () => () => (cursor.onShowAll(), null) },
        }
      : { show: false },
    hooks: cursor
      ? {
          setCursor: [({ cursor: { idx } }) => cursor.onMove(idx ?? null)],
          setSelect: [
            (chart) => {
              const { left, width: wide } = chart.select;
              if (wide > 0) cursor.onZoom(chart.posToVal(left, 'x'), chart.posToVal(left + wide, 'x'));
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        }
      : {},
    series: [{}, ...plot.lines.map((line) => series(line, color(line.color)))],
    scales: {
      x: { time: false, range: () => [...xRange()] },
      y: { range: (_, min, max) => axisRange(plot, min, max) },
    },
    axes: [
      {
        ...axis,
        space: 64,
        incrs: WHOLE_STEPS,
        ...(xLabel === undefined
          ? { size: 8, values: (_: uPlot, splits: number[]) => splits.map(() => '') }
          : { size: 26, label: xLabel, labelSize: 20, values: (_: uPlot, splits: number[]) => splits.map(tickText) }),
      },
      {
        ...axis,
        size: Y_AXIS_WIDTH,
        splits: (_, __, min, max) =>
          plot.isLog ? logTicks(min, max, plot.height / 36) : linearTicks(min, max, plot.height / 48),
        values: (_, splits) => splits.map(plot.isLog ? logTickText : tickText),
      },
    ],
  };
}

function series(line: Line, stroke: () => string): uPlot.Series {
  return {
    stroke,
    width: line.width,
    // Drawn between pixels: on whole ones a smooth curve would get steps.
    pxAlign: 0,
    ...(line.dash && { dash: [...line.dash] }),
    alpha: line.alpha ?? 1,
    spanGaps: line.spansGaps ?? false,
    points: {
      show: false,
      size: Math.max(4, line.width + 3),
      fill: stroke,
      stroke,
      filter: (chart, s) => alone(chart.data[s]!, line.spansGaps ?? false),
    },
  };
}

/** Values that no line leads to: between two places without one, or where gaps are spanned the only one. */
function alone(values: ArrayLike<number | null | undefined>, spansGaps: boolean): number[] | null {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (isThere(values[i]) && (spansGaps || (!isThere(values[i - 1]) && !isThere(values[i + 1])))) found.push(i);
  }
  return found.length > 0 && (!spansGaps || found.length === 1) ? found : null;
}

function isThere(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}

/** 1, 2, 5, 10, …: there is no half epoch. */
const WHOLE_STEPS = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
