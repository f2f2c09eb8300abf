/**
 * The lines between nodes: which weights are drawn, how wide, and which is near a place. Lines of like sign and width are one path,
 * so that a thousand weights are a dozen elements, which can be renewed several times a second.
 */
import type { Layout, Place } from './layout.js';
import type { Stage, StageWeights } from './stages.js';

export interface Edge {
  /** The column that it leads to; it comes from the one before. */
  readonly stage: number;
  /** Places among the shown units of both columns. */
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

export interface Edges {
  /** Those that are drawn. */
  readonly drawn: readonly Edge[];
  /** Between nodes that are drawn. */
  readonly between: number;
  /** The largest size among them. */
  readonly largest: number;
}

/** Lines in one drawing, at most. */
export const MOST_EDGES = 1500;
/** Widths that are told apart. */
export const LEVELS = 6;

export function edgesOf(stages: readonly Stage[], weights: readonly StageWeights[], most = MOST_EDGES): Edges {
  const all: Edge[] = [];
  weights.forEach(({ kernel }, k) => {
    const columns = stages[k + 1]!.shown.length;
    kernel.forEach((weight, i) => {
      // What diverged is no line.
      if (!Number.isFinite(weight)) return;
      all.push({ stage: k + 1, from: Math.floor(i / columns), to: i % columns, weight });
    });
  });
  const largest = all.reduce((size, { weight }) => Math.max(size, Math.abs(weight)), 0);
  const drawn = all.length <= most ? all : all.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, most);
  return { drawn, between: all.length, largest };
}

export interface EdgePath {
  readonly isNegative: boolean;
  /** 1 (weak) to LEVELS (as strong as the strongest). */
  readonly level: number;
  /** As SVG's `d`. */
  readonly path: string;
}

/** @param only of the edges, where not all are wanted */
export function pathsOf({ drawn, largest }: Edges, layout: Layout, only?: (edge: Edge) => boolean): EdgePath[] {
  const paths = new Map<string, { isNegative: boolean; level: number; path: string[] }>();
  for (const edge of drawn) {
    if (only && !only(edge)) continue;
    const level = levelOf(edge.weight, largest);
    const isNegative = edge.weight < 0;
    const key = `${level}${isNegative ? '-' : '+'}`;
    const known = paths.get(key) ?? { isNegative, level, path: [] };
    const [a, b] = endsOf(edge, layout);
    known.path.push(`M${round(a.x)} ${round(a.y)}L${round(b.x)} ${round(b.y)}`);
    paths.set(key, known);
  }
  // The strong ones on top.
  return Array.from(paths.values(), ({ path, ...rest }) => ({ ...rest, path: path.join('') })).sort(
    (a, b) => a.level - b.level,
  );
}

export function levelOf(weight: number, largest: number): number {
  return largest === 0 ? 1 : Math.max(1, Math.ceil((Math.abs(weight) / largest) * LEVELS));
}

export function endsOf({ stage, from, to }: Edge, { columns }: Layout): [Place, Place] {
  return [columns[stage - 1]!.nodes[from]!, columns[stage]!.nodes[to]!];
}

/** The drawn edge that passes nearest, if one comes within so much. */
export function edgeNear({ drawn }: Edges, layout: Layout, place: Place, within = 5): Edge | undefined {
  let nearest = within;
  let found: Edge | undefined;
  for (const edge of drawn) {
    const distance = distanceTo(place, endsOf(edge, layout));
    if (distance > nearest) continue;
    nearest = distance;
    found = edge;
  }
  return found;
}

function distanceTo({ x, y }: Place, [a, b]: [Place, Place]): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}

const round = (value: number) => Math.round(value * 10) / 10;
