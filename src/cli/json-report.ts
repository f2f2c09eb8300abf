/**
 * What `idli train --json` prints: one document with every number of a finished training. It rounds nothing; numbers
 * that JSON cannot hold become null, and a note says which.
 */
import type { ConfusionMatrices, History } from '../core/history.js';
import type { LayerWeights } from '../core/initializers.js';
import type { GivenWeights } from '../core/model.js';
import { type Matrix, matrixToRows } from '../core/matrix.js';
import { counted } from '../core/text.js';

import type { AdapterDescription } from '../gpu/device.js';
import type { Training } from '../trainer/train.js';
import type { Finished, TestResult } from './finished.js';

export interface JsonReport {
  readonly backend: Training['backend'];
  /** null on the CPU */
  readonly adapter: AdapterDescription | null;
  /** Epochs trained: fewer than asked for after early stopping. */
  readonly epochs: number;
  /** With early stopping: the epoch with the best monitored value, from 1. */
  readonly bestEpoch?: number;
  readonly history: History;
  /** One matrix for each epoch, where the metric is asked for. */
  readonly confusionMatrices?: ConfusionMatrices;
  /** Of the rows trained on. */
  readonly predictions: readonly (readonly number[])[];
  /** The same rows of data.y. */
  readonly targets: readonly (readonly number[])[];
  /** One entry for each layer, in the form of model.weights: they can be trained on from there. */
  readonly weights: readonly GivenWeights[];
  /** null where it was not trained. */
  readonly reference: { readonly history: History; readonly predictions: readonly (readonly number[])[] } | null;
  /** null where there is no reference to compare with. */
  readonly parity: { readonly maxAbsoluteDifference: number } | null;
  /** The names of the classes, where they have some. */
  readonly classes?: readonly string[];
  /** What the trained network makes of the rows held back, where there are some. */
  readonly test?: TestResult;
  readonly milliseconds: number;
  /** What there is to know about this document or the training, one sentence each; where there is something. */
  readonly notes?: readonly string[];
}

export function jsonReport({ task, training, reference, curves, classes, test }: Finished): JsonReport {
  const { backend, adapter, epochs, bestEpoch, history, confusionMatrices, predictions, milliseconds } = training;
  const report: JsonReport = {
    backend,
    adapter: adapter ?? null,
    epochs,
    ...(bestEpoch !== undefined && { bestEpoch }),
    history,
    ...(Object.keys(confusionMatrices).length > 0 && { confusionMatrices }),
    predictions: matrixToRows(predictions),
    targets: matrixToRows(task.train.y),
    weights: training.weights.map(weightsJson),
    reference: reference ? { history: reference.history, predictions: matrixToRows(reference.predictions) } : null,
    parity: curves ? { maxAbsoluteDifference: curves.maxAbsoluteDifference } : null,
    ...(classes && { classes }),
    ...(test && { test }),
    milliseconds,
  };
  const notes = [...training.notes, ...nonFiniteNotes(report)];
  return notes.length > 0 ? { ...report, notes } : report;
}

function weightsJson(layer: LayerWeights): GivenWeights {
  return Object.fromEntries(
    (Object.entries(layer) as [keyof LayerWeights, Matrix][]).map(([name, values]) => [
      name,
      name === 'kernel' ? matrixToRows(values) : Array.from(values.values),
    ]),
  );
}

/** `history.val_loss: 3 values are …`, a sentence for each field with such numbers. */
function nonFiniteNotes(report: JsonReport): string[] {
  const found = new Map<string, number>();
  countNonFinite('', report, found);
  return Array.from(found, ([path, count]) => {
    const verb = count === 1 ? 'is' : 'are';
    return `${path}: ${counted(count, 'value')} ${verb} NaN or infinite, which JSON cannot hold, and ${verb} null here.`;
  });
}

/** Counts by field; the numbers of a list, however deep, are its field's. */
function countNonFinite(path: string, value: unknown, found: Map<string, number>): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) found.set(path, (found.get(path) ?? 0) + 1);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, i) => {
      const isField = typeof item === 'object' && !Array.isArray(item);
      countNonFinite(isField ? `${path}[${i}]` : path, item, found);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) countNonFinite(path ? `${path}.${key}` : key, item, found);
  }
}
