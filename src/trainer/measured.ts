/**
 * From the rows of the log, as they come from the GPU, to the reports of epochs.
 */
import type { Examples } from '../core/examples.js';
import type { Task } from '../core/task.js';
import { epochReport, type EpochReport } from '../core/trained.js';
import type { Slice } from '../plan/execute.js';
import { explainedShares, logReader, type Measured } from '../plan/log-reader.js';
import type { Plan } from '../plan/plan.js';

/** What a task measures of some examples. */
export function measured({ training, widths }: Task, { y }: Examples): Measured {
  const needsR2 = training.metrics.some(({ name }) => name === 'r2Score');
  const explainable = needsR2 ? explainedShares(y).explainable : 1;
  return { metrics: training.metrics, outputs: widths.at(-1)!, explainable };
}

/** The epochs that ended in each slice. */
export class ReportReader {
  readonly #train: ReturnType<typeof logReader>;
  readonly #validation: ReturnType<typeof logReader> | undefined;

  constructor({ train, validation }: Plan, task: Task) {
    this.#train = logReader(measured(task, task.train), train!);
    this.#validation = validation && task.validation && logReader(measured(task, task.validation), validation);
  }

  read({ epochs, firstEpoch, sums, counts }: Slice): EpochReport[] {
    return Array.from({ length: epochs }, (_, i) => {
      const row = { sums: (i * sums.length) / epochs, counts: (i * counts.length) / epochs };
      return epochReport(firstEpoch + i + 1, this.#train(sums, counts, row), this.#validation?.(sums, counts, row));
    });
  }
}
