/**
 * What `idli train` says at the end: one JSON document, or text for people. Pure functions of a finished
 * training; they print nothing and round nothing but what they show.
 */
import { adapterText, type AdapterDescription } from '../gpu/device.js';
import type { LayerWeights } from '../core/initializers.js';
import { type Matrix, matrixToRows } from '../core/matrix.js';
import { counted, differenceText, millisecondsText, numberText } from '../core/text.js';
import { summarizePlan } from '../plan/print.js';
import type { Trained } from '../reference/network.js';
import type { Run } from '../core/run.js';
import type { Training } from '../trainer.js';
import { compareCurves, type CurveParity, curveSentence, summarizeParity } from '../verify/parity.js';

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
  const curves = compareCurves(training, reference);
  return [
    ...header(training),
    '',
    ...epochTable(training, reference, curves),
    '',
    ...predictionTable(run, training, reference),
    '',
    ...closing(run, training, curves),
  ].join('\n');
}

function header({ backend, adapter, plan }: Training): string[] {
  if (!adapter || !plan) return [`Backend     ${backend}: the float64 reference`];
  return [`Adapter     ${adapterText(adapter)}`, `Plan        ${summarizePlan(plan)}`];
}

function epochTable({ backend, history }: Training, reference: Trained, { loss }: CurveParity): string[] {
  const rows = history.loss.map((value, epoch) => {
    const absolute = history.meanAbsoluteError[epoch]!;
    const mine = [String(epoch + 1), numberText(value), numberText(absolute)];
    return backend === 'cpu'
      ? mine
      : [...mine, numberText(reference.history.loss[epoch]!), differenceText(loss[epoch]!)];
  });
  const names = ['Epoch', backend === 'cpu' ? 'Loss' : 'Loss, WebGPU', 'Mean absolute error'];
  return table(backend === 'cpu' ? names : [...names, 'Loss, CPU reference', 'Difference'], rows);
}

/** Rows of predictions that a person still reads. */
const SHOWN = 20;

function predictionTable(run: Run, { backend, predictions }: Training, reference: Trained): string[] {
  const words = (matrix: Matrix) => matrixToRows(matrix).map((row) => row.map(numberText).join(' '));
  const columns = {
    Actual: run.data.y.map((row) => row.join(' ')),
    Predicted: words(predictions),
    ...(backend === 'cpu' ? {} : { 'CPU reference': words(reference.predictions) }),
  };
  const rows = run.data.y.slice(0, SHOWN).map((_, r) => Object.values(columns).map((column) => column[r]!));
  const lines = table(Object.keys(columns), rows);
  const hidden = run.data.y.length - rows.length;
  return hidden > 0 ? [...lines, `… and ${counted(hidden, 'row')} more (--json has all of them)`] : lines;
}

function closing(run: Run, training: Training, curves: CurveParity): string[] {
  const { epochs } = run.training;
  const time = `Time        ${millisecondsText(training.milliseconds)} for ${counted(epochs, 'epoch')}`;
  if (training.backend === 'cpu') return [time];
  const { values, worst } = summarizeParity(training.parity);
  return [
    `Checked     ${values} values of the first and of one further step, pass by pass from the GPU's own state: all within`,
    `            their bounds; the worst used ${(100 * worst.shareOfBound).toFixed(0)} % of its bound (${worst.pass}, ${worst.buffer})`,
    `Difference  ${curveSentence(curves)}`,
    `            Over every epoch's loss and mean absolute error and every prediction.`,
    `${time}, after ${millisecondsText(training.setUpMilliseconds)} of set-up`,
  ];
}

function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), name.length),
  );
  return [names, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
}
