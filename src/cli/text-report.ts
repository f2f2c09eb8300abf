/**
 * What `idli train` says to people at the end. Pure functions of a finished training; they print nothing and round
 * nothing but what they show.
 */
import { defaultMonitor } from '../core/history.js';
import { counted, millisecondsText, numberText } from '../core/text.js';
import { adapterText } from '../gpu/device.js';
import { summarizePlan } from '../plan/print.js';
import type { Training } from '../trainer/train.js';
import { comparedText, curveName, curveSentence } from '../verify/curves.js';
import { checkedText } from '../verify/checked-text.js';
import { type Finished, keysOf } from './finished.js';
import { confusionTable, epochTable, predictionTable } from './report-tables.js';

/** The whole text, without the last line feed. */
export function textReport(finished: Finished): string {
  const parts = [
    header(finished.training),
    epochTable(finished),
    predictionTable(finished),
    confusionTable(finished),
    closing(finished),
  ];
  return parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function header({ backend, adapter, plan }: Training): string[] {
  if (!adapter || !plan) return [`Backend     ${backend}: the float64 reference`];
  return [`Adapter     ${adapterText(adapter)}`, `Plan        ${summarizePlan(plan)}`];
}

function closing(finished: Finished): string[] {
  const { task, training, curves } = finished;
  const time = `Time        ${millisecondsText(training.milliseconds)} for ${counted(training.epochs, 'epoch')}`;
  if (training.backend === 'cpu') return [...stopping(finished), ...tested(finished), time];
  return [
    ...stopping(finished),
    ...tested(finished),
    ...checked(training),
    ...(curves
      ? [`Difference  ${curveSentence(curves)}`, `            ${comparedText(keysOf(task))}`]
      : ['Difference  not known: the CPU reference was not trained (--no-reference)']),
    `${time}, after ${millisecondsText(training.setUpMilliseconds)} of set-up`,
  ];
}

function checked({ verification }: Training): string[] {
  const text = checkedText(verification);
  if (text === undefined) return ['Checked     nothing (--verify off)'];
  return `Checked     ${text.replace(' their bounds', '\n            their bounds')}`.split('\n');
}

/** Where early stopping is asked for: whether it stopped, which epoch was best, and whose weights are left. */
function stopping({ task, training }: Finished): string[] {
  const { earlyStopping, epochs: asked } = task.training;
  const { bestEpoch, epochs, history } = training;
  if (!earlyStopping || !bestEpoch) return [];
  const monitor = earlyStopping.monitor ?? defaultMonitor(task.validation !== undefined);
  const best = numberText(history[monitor]![bestEpoch - 1]!);
  const start =
    epochs < asked
      ? `Stopped     after ${epochs} of ${asked} epochs: ${curveName(monitor)} was best in epoch ${bestEpoch} (${best})`
      : `Best epoch  ${bestEpoch} of ${epochs}, by ${curveName(monitor)}: ${best}`;
  const weights = earlyStopping.restoreBestWeights ? bestEpoch : epochs;
  return [`${start}; the weights are those of epoch ${weights}`];
}

/** What the rows held back say, where there are some. */
function tested({ test }: Finished): string[] {
  if (!test) return [];
  const values = Object.entries(test.logs).map(([key, value]) => `${curveName(key)} ${numberText(value)}`);
  return [`Test        ${counted(test.rows, 'row')} held back: ${values.join(', ')}`];
}
