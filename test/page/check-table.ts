/**
 * Holds a table of the page, with columns (anything), WebGPU, CPU reference, difference, against NumPy's
 * numbers. It returns what is wrong, one line each, so that a test can also show that it finds something.
 */
import { CURVE_TOLERANCE } from '../../src/verify/curves.js';
import type { Table } from './read-table.js';

/** @param golden what NumPy computed, and `digits` what must be shown for it, where that is known */
export function tableProblems(table: Table, golden: readonly number[], digits?: readonly string[]): string[] {
  if (table.rows.length !== golden.length) return [`${table.rows.length} rows instead of ${golden.length}`];
  return table.rows.flatMap(([, gpu, cpu, difference], row) => {
    if (!gpu || !cpu || !difference) return [`row ${row} has too few cells`];
    const want = golden[row]!;
    const shown = digits?.[row] ?? want.toFixed(8);
    return [
      ...(cpu.text === shown ? [] : [`row ${row}: the reference shows ${cpu.text}, NumPy has ${shown}`]),
      ...beyond(`row ${row}: WebGPU`, gpu.value - want),
      ...beyond(`row ${row}: WebGPU as shown`, Number(gpu.text) - want),
      ...beyond(`row ${row}: the difference`, difference.value),
      // The page's own subtraction, which must be of these two numbers.
      ...(difference.value === Math.abs(gpu.value - cpu.value) ? [] : [`row ${row}: the difference is not that`]),
    ];
  });
}

/** Written so that NaN is beyond. */
function beyond(what: string, difference: number): string[] {
  return Math.abs(difference) <= CURVE_TOLERANCE ? [] : [`${what} is off by ${difference}`];
}
