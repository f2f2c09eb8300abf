/**
 * What `idli train` says at the end: one JSON document, or text for people. Pure functions of a finished
 * training; they print nothing and round nothing but what they show.
 */
import { adapterText, type AdapterDescription } from '../gpu/device.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrixFromRows, matrixToRows } from '../core/matrix.js';
import { counted } from '../core/text.js';
import { summarizePlan } from '../plan/print.js';
import type { Trained } from '../reference/network.js';
import type { Run } from '../core/run.js';
import type { Training } from '../trainer.js';
import { compareCurves } from '../verify/parity.js';

/** The document that `--json` prints. */
export interface JsonReport {
  readonly backend: Training['backend'];
  /** null on the CPU */
  readonly adapter: AdapterDescription | null;
  readonly epochs: number;
  readonly history: Trained['history'];
  /** Of the last epoch's forward pass, before its update. */
  readonly predictions: readonly (readonly number[])[];
  readonly targets: Run['data']['y'];
  /** After the last update. */
  readonly weights: readonly { readonly kernel: number[][]; readonly bias?: number[] }[];
  readonly reference: { readonly history: Trained['history']; readonly predictions: number[][] };
  readonly parity: { readonly maxAbsoluteDifference: number };
  readonly milliseconds: number;
}

export function jsonReport(run: Run, training: Training, reference: Trained): JsonReport {
  return {
    backend: training.backend,
    adapter: training.adapter ?? null,
    epochs: run.training.epochs,
    history: training.history,
    predictions: matrixToRows(training.predictions),
    targets: run.data.y,
    weights: training.weights.map(weightsJson),
    reference: { history: reference.history, predictions: matrixToRows(reference.predictions) },
    parity: { maxAbsoluteDifference: compareCurves(training, reference).maxAbsoluteDifference },
    milliseconds: training.milliseconds,
  };
}

function weightsJson({ kernel, bias }: LayerWeights) {
  return { kernel: matrixToRows(kernel), ...(bias && { bias: Array.from(bias.values) }) };
}

/** The whole text, without the last line feed. */
export function textReport(run: Run, training: Training, reference: Trained): string {
  return [
    ...header(training),
    '',
    ...epochTable(training, reference),
    '',
    ...predictionTable(run, training, reference),
    '',
    ...closing(run, training, reference),
  ].join('\n');
}

function header({ backend, adapter, plan }: Training): string[] {
  if (!adapter || !plan) return [`Backend     ${backend}: the float64 reference`];
  return [`Adapter     ${adapterText(adapter)}`, `Plan        ${summarizePlan(plan)}`];
}

function epochTable({ backend, history }: Training, reference: Trained): string[] {
  const { loss } = compareCurves({ ...reference, history }, reference);
  const rows = history.loss.map((value, epoch) => {
    const absolute = history.meanAbsoluteError[epoch]!;
    const mine = [String(epoch + 1), number(value), number(absolute)];
    return backend === 'cpu' ? mine : [...mine, number(reference.history.loss[epoch]!), difference(loss[epoch]!)];
  });
  const names = ['Epoch', 'Loss', 'Mean absolute error'];
  return table(backend === 'cpu' ? names : [...names, 'Loss, CPU reference', 'Difference'], rows);
}

/** Rows of predictions that a person still reads. */
const SHOWN = 20;

function predictionTable(run: Run, { backend, predictions }: Training, reference: Trained): string[] {
  const row = (values: Matrix, r: number) => matrixToRows(values)[r]!.map(number).join(' ');
  const targets = matrixFromRows(run.data.y);
  const shown = first(targets);
  const rows = Array.from({ length: shown.rows }, (_, r) => {
    const mine = [matrixToRows(shown)[r]!.join(' '), row(first(predictions), r)];
    return backend === 'cpu' ? mine : [...mine, row(first(reference.predictions), r)];
  });
  const names = ['Actual', 'Predicted'];
  const lines = table(backend === 'cpu' ? names : [...names, 'CPU reference'], rows);
  const hidden = targets.rows - shown.rows;
  return hidden > 0 ? [...lines, `… and ${hidden} rows more (--json has all of them)`] : lines;
}

function first({ rows, columns, values }: Matrix): Matrix {
  const count = Math.min(rows, SHOWN);
  return { rows: count, columns, values: values.subarray(0, count * columns) };
}

function closing(run: Run, training: Training, reference: Trained): string[] {
  const { epochs } = run.training;
  const time = `Time        ${milliseconds(training.milliseconds)} for ${counted(epochs, 'epoch')}`;
  if (training.backend === 'cpu') return [time];
  const { maxAbsoluteDifference } = compareCurves(training, reference);
  const worst = training.parity.reduce((a, b) => (b.shareOfBound > a.shareOfBound ? b : a));
  const values = training.parity.reduce((sum, { count }) => sum + count, 0);
  return [
    `Checked     ${values} values of the first and of one further step, pass by pass from the GPU's own state: all within`,
    `            their bounds; the worst used ${(100 * worst.shareOfBound).toFixed(0)} % of its bound (${worst.pass}, ${worst.buffer})`,
    `Difference  at most ${difference(maxAbsoluteDifference)} between WebGPU and the CPU reference, over every epoch's loss`,
    `            and mean absolute error and every prediction`,
    `${time}, after ${milliseconds(training.setUpMilliseconds)} of set-up`,
  ];
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), name.length),
  );
  return [names, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
}

/** Eight decimals, as the tutorial prints them; very small and very large numbers in powers of ten. */
function number(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-4 && size < 1e6) ? value.toFixed(8) : value.toExponential(8);
}

function difference(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

function milliseconds(value: number): string {
  return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}
