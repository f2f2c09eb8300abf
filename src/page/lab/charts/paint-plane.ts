/** Draws what a network says over the plane of its two inputs: shades, points, a legend. */
import { type Palette, rgbOf } from '../../parts/colors.js';
import type { Paint, Size } from '../../parts/canvas-chart.js';
import { AXES, drawAxes, type Frame, frameIn, sansOf } from '../../parts/frame.js';
import { addMark } from '../../parts/marks.js';
import { tickText } from '../../parts/ticks.js';
import { classColor, classShape } from './class-look.js';
import { mixed, pictureOfDots, Ramp, type Rgb } from './mixing.js';
import type { PlaneView, Points } from './view-results.js';

const LEGEND_WIDTH = 168;
const LEGEND_ROW = 22;
const MOST_SIDE = 440;
/** Entries of the legend, at most; the note below says that there are more. */
const MOST_ENTRIES = 16;
/** How strong a colour is where the network is just undecided, and where it is sure. */
const [FAINT, STRONG] = [0.12, 0.54];

export function planeSize(view: PlaneView): (width: number) => Size {
  const rows = legendRows(view);
  return (width) => {
    const isBeside = width >= 460;
    const side = Math.min(MOST_SIDE, width - (isBeside ? LEGEND_WIDTH : 0) - AXES.left - AXES.right);
    const square = side + AXES.top + AXES.bottom;
    return isBeside
      ? { width: side + AXES.left + AXES.right + LEGEND_WIDTH, height: Math.max(square, rows * LEGEND_ROW + 16) }
      : { width, height: square + rows * LEGEND_ROW + 12 };
  };
}

export function paintPlane(view: PlaneView): Paint {
  return (context, size, palette) => {
    const isBeside = size.width >= 460;
    const side = size.width - AXES.left - AXES.right - (isBeside ? LEGEND_WIDTH : 0);
    const square = { width: side + AXES.left + AXES.right, height: side + AXES.top + AXES.bottom };
    const frame = frameIn(square, view.x, view.y);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(shadesOf(view, palette), frame.left, frame.top, frame.width, frame.height);
    drawAxes(context, frame, [view.x, view.y], palette, false);
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    for (const points of view.points) drawPoints(context, points, view, frame, palette);
    context.restore();
    drawLegend(context, view, palette, isBeside ? [square.width + 16, 20] : [AXES.left, square.height + 12]);
  };
}

/** One dot for each cell; the top row of the picture has the largest y. */
function shadesOf(view: PlaneView, palette: Palette): HTMLCanvasElement {
  const { size } = view;
  const shade = shader(view, palette);
  return pictureOfDots(size, size, (x, y) => shade((size - 1 - y) * size + x));
}

function shader({ says }: PlaneView, palette: Palette): (cell: number) => number {
  const paper = rgbOf(palette('--paper'));
  if (says.kind === 'classes') {
    const ramps = says.names.map((_, label) => {
      const color = rgbOf(palette(classColor(label)));
      return new Ramp((surety) => mixed(paper, color, FAINT + (STRONG - FAINT) * surety));
    });
    const least = 1 / says.names.length;
    return (cell) => ramps[says.labels[cell]!]!.at((says.shares[cell]! - least) / (1 - least));
  }
  const { min, max, color } = numberScale(says.values, palette);
  const ramp = new Ramp((place) => color(min + place * (max - min)));
  return (cell) => ramp.at(max > min ? (says.values[cell]! - min) / (max - min) : 0.5);
}

/** From the smallest value, in one colour, by way of paper to the largest, in the other. */
function numberScale(values: Float32Array, palette: Palette) {
  const [min, max] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const [low, paper, high] = ['--negative', '--paper', '--positive'].map((name) => rgbOf(palette(name))) as [
    Rgb,
    Rgb,
    Rgb,
  ];
  const color = (value: number) => {
    const place = max > min ? (2 * (value - min)) / (max - min) - 1 : 0;
    return mixed(paper, place < 0 ? low : high, Math.min(1, Math.abs(place)) * 0.9);
  };
  return { min, max, color };
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { part, x, y, target }: Points,
  { says }: PlaneView,
  frame: Frame,
  palette: Palette,
): void {
  const radius = Math.max(1.9, ((x.length > 400 ? 2.6 : 3.6) * frame.width) / MOST_SIDE);
  if (says.kind === 'number') {
    const scale = numberScale(says.values, palette);
    for (let i = 0; i < x.length; i++) {
      context.beginPath();
      addMark(context, part === 'training' ? 0 : 1, frame.x(x[i]!), frame.y(y[i]!), radius + 0.6);
      context.fillStyle = `rgb(${scale.color(target[i]!).join(' ')})`;
      context.strokeStyle = palette('--ink');
      context.lineWidth = 1;
      context.fill();
      context.stroke();
    }
    return;
  }
  // A path for each class: thousands of points are a few drawings.
  says.names.forEach((_, label) => {
    context.beginPath();
    for (let i = 0; i < x.length; i++) {
      if (target[i] === label) addMark(context, classShape(label), frame.x(x[i]!), frame.y(y[i]!), radius);
    }
    drawMarks(context, palette, label, part === 'training');
  });
}

function drawMarks(context: CanvasRenderingContext2D, palette: Palette, label: number, isFull: boolean): void {
  const color = palette(classColor(label));
  if (isFull) {
    context.fillStyle = color;
    context.strokeStyle = palette('--paper');
    context.lineWidth = 1.6;
    context.stroke();
    context.fill();
    return;
  }
  context.fillStyle = palette('--paper');
  context.strokeStyle = color;
  context.lineWidth = 1.6;
  context.fill();
  context.stroke();
}

function legendRows({ says, points }: PlaneView): number {
  const parts = points.length > 1 ? 3 : 0;
  return says.kind === 'number' ? 3 + parts : Math.min(says.names.length, MOST_ENTRIES) + parts;
}

function drawLegend(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  palette: Palette,
  [left, top]: readonly [number, number],
): void {
  const { says, points } = view;
  context.font = `13px ${sansOf()}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const text = (words: string, x: number, y: number) => {
    context.fillStyle = palette('--ink');
    context.fillText(words, x, y, LEGEND_WIDTH - 24);
  };
  let y = top;
  if (says.kind === 'number') {
    const scale = numberScale(says.values, palette);
    for (let i = 0; i < 120; i++) {
      context.fillStyle = `rgb(${scale.color(scale.min + ((scale.max - scale.min) * i) / 119).join(' ')})`;
      context.fillRect(left + i, y - 6, 1.5, 12);
    }
    text(tickText(scale.min), left, y + LEGEND_ROW);
    context.textAlign = 'right';
    text(tickText(scale.max), left + 120, y + LEGEND_ROW);
    context.textAlign = 'left';
    y += 3 * LEGEND_ROW;
  } else {
    says.names.slice(0, MOST_ENTRIES).forEach((name, label) => {
      context.beginPath();
      addMark(context, classShape(label), left + 8, y, 4.6);
      drawMarks(context, palette, label, true);
      text(`Class ${name}`, left + 24, y);
      y += LEGEND_ROW;
    });
  }
  if (points.length < 2) return;
  y += LEGEND_ROW / 2;
  ['training', 'validation'].forEach((name, p) => {
    context.beginPath();
    addMark(context, says.kind === 'number' ? p : 0, left + 8, y, 4.6);
    context.fillStyle = p === 0 && says.kind === 'classes' ? palette('--muted') : palette('--paper');
    context.strokeStyle = palette('--muted');
    context.lineWidth = 1.6;
    context.fill();
    context.stroke();
    text(name, left + 24, y);
    y += LEGEND_ROW;
  });
}
