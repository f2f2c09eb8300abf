/** What a network with two inputs says over the plane of them, and the data's points on it. */
import { matrix } from '../../../../core/matrix.js';
import { takeRows } from '../../../../core/task.js';
import { evenly } from '../../../../core/text.js';
import type { Source, Table } from '../../../../core/examples.js';
import type { Nothing, Part, PlaneView, Points, Span } from '../../charts/view-results.js';
import {
  inputUnits,
  inUnits,
  type Meaning,
  meaningOf,
  nothing,
  outputsOf,
  productsOfRow,
  saidOf,
  truthOf,
  type Unit,
  type ViewSubject,
} from './subject.js';

/** Points of each part, at most. */
const MOST_POINTS = 1500;
/** Cells along a side. */
const [FEWEST, MOST] = [20, 160];
/** What is left free around the points, as a share of their range. */
const MARGIN = 0.08;

export function planeView(subject: ViewSubject): PlaneView | Nothing {
  const { task, weights } = subject;
  const meaning = meaningOf(subject);
  const inputs = task.widths[0]!;
  if (inputs !== 2) return nothing(`a plane has two inputs, and this network has ${inputs}.`);
  if (meaning.kind === 'numbers' && meaning.units.length !== 1) {
    return nothing(`a map shows one number, and this network says ${meaning.units.length}.`);
  }
  const units = inputUnits(subject);
  const parts = [task.train, ...(task.validation ? [task.validation] : [])].map(({ x }) => x);
  const [across, up] = [reachOf(parts, 0), reachOf(parts, 1)];
  const size = sizeFor(productsOfRow(weights), subject.budget);
  const outputs = outputsOf(task.model, weights, gridOf(across, up, size));
  const points = [pointsOf('training', task.train, subject, meaning, units)];
  if (task.validation) points.push(pointsOf('validation', task.validation, subject, meaning, units));
  return {
    kind: 'plane',
    x: spanOf(across, units[0]!),
    y: spanOf(up, units[1]!),
    size,
    points,
    says: saysOf(outputs, meaning),
  };
}

function saysOf(outputs: Table & { readonly values: Float64Array }, meaning: Meaning): PlaneView['says'] {
  if (meaning.kind === 'numbers') {
    const [unit] = meaning.units as [Unit];
    return { kind: 'number', name: unit.name, values: Float32Array.from(outputs.values, (v) => inUnits(v, unit)) };
  }
  const labels = new Uint8Array(outputs.rows);
  const shares = new Float32Array(outputs.rows);
  for (let cell = 0; cell < outputs.rows; cell++) {
    const { label, share } = saidOf(outputs, cell);
    labels[cell] = label;
    shares[cell] = share;
  }
  return { kind: 'classes', names: meaning.names, labels, shares };
}

type Reach = readonly [min: number, max: number];

/** From the smallest to the largest value of a column, with a margin; never of no length. */
export function reachOf(tables: readonly Table[], column: number): Reach {
  let [min, max] = [Infinity, -Infinity];
  for (const { rows, columns, values } of tables) {
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const margin = max > min ? MARGIN * (max - min) : Math.max(1, Math.abs(max)) / 2;
  return [min - margin, max + margin];
}

export function spanOf([min, max]: Reach, unit: Unit): Span {
  return { name: unit.name, min: inUnits(min, unit), max: inUnits(max, unit) };
}

function sizeFor(products: number, budget: number): number {
  return Math.round(Math.min(MOST, Math.max(FEWEST, Math.sqrt(budget / products))));
}

/** The centres of size × size cells: (size², 2) */
export function gridOf([left, right]: Reach, [bottom, top]: Reach, size: number) {
  const grid = matrix(size * size, 2);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = 2 * (row * size + column);
      grid.values[at] = left + ((right - left) * (column + 0.5)) / size;
      grid.values[at + 1] = bottom + ((top - bottom) * (row + 0.5)) / size;
    }
  }
  return grid;
}

function pointsOf(
  part: Part,
  { x, y }: Source,
  { task, weights }: ViewSubject,
  meaning: Meaning,
  [first, second]: readonly Unit[],
): Points {
  const rows = evenly(x.rows, MOST_POINTS);
  const inputs = takeRows(x, rows);
  const targets = takeRows(y, rows);
  const outputs = meaning.kind === 'classes' ? outputsOf(task.model, weights, inputs) : undefined;
  const target = Float64Array.from(rows, (_, i) =>
    meaning.kind === 'classes' ? truthOf(targets, i, meaning.isSparse) : inUnits(targets.values[i]!, meaning.units[0]!),
  );
  return {
    part,
    x: Float64Array.from(rows, (_, i) => inUnits(inputs.values[2 * i]!, first!)),
    y: Float64Array.from(rows, (_, i) => inUnits(inputs.values[2 * i + 1]!, second!)),
    target,
    isRight: outputs
      ? Uint8Array.from(rows, (_, i) => Number(saidOf(outputs, i).label === target[i]))
      : new Uint8Array(),
  };
}
