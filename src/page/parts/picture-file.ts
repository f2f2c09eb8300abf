/** Puts drawings together to one picture with a title and a legend, on paper: as a file a chart is always in the light scheme. */
import { openPalette, type Palette } from './colors.js';
import type { Plot } from './plot.js';

export interface PictureSection {
  /** Above the drawing; none where it is the only one. */
  readonly title?: string;
  readonly lines?: Plot['lines'];
  readonly drawing: CanvasImageSource;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 24;
const ROW = 22;

/** @param scale dots for a CSS pixel */
export function pictureOf(title: string, sections: readonly PictureSection[], scale: number): HTMLCanvasElement {
  const palette = openPalette('light');
  const width = Math.max(420, ...sections.map((section) => section.width)) + 2 * MARGIN;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const sans = getComputedStyle(document.documentElement).getPropertyValue('--sans');
  const legends = sections.map(({ lines = [] }) => legendRows(context, sans, lines, width - 2 * MARGIN));
  const height = sections.reduce(
    (sum, { title, height }, s) => sum + (title ? ROW : 0) + ROW * legends[s]!.length + height + 12,
    2 * MARGIN + 20,
  );
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  context.fillStyle = palette('--paper');
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.fillStyle = palette('--ink');
  context.font = `600 17px ${sans}`;
  context.fillText(title, MARGIN, MARGIN + 6);
  let top = MARGIN + 30;
  sections.forEach((section, s) => {
    if (section.title) {
      context.fillStyle = palette('--ink');
      context.font = `600 13px ${sans}`;
      context.fillText(section.title, MARGIN, top);
    } else {
      top -= ROW;
    }
    for (const row of legends[s]!) {
      top += ROW;
      drawLegend(context, sans, palette, row, top);
    }
    top += ROW / 2 + 4;
    context.drawImage(section.drawing, MARGIN, top, section.width, section.height);
    top += section.height + ROW / 2 + 8;
  });
  return canvas;
}

type LegendRow = readonly { readonly line: Plot['lines'][number]; readonly left: number }[];

function legendRows(
  context: CanvasRenderingContext2D,
  sans: string,
  lines: Plot['lines'],
  width: number,
): readonly LegendRow[] {
  context.font = `13px ${sans}`;
  const rows: { line: Plot['lines'][number]; left: number }[][] = [];
  let left = Infinity;
  for (const line of lines.filter(({ isQuiet }) => !isQuiet)) {
    const needed = 40 + context.measureText(line.label).width + 20;
    if (left + needed > MARGIN + width) {
      rows.push([]);
      left = MARGIN;
    }
    rows.at(-1)!.push({ line, left });
    left += needed;
  }
  return rows;
}

function drawLegend(
  context: CanvasRenderingContext2D,
  sans: string,
  palette: Palette,
  row: LegendRow,
  middle: number,
): void {
  for (const { line, left } of row) {
    context.strokeStyle = palette(line.color);
    context.lineWidth = line.width;
    context.setLineDash([...(line.dash ?? [])]);
    context.globalAlpha = line.alpha ?? 1;
    context.beginPath();
    context.moveTo(left, middle);
    context.lineTo(left + 32, middle);
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.fillStyle = palette('--ink');
    context.font = `13px ${sans}`;
    context.fillText(line.label, left + 40, middle);
  }
}
