/** A tensor as a heat-map: how it lies, and how it is drawn. */
import { type Palette, rgbOf } from '../../parts/colors.js';
import type { Paint, Size } from '../../parts/canvas-chart.js';
import { sansOf } from '../../parts/frame.js';
import { tickText } from '../../parts/ticks.js';
import { mixed, pictureOfDots, Ramp, type Rgb } from './mixing.js';
import type { TensorView } from './view-results.js';

export interface HeatMapLayout {
  /** Whether the tensor's rows go across: its longer side always does. */
  readonly isTurned: boolean;
  /** Cells. */
  readonly across: number;
  readonly down: number;
  /** Of all cells together, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const LARGEST_CELL = 26;
const MOST_HEIGHT = 320;
/** Under the cells: the colours and their numbers. */
const LEGEND = 52;
const LEGEND_WIDTH = 220;

export function heatMapLayout(
  view: Pick<TensorView, 'rows' | 'columns' | 'rowsInCell' | 'columnsInCell'>,
  width: number,
) {
  const rows = Math.ceil(view.rows / view.rowsInCell);
  const columns = Math.ceil(view.columns / view.columnsInCell);
  const isTurned = rows > columns;
  const [across, down] = isTurned ? [rows, columns] : [columns, rows];
  const cell = Math.min(LARGEST_CELL, width / across);
  // Where there is room, cells are square.
  const height = Math.min(MOST_HEIGHT, Math.max(cell * down, Math.min(down * 4, MOST_HEIGHT)));
  return { isTurned, across, down, width: cell * across, height } satisfies HeatMapLayout;
}

export function heatMapSize(view: TensorView): (width: number) => Size {
  return (width) => {
    const layout = heatMapLayout(view, width);
    return { width: Math.max(layout.width, Math.min(width, LEGEND_WIDTH)), height: layout.height + LEGEND };
  };
}

export function paintHeatMap(view: TensorView): Paint {
  return (context, size, palette) => {
    const layout = heatMapLayout(view, size.width);
    const { most, color, dot } = colorScale(view, palette);
    const { isTurned, across, down } = layout;
    const cells = pictureOfDots(across, down, (x, y) => dot(view.cells[isTurned ? x * down + y : y * across + x]!));
    context.imageSmoothingEnabled = false;
    context.drawImage(cells, 0, 0, layout.width, layout.height);
    context.strokeStyle = palette('--rule');
    context.strokeRect(0.5, 0.5, layout.width - 1, layout.height - 1);
    const top = layout.height + 14;
    for (let i = 0; i < LEGEND_WIDTH; i++) {
      context.fillStyle = `rgb(${color((2 * i * most) / (LEGEND_WIDTH - 1) - most).join(' ')})`;
      context.fillRect(i, top, 1.5, 12);
    }
    context.fillStyle = palette('--muted');
    context.font = `12px ${sansOf()}`;
    context.textBaseline = 'top';
    const marks = [
      ['left', -most, 0],
      ['center', 0, LEGEND_WIDTH / 2],
      ['right', most, LEGEND_WIDTH],
    ] as const;
    for (const [align, value, left] of marks) {
      context.textAlign = align;
      context.fillText(tickText(value), left, top + 18);
    }
  };
}

/** As far below 0 as above it, so that paper is 0; what is no finite number has a colour of its own. */
function colorScale({ statistics: { min, max } }: TensorView, palette: Palette) {
  const [negative, paper, positive, error] = ['--negative', '--paper', '--positive', '--error'].map((name) =>
    rgbOf(palette(name)),
  ) as [Rgb, Rgb, Rgb, Rgb];
  const reach = Math.max(Math.abs(min), Math.abs(max));
  const most = Number.isFinite(reach) && reach > 0 ? reach : 1;
  const color = (place: number) => mixed(paper, place < 0.5 ? negative : positive, Math.abs(2 * place - 1));
  const ramp = new Ramp(color);
  const notFinite = new Ramp(() => error).at(0);
  return {
    most,
    color: (value: number) => color((value / most + 1) / 2),
    dot: (value: number) => (Number.isFinite(value) ? ramp.at((value / most + 1) / 2) : notFinite),
  };
}
