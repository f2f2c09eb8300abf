/**
 * Draws the plots of a line chart with uPlot and keeps them: new values are handed to the plots that are there, which are made anew
 * only where lines come or go.
 */
import type uPlot from 'uplot';
import { openPalette, type Palette } from './colors.js';
import { placed, type Plot } from './plot.js';
import { plotOptions, type PlotContext } from './plot-options.js';
import { firstAtLeast, thinned } from './thin.js';

export type Library = typeof uPlot;
type Range = readonly [min: number, max: number];

export interface DrawnChart {
  readonly x: ArrayLike<number>;
  readonly xLabel: string;
  readonly plots: readonly Plot[];
  /** What of x is shown; undefined for all. */
  readonly zoom: Range | undefined;
}

export class PlotDrawing {
  readonly #library: Library;
  readonly #cursor: NonNullable<PlotContext['cursor']>;
  #palette: Palette = openPalette();
  #drawn: uPlot[] = [];
  #structure = '';
  #chart: DrawnChart | undefined;
  /** Places in x that are drawn. */
  #places: readonly number[] = [];

  /** @param onMove told of a place in x that the pointer is at */
  constructor(library: Library, cursor: NonNullable<PlotContext['cursor']>) {
    this.#library = library;
    this.#cursor = { ...cursor, onMove: (place) => cursor.onMove(place === null ? null : this.#places[place]!) };
  }

  get places(): readonly number[] {
    return this.#places;
  }

  /** @param hosts elements that the plots stand in, one for each */
  draw(chart: DrawnChart, hosts: readonly HTMLElement[]): void {
    const width = hosts[0]?.clientWidth ?? 0;
    if (width === 0) return;
    this.#chart = chart;
    const structure = structureOf(chart);
    if (structure !== this.#structure) {
      this.close();
      this.#structure = structure;
    }
    this.#places = placesOf(chart, width);
    chart.plots.forEach((plot, p) => {
      const data = dataOf(chart, plot, this.#places);
      const known = this.#drawn[p];
      if (known) {
        if (known.width !== width) known.setSize({ width, height: plot.height });
        known.setData(data);
        return;
      }
      const options = plotOptions(plot, {
        width,
        xLabel: p === chart.plots.length - 1 ? chart.xLabel : undefined,
        xRange: () => rangeOf(this.#chart!),
        palette: () => this.#palette,
        font: fontOf(),
        cursor: this.#cursor,
      });
      this.#drawn[p] = new this.#library(options, data, hosts[p]);
    });
  }

  /** After a change of the colour scheme. */
  recolor(): void {
    this.#palette = openPalette();
    for (const plot of this.#drawn) plot.redraw(false);
  }

  /** Puts the cursor on a place in x. */
  point(place: number): void {
    for (const plot of this.#drawn) {
      plot.setCursor({ left: plot.valToPos(this.#chart!.x[place]!, 'x'), top: plot.bbox.height / 4 });
    }
  }

  close(): void {
    for (const plot of this.#drawn.splice(0)) plot.destroy();
    this.#structure = '';
  }
}

/** The plots as canvases in the light scheme, drawn once for a picture. */
export async function drawForPicture(library: Library, chart: DrawnChart, width: number): Promise<HTMLCanvasElement[]> {
  const palette = openPalette('light');
  const places = placesOf(chart, width);
  const drawn = chart.plots.map((plot, p) => {
    const options = plotOptions(plot, {
      width,
      xLabel: p === chart.plots.length - 1 ? chart.xLabel : undefined,
      xRange: () => rangeOf(chart),
      palette: () => palette,
      font: fontOf(),
    });
    return new library(options, dataOf(chart, plot, places));
  });
  // It draws when the script at hand is done.
  await new Promise((resolve) => setTimeout(resolve));
  return drawn.map((plot) => {
    const { canvas } = plot.ctx;
    plot.destroy();
    return canvas;
  });
}

/** What a uPlot has to be made anew for. */
function structureOf({ plots, xLabel }: DrawnChart): string {
  return JSON.stringify([
    xLabel,
    plots.map(({ key, isLog, includes, height, lines }) => [
      ...[key, isLog, includes, height],
      lines.map(({ key: line, color, width, dash, alpha, spansGaps }) => [line, color, width, dash, alpha, spansGaps]),
    ]),
  ]);
}

function rangeOf({ x, zoom }: DrawnChart): Range {
  if (zoom) return zoom;
  const [first = 0, last = 1] = [x[0], x[x.length - 1]];
  // One place would be a scale without length.
  return first === last ? [first - 1, last + 1] : [first, last];
}

function placesOf({ x, plots, zoom }: DrawnChart, width: number): number[] {
  const curves = plots.flatMap(({ lines }) => lines.map(({ values }) => values));
  if (!zoom) return thinned(curves, 0, x.length, Math.ceil(width / 2));
  // One more on either side, so that lines go on to the edges.
  const start = Math.max(0, firstAtLeast(x, zoom[0]) - 1);
  const end = Math.min(x.length, firstAtLeast(x, zoom[1]) + 2);
  return thinned(curves, start, end, Math.ceil(width / 2));
}

function dataOf({ x }: DrawnChart, { lines, isLog }: Plot, places: readonly number[]): uPlot.AlignedData {
  return [
    places.map((place) => x[place]!),
    ...lines.map(({ values }) => places.map((place) => placed(values[place], isLog))),
  ];
}

function fontOf(): string {
  return `12px ${getComputedStyle(document.documentElement).getPropertyValue('--sans').trim()}`;
}
