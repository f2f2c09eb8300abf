/** A history as a file: every number with all its digits, as CSV or JSON. */
import type { History } from '../../../core/history.js';
import { CURVE_TOLERANCE } from '../../../verify/curves.js';
import type { LabRun } from '../lab-state.js';

export interface HistoryToSave {
  readonly run: LabRun | undefined;
  readonly backend: string;
  readonly history: History;
  /** Of the reference, where it trained beside. */
  readonly reference: History;
}

/** A row for each epoch: `epoch`, the keys of the history, those of the reference under `reference_`. */
export function historyCsv({ history, reference }: Pick<HistoryToSave, 'history' | 'reference'>): string {
  const columns = [
    ...Object.entries(history),
    ...(reference.loss.length > 0
      ? Object.entries(reference).map(([key, values]) => [`reference_${key}`, values] as const)
      : []),
  ];
  const epochs = Math.max(0, ...columns.map(([, values]) => values.length));
  const rows = Array.from({ length: epochs }, (_, i) =>
    [i + 1, ...columns.map(([, values]) => values[i] ?? '')].join(','),
  );
  return [['epoch', ...columns.map(([key]) => key)].join(','), ...rows, ''].join('\r\n');
}

/** JSON has no NaN and no infinities: they stand in it as texts. */
export function historyJson({ run, backend, history, reference }: HistoryToSave): string {
  const document = {
    run,
    backend,
    epochs: history.loss.length,
    curveTolerance: CURVE_TOLERANCE,
    history,
    ...(reference.loss.length > 0 && { reference }),
  };
  return JSON.stringify(
    document,
    (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value),
    1,
  );
}
