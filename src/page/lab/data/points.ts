/**
 * Points drawn by hand: two inputs, a class from 0 to 3. They live in the run itself, as x and y, rounded and bounded, so a link carries
 * them. Every fifth of a class may be held back for validation. Pure functions.
 */
import type { ExampleRows } from '../../../core/examples.js';
import { kindOf } from '../../../data/document.js';
import type { LabRun } from '../lab-state.js';
import type { TargetFacts } from './suit-run.js';

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
  /** Whether it is measured and never trained on. */
  readonly isHeld: boolean;
}

export const MOST_POINTS = 500;
export const DRAWN_CLASSES = 4;
const HELD_EVERY = 5;
const DECIMALS = 1000;

/** Undefined for data that were not drawn, or not with these tools. */
export function pointsOf(data: LabRun['data']): readonly DrawnPoint[] | undefined {
  if (kindOf(data) !== undefined) return undefined;
  const { validation, ...train } = data as ExampleRows & { readonly validation?: ExampleRows | undefined };
  if (train.sampleWeight || validation?.sampleWeight) return undefined;
  const points = [...pointsIn(train, false), ...(validation ? pointsIn(validation, true) : [])];
  return points.every((point) => point !== undefined) && points.length <= MOST_POINTS ? points : undefined;
}

function pointsIn({ x, y }: ExampleRows, isHeld: boolean) {
  return x.map((row, i) => {
    const [label] = y[i]!;
    const isDrawn =
      row.length === 2 && y[i]!.length === 1 && Number.isInteger(label) && label! >= 0 && label! < DRAWN_CLASSES;
    return isDrawn ? { x: row[0]!, y: row[1]!, label: label!, isHeld } : undefined;
  });
}

/** Undefined for points that nothing can be learnt from: fewer than two classes to train on. */
export function dataOfPoints(points: readonly DrawnPoint[]): LabRun['data'] | undefined {
  const trained = points.filter(({ isHeld }) => !isHeld);
  if (new Set(trained.map(({ label }) => label)).size < 2) return undefined;
  const rows = (some: readonly DrawnPoint[]) => ({
    x: some.map(({ x, y }) => [x, y]),
    y: some.map(({ label }) => [label]),
  });
  const held = points.filter(({ isHeld }) => isHeld);
  return { ...rows(trained), ...(held.length > 0 && { validation: rows(held) }) };
}

export function targetOfPoints(points: readonly DrawnPoint[]): TargetFacts {
  const most = points.reduce((largest, { label }) => Math.max(largest, label), 1);
  return { kind: 'classes', name: 'the drawing', classes: most + 1 };
}

/** With one more, unless there are as many as a link can carry. */
export function withPoint(
  points: readonly DrawnPoint[],
  { x, y, label }: Omit<DrawnPoint, 'isHeld'>,
  holdsBack: boolean,
): readonly DrawnPoint[] {
  if (points.length >= MOST_POINTS) return points;
  const before = points.filter((point) => point.label === label).length;
  const isHeld = holdsBack && (before + 1) % HELD_EVERY === 0;
  return [...points, { x: rounded(x), y: rounded(y), label, isHeld }];
}

export function withoutPointsNear(
  points: readonly DrawnPoint[],
  { x, y }: { readonly x: number; readonly y: number },
  radius: number,
): readonly DrawnPoint[] {
  const left = points.filter((point) => Math.hypot(point.x - x, point.y - y) > radius);
  return left.length < points.length ? left : points;
}

/** Every fifth of each class held back, or none. */
export function heldBack(points: readonly DrawnPoint[], holdsBack: boolean): readonly DrawnPoint[] {
  return points.reduce<readonly DrawnPoint[]>((all, point) => withPoint(all, point, holdsBack), []);
}

/** Half the width of the square that shows them all, at least 1. */
export function extentOf(points: readonly DrawnPoint[]): number {
  return points.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 1);
}

function rounded(value: number): number {
  // Without the minus of −0, which JSON drops.
  return Math.round(value * DECIMALS) / DECIMALS + 0;
}
