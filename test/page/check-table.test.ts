/** The control: the helper that the page's numbers are judged with finds what is wrong. */
import { describe, expect, test } from 'vitest';
import { golden, PUBLISHED } from '../support/golden.js';
import { tableProblems } from './check-table.js';
import type { Cell, Table } from './read-table.js';

const NUMPY = golden.predictions_of_epoch_50;

/** A right table, with one cell changed. */
function tableWith(change: (rows: Cell[][]) => void = () => undefined): Table {
  const rows = NUMPY.map((want, row) => {
    const [gpu, cpu] = [Math.fround(want), want];
    return [0, gpu, cpu, Math.abs(gpu - cpu)].map((value, column) => ({
      text: column === 2 ? PUBLISHED[row]! : value.toFixed(8),
      value,
    }));
  });
  change(rows);
  return { columns: [], rows };
}

const cell = (value: number, text = value.toFixed(8)): Cell => ({ value, text });

describe('tableProblems', () => {
  test('finds nothing in a right table', () => {
    expect(tableProblems(tableWith(), NUMPY, PUBLISHED)).toEqual([]);
  });

  test.each<[string, (rows: Cell[][]) => void]>([
    ['a WebGPU value of NaN', (rows) => (rows[1]![1] = cell(NaN))],
    ['a WebGPU value that is off by 3e-6', (rows) => (rows[1]![1] = cell(NUMPY[1]! + 3e-6))],
    ['a WebGPU value that is shown otherwise', (rows) => (rows[1]![1] = cell(NUMPY[1]!, '0.14278980'))],
    ['the last digit of the reference changed', (rows) => (rows[3]![2] = cell(NUMPY[3]!, '0.82558172'))],
    ['a difference of NaN', (rows) => (rows[0]![3] = cell(NaN))],
    ['a difference that is not the difference', (rows) => (rows[0]![3] = cell(1e-9))],
    ['a missing cell', (rows) => rows[2]!.pop()],
    ['a missing row', (rows) => rows.pop()],
  ])('reports %s', (_, change) => {
    expect(tableProblems(tableWith(change), NUMPY, PUBLISHED)).not.toEqual([]);
  });
});
