/** What a network with one input says along it, and the data's points. */
import type { Source } from '../../../../core/examples.js';
import { matrix } from '../../../../core/matrix.js';
import { takeRows } from '../../../../core/task.js';
import { evenly } from '../../../../core/text.js';
import type { FitView, Nothing, Part, Points, Span } from '../../charts/view-results.js';
import { reachOf, spanOf } from './plane.js';
import { inputUnits, inUnits, meaningOf, nothing, outputsOf, truthOf, type Unit, type ViewSubject } from './subject.js';

const STEPS = 240;
const MOST_POINTS = 1500;
/** Outputs that are drawn, at most. */
const MOST_LINES = 10;

export function fitView(subject: ViewSubject): FitView | Nothing {
  const { task, weights } = subject;
  const inputs = task.widths[0]!;
  if (inputs !== 1) return nothing(`a line needs one input, and this network has ${inputs}.`);
  const [unit] = inputUnits(subject) as [Unit];
  const parts = [task.train, ...(task.validation ? [task.validation] : [])];
  const reach = reachOf(
    parts.map(({ x }) => x),
    0,
  );
  const at = Float64Array.from({ length: STEPS }, (_, i) => reach[0] + ((reach[1] - reach[0]) * i) / (STEPS - 1));
  const outputs = outputsOf(task.model, weights, matrix(STEPS, 1, at));
  const says = linesOf(subject);
  const lines = says.units.slice(0, MOST_LINES).map((line, c) => ({
    name: line.name,
    values: Float64Array.from(at, (_, i) => inUnits(outputs.values[i * outputs.columns + c]!, line)),
  }));
  const found = parts.map((source, i) => pointsOf(i === 0 ? 'training' : 'validation', source, subject, unit));
  return {
    kind: 'fit',
    x: spanOf(reach, unit),
    y: heightOf(says.name, [...lines.map(({ values }) => values), ...found.map(({ points }) => points.y)]),
    at: at.map((value) => inUnits(value, unit)),
    lines,
    points: found.map(({ points }) => points),
    errors: found.map(({ points: { part }, error }) => ({ part, value: error })),
  };
}

function linesOf(subject: ViewSubject): { readonly name: string; readonly units: readonly Unit[] } {
  const meaning = meaningOf(subject);
  if (meaning.kind === 'numbers') {
    return { name: meaning.units.length === 1 ? meaning.units[0]!.name : 'outputs', units: meaning.units };
  }
  // Of one output, class 1 is what it is the probability of.
  const names = subject.task.widths.at(-1) === 1 ? [meaning.names[1]!] : meaning.names;
  return {
    name: 'probability',
    units: names.map((name) => ({ name: `class ${name}`, shift: 0, scale: 1 })),
  };
}

function pointsOf(part: Part, { x, y }: Source, subject: ViewSubject, unit: Unit) {
  const { task, weights } = subject;
  const meaning = meaningOf(subject);
  const rows = evenly(x.rows, MOST_POINTS);
  const inputs = takeRows(x, rows);
  const targets = takeRows(y, rows);
  const outputs = outputsOf(task.model, weights, inputs);
  const output = meaning.kind === 'numbers' ? meaning.units[0]! : { shift: 0, scale: 1 };
  const isNumber = meaning.kind === 'numbers' || outputs.columns === 1;
  const wanted = Float64Array.from(rows, (_, i) => {
    if (isNumber) return inUnits(targets.values[i * targets.columns]!, output);
    return truthOf(targets, i, meaning.isSparse) === 0 ? 1 : 0;
  });
  let squares = 0;
  for (let i = 0; i < rows.length; i++) {
    squares += (inUnits(outputs.values[i * outputs.columns]!, output) - wanted[i]!) ** 2;
  }
  const points: Points = {
    part,
    x: Float64Array.from(rows, (_, i) => inUnits(inputs.values[i]!, unit)),
    y: wanted,
    target: wanted,
    isRight: new Uint8Array(),
  };
  return { points, error: Math.sqrt(squares / rows.length) };
}

function heightOf(name: string, curves: readonly Float64Array[]): Span {
  const tables = curves.map((values) => ({
    rows: values.length,
    columns: 1,
    values: values.map((value) => (Number.isFinite(value) ? value : 0)),
  }));
  return spanOf(reachOf(tables, 0), { name, shift: 0, scale: 1 });
}
