/** Which classes a network takes for which, and the examples that it is surest of and wrong. */
import { matrix } from '../../../../core/matrix.js';
import { takeRows } from '../../../../core/task.js';
import { takeBatch } from '../../../../reference/evaluate.js';
import { EpochMetrics } from '../../../../reference/metrics.js';
import type { ConfusionView, Nothing, WrongExample, WrongView } from '../../charts/view-results.js';
import {
  affordableRows,
  inputUnits,
  inUnits,
  judgedPart,
  meaningOf,
  nothing,
  outputsOf,
  saidOf,
  shareOf,
  truthOf,
  type ViewSubject,
} from './subject.js';

/** Examples that are shown, and inputs of each where it is no picture. */
const MOST_EXAMPLES = 24;
const MOST_VALUES = 12;

const NO_CLASSES = 'this network says numbers, not classes.';

export function confusionView(subject: ViewSubject): ConfusionView | Nothing {
  const meaning = meaningOf(subject);
  if (meaning.kind === 'numbers') return nothing(NO_CLASSES);
  const { task, weights } = subject;
  const { part, source } = judgedPart(subject);
  const rows = affordableRows(subject, source.x.rows);
  const { x, targets } = takeBatch(source, rows);
  const outputs = outputsOf(task.model, weights, x);
  // The metric itself counts, so that there is one rule of what counts as which class.
  const metric = new EpochMetrics([{ name: 'confusionMatrix' }], task.training.loss, outputs.columns);
  metric.add(outputs, targets);
  const counts = metric.confusionMatrix()!;
  return { kind: 'confusion', part, rows: rows.length, of: source.x.rows, names: meaning.names, counts };
}

export function wrongView(subject: ViewSubject): WrongView | Nothing {
  const meaning = meaningOf(subject);
  if (meaning.kind === 'numbers') return nothing(NO_CLASSES);
  const { task, weights } = subject;
  const { part, source } = judgedPart(subject);
  const rows = affordableRows(subject, source.x.rows);
  const x = takeRows(source.x, rows);
  const targets = takeRows(source.y, rows);
  const outputs = outputsOf(task.model, weights, x);
  const wrong = rows
    .map((row, i) => ({ row, i, ...saidOf(outputs, i), truth: truthOf(targets, i, meaning.isSparse) }))
    .filter(({ label, truth }) => label !== truth)
    .sort((a, b) => b.share - a.share || a.row - b.row);
  const shown = wrong.slice(0, MOST_EXAMPLES);
  const picture = pictureOf(subject);
  const units = inputUnits(subject);
  const kept = picture ? x.columns : Math.min(x.columns, MOST_VALUES);
  const values = takeRows(
    x,
    shown.map(({ i }) => i),
  );
  const natural = matrix(
    values.rows,
    kept,
    Float64Array.from({ length: values.rows * kept }, (_, at) => {
      const column = at % kept;
      return inUnits(values.values[Math.floor(at / kept) * values.columns + column]!, units[column]!);
    }),
  );
  const largest = picture ? natural.values.reduce((a, b) => Math.max(a, b), 0) || 1 : 1;
  return {
    kind: 'wrong',
    part,
    rows: rows.length,
    of: source.x.rows,
    wrong: wrong.length,
    examples: shown.map(({ row, i, label, share, truth }, e): WrongExample => ({
      row,
      truth: meaning.names[truth] ?? String(truth),
      said: meaning.names[label]!,
      saidShare: share,
      truthShare: shareOf(outputs, i, truth),
      values: Float32Array.from(natural.values.subarray(e * kept, (e + 1) * kept), (value) => value / largest),
    })),
    names: picture ? [] : units.slice(0, kept).map(({ name }) => name),
    picture,
  };
}

function pictureOf({ loaded }: ViewSubject): WrongView['picture'] {
  const [only, ...more] = loaded.preprocessing?.inputs ?? [];
  if (only?.kind !== 'numbers' || more.length > 0 || !only.shape || only.shape.length < 2) return undefined;
  const [height, width, channels = 1] = only.shape as readonly [number, number, number?];
  return { height, width, channels };
}
