/** The times of passes as rows of a table: the same pass of several programs is one. Pure functions of plain data. */
import type { RunMeasure } from './look.js';

export interface PassRow {
  readonly pass: string;
  readonly shader: string;
  /** On average over an epoch. */
  readonly dispatchesPerStep: number;
  /** Of one dispatch, on average over the programs that have it. */
  readonly milliseconds: number;
  /** Of the time of all passes of an epoch. */
  readonly share: number;
}

/** In the order in which they were told, which is that of their dispatch. */
export function passRows({ passes, stepsPerEpoch }: Pick<RunMeasure, 'passes' | 'stepsPerEpoch'>): readonly PassRow[] {
  const rows = new Map<string, { pass: string; shader: string; dispatches: number; time: number }>();
  for (const { pass: label, shader, program, perEpoch, milliseconds } of passes) {
    const pass = label.startsWith(`${program}: `) ? label.slice(program.length + 2) : label;
    const key = `${pass} ${shader}`;
    const row = rows.get(key) ?? { pass, shader, dispatches: 0, time: 0 };
    row.dispatches += perEpoch;
    row.time += perEpoch * milliseconds;
    rows.set(key, row);
  }
  const all = [...rows.values()];
  const whole = all.reduce((sum, { time }) => sum + time, 0);
  return all.map(({ pass, shader, dispatches, time }) => ({
    ...{ pass, shader },
    dispatchesPerStep: dispatches / Math.max(1, stepsPerEpoch),
    milliseconds: time / dispatches,
    share: whole > 0 ? time / whole : 0,
  }));
}

/** Milliseconds of one step by its passes alone. */
export function stepByPasses(rows: readonly PassRow[]): number {
  return rows.reduce((sum, { dispatchesPerStep, milliseconds }) => sum + dispatchesPerStep * milliseconds, 0);
}
