/**
 * The two tables: predictions of the last epoch, and the loss of every epoch (which says in numbers what
 * the charts draw). Shown numbers are rounded; `data-value` of each cell has all digits.
 */
import { matrixFromRows } from '../core/matrix.js';
import { element, fillTable, make, numberCell } from './elements.js';
import { differenceText, evenly, numberText } from '../core/text.js';
import type { Outcome } from './train-both.js';

const NAMES = { gpu: 'WebGPU', cpu: 'CPU reference', difference: 'Difference' };

/** What the tutorial printed for its run: predictions of epoch 50. */
const PUBLISHED = ['0.16773399', '0.14277980', '0.84060332', '0.82558171'];

export function fillPredictions({ run, training, reference, parity }: Outcome): void {
  const targets = matrixFromRows(run.data.y).values;
  const got = training.predictions.values;
  const want = reference.predictions.values;
  const rows = Array.from(targets, (target, i) => [
    numberCell(target, String(target)),
    ...(parity ? [numberCell(got[i]!, numberText(got[i]!))] : []),
    numberCell(want[i]!, numberText(want[i]!)),
    ...(parity ? [differenceCell(got[i]!, want[i]!)] : []),
  ]);
  const columns = parity
    ? ['Actual', `Predicted (${NAMES.gpu})`, NAMES.cpu, NAMES.difference]
    : ['Actual', `Predicted (${NAMES.cpu})`];
  fillTable(element('predictions', HTMLTableElement), columns, rows);

  const isPublished = Array.from(want, numberText).join() === PUBLISHED.join();
  element('table-note', HTMLElement).textContent = isPublished
    ? 'The CPU reference gives the tutorial’s published result, digit for digit.'
    : '';
}

/** Rows of epochs that a person still reads. */
const SHOWN = 200;

export function fillEpochs({ run, training, reference, parity }: Outcome): void {
  const { epochs } = run.training;
  const rows = evenly(epochs, SHOWN).map((epoch) => {
    const got = training.history.loss[epoch]!;
    const want = reference.history.loss[epoch]!;
    return [
      make('td', [String(epoch + 1)]),
      ...(parity ? [numberCell(got, numberText(got))] : []),
      numberCell(want, numberText(want)),
      ...(parity ? [differenceCell(got, want)] : []),
    ];
  });
  const columns = parity ? ['Epoch', NAMES.gpu, NAMES.cpu, NAMES.difference] : ['Epoch', NAMES.cpu];
  fillTable(element('epochs-table', HTMLTableElement), columns, rows);
  element('epochs-summary', HTMLElement).textContent =
    epochs <= SHOWN
      ? 'The loss of every epoch, in numbers'
      : `The loss of ${SHOWN} of the ${epochs} epochs, in numbers`;
}

function differenceCell(got: number, want: number): HTMLTableCellElement {
  const difference = Math.abs(got - want);
  return numberCell(difference, differenceText(difference));
}
