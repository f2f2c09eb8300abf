/**
 * From the rows of the log, as they come from the GPU, to the reports of epochs.
 */
import type { Examples } from '../core/examples.js';
import type { EpochLogs } from '../core/history.js';
import type { Task } from '../core/task.js';
import type { EpochReport } from '../core/trained.js';
import type { Slice } from '../plan/execute.js';
import { explainedShares, type Measured, readLogs } from '../plan/log-reader.js';
import type { Plan } from '../plan/plan.js';

/** What a task measures of some examples. */
export function measured({ training, widths }: Task, { y }: Examples): Measured {
  const needsR2 = training.metrics.some(({ name }) => name === 'r2Score');
  const explainable = needsR2 ? explainedShares(y).explainable : 1;
  return { metrics: training.metrics, outputs: widths.at(-1)!, explainable };
}

/** The epochs that ended in each slice. */
export class ReportReader {
  readonly #plan: Plan;
  readonly #train: Measured;
  readonly #validation: Measured | undefined;

  constructor(plan: Plan, task: Task) {
    this.#plan = plan;
    this.#train = measured(task, task.train);
    this.#validation = task.validation && measured(task, task.validation);
  }

  *read({ epochs, firstEpoch, sums, counts }: Slice): Generator<EpochReport> {
    const { train, validation } = this.#plan;
    for (let row = 0; row < epochs; row++) {
      const rowOf = <T extends Float32Array | Uint32Array>(log: T) =>
        log.subarray((row * log.length) / epochs, ((row + 1) * log.length) / epochs);
      const trained = readLogs(this.#train, train!, rowOf(sums), rowOf(counts));
      const validated = validation && readLogs(this.#validation!, validation, rowOf(sums), rowOf(counts));
      const logs = {
        ...trained.logs,
        ...Object.fromEntries(Object.entries(validated?.logs ?? {}).map(([key, value]) => [`val_${key}`, value])),
      };
      yield {
        epoch: firstEpoch + row + 1,
        logs: logs as EpochLogs,
        confusionMatrices: {
          ...(trained.confusionMatrix && { confusionMatrix: trained.confusionMatrix }),
          ...(validated?.confusionMatrix && { val_confusionMatrix: validated.confusionMatrix }),
        },
      };
    }
  }
}
