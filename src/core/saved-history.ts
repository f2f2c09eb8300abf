/** The curves of a training on their way into a state and out of it. Loaded where checkpoints are kept. */
import { type ConfusionMatrices, type EpochLogs, type History, type HistoryBuilder, logsOf } from './history.js';

interface Curves {
  readonly history: History;
  readonly confusionMatrices: ConfusionMatrices;
}

/** What was added so far, and stays so. */
export function copyOf({ history, confusionMatrices }: Curves): Curves {
  return {
    history: copied(history) as Record<string, number[]> & { loss: number[] },
    confusionMatrices: copied(confusionMatrices),
  };
}

function copied<T>(lists: Readonly<Record<string, readonly T[]>>): Record<string, T[]> {
  return Object.fromEntries(Object.entries(lists).map(([key, values]) => [key, values.slice()]));
}

/** Adds all epochs of a history, each told of in its turn. */
export function addAll(
  built: HistoryBuilder,
  { history, confusionMatrices }: Curves,
  told: (logs: EpochLogs) => void,
): void {
  history.loss.forEach((_, epoch) => {
    const logs = logsOf(history, epoch);
    const matrices = Object.entries(confusionMatrices).map(([key, values]) => [key, values[epoch]!] as const);
    built.add(logs, Object.fromEntries(matrices));
    told(logs);
  });
}
