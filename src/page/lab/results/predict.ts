/** What a network says to one row: one that a person set, or one of the data with what it should be. By the float64 reference. */
import type { Source } from '../../../core/examples.js';
import type { Matrix } from '../../../core/matrix.js';
import { takeRows } from '../../../core/task.js';
import { unscaleTarget } from '../../../data/targets.js';
import { predict } from '../../../reference/evaluate.js';
import { encodedRow, rowDecoder } from './input-fields.js';
import { shownNumber } from './shown-number.js';
import type { DataRow, InputValue, OutputMeaning, Prediction } from './subject.js';
import { meaningOf, type UsedModel } from './used-model.js';

/** @throws DataError for values that a file would be refused for */
export function predictByHand(used: UsedModel, values: readonly InputValue[]): Prediction {
  const found = inUnits(used, predict(used.model, used.weights, encodedRow(used, values)));
  return { outputs: Array.from(found.values), label: labels(meaningOf(used), found)?.[0] };
}

/** A row of a part, as it stands in the data, with what it should be. */
export function rowOf(used: UsedModel, { x, y }: Source, row: number): DataRow {
  return { values: rowDecoder(used)(x, row), target: targetText(used, takeRows(y, [row])) };
}

/** A row of targets in words: the class, or the numbers in the data's units with their names. */
function targetText(used: UsedModel, y: Matrix): string {
  const meaning = meaningOf(used);
  const texts = targetTexts(used, y, shownNumber);
  return texts.length === 1 ? texts[0]! : texts.map((text, i) => `${meaning.names[i]!} ${text}`).join(', ');
}

export function targetTexts(used: UsedModel, y: Matrix, text: (value: number) => string): string[] {
  const meaning = meaningOf(used);
  if (meaning.kind === 'numbers') return Array.from(inUnits(used, y).values, text);
  // Class numbers, or a column for each class.
  const label = y.columns === 1 ? Math.round(y.values[0]!) : y.values.indexOf(Math.max(...y.values));
  return [meaning.names[label] ?? String(label)];
}

export function inUnits({ preprocessing }: UsedModel, found: Matrix): Matrix {
  return preprocessing ? unscaleTarget(preprocessing, found) : found;
}

export function labels(meaning: OutputMeaning, { rows, columns, values }: Matrix): string[] | undefined {
  if (meaning.kind === 'numbers') return undefined;
  return Array.from({ length: rows }, (_, row) => {
    if (columns === 1) return meaning.names[values[row]! > 0.5 ? 1 : 0]!;
    let best = 0;
    for (let c = 1; c < columns; c++) if (values[row * columns + c]! > values[row * columns + best]!) best = c;
    return meaning.names[best]!;
  });
}
