/** Where the drawing of a network has its nodes, in the units of its SVG. Pure functions of sizes. */
import type { Stage } from './stages.js';

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Column {
  readonly x: number;
  readonly radius: number;
  /** Of the shown units, in their order. */
  readonly nodes: readonly Place[];
  /** Where units are left out. */
  readonly gap: Place | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  /** The baseline of the first line under the columns. */
  readonly footer: number;
}

export interface LayoutOptions {
  /** What there is; the drawing is wider where columns would come too close. */
  readonly width: number;
  /** Room for names left and right of the nodes. */
  readonly left: number;
  readonly right: number;
}

const HEADER = 44;
const LINE = 15;
/** Between two columns, at least. */
const CLOSEST = 76;
const LOWEST = 140;
/** Slots that a gap takes. */
const GAP = 2;

export function layoutOf(stages: readonly Stage[], { width, left, right }: LayoutOptions): Layout {
  const step = Math.max(CLOSEST, (width - left - right) / Math.max(1, stages.length - 1));
  const slots = stages.map(({ shown, units }) => shown.length + (shown.length < units ? GAP : 0));
  const inner = Math.max(LOWEST, ...slots.map((count) => count * spacingOf(count)));
  const lines = Math.max(0, ...stages.map(({ followers }) => followers.length));
  const columns = stages.map(({ shown, units }, s): Column => {
    const x = left + s * step;
    const count = slots[s]!;
    const spacing = Math.min(spacingOf(count), inner / count);
    const top = HEADER + (inner - count * spacing) / 2;
    const at = (slot: number) => ({ x, y: top + (slot + 0.5) * spacing });
    const isShortened = shown.length < units;
    const first = isShortened ? shown.findIndex((unit, i) => unit !== i) : shown.length;
    return {
      x,
      radius: Math.min(9, spacing * 0.36),
      nodes: shown.map((_, i) => at(i < first ? i : i + GAP)),
      gap: isShortened ? { x, y: (at(first).y + at(first + 1).y) / 2 } : undefined,
    };
  });
  const footer = HEADER + inner + 18;
  return {
    width: Math.max(width, left + right + step * (stages.length - 1)),
    height: footer + Math.max(0, lines - 1) * LINE + 8,
    columns,
    footer,
  };
}

/** Few nodes stand wide apart, many close. */
function spacingOf(count: number): number {
  if (count <= 6) return 34;
  return count <= 18 ? 20 : 11.5;
}
