/**
 * The plan of a training whose data is known by its sizes alone, for callers who want to know what a network takes before there is
 * a task. It checks all that sizes can tell, and says nothing about the numbers of the data.
 */
import type { Source } from '../core/examples.js';
import { layerWidths } from '../core/model.js';
import type { Run } from '../core/run.js';
import { checkExamples, checkTask } from '../core/task-checks.js';
import { keptRows, type Task } from '../core/task.js';
import { DEFAULT_BATCH_SIZE } from '../core/training.js';
import type { Plan } from '../plan/plan.js';
import { type PlanOptions, planTask } from '../plan/schedule.js';

/** Sizes of a run's data. */
export interface DataShape {
  /** Columns of x and of y. */
  readonly inputs: number;
  readonly outputs: number;
  /** Before `training.validationSplit` is taken off. */
  readonly rows: number;
  /** 0 where nothing is validated. */
  readonly validationRows: number;
  /** Whether rows carry weights. */
  readonly isWeighted: boolean;
}

/** @throws RunError if model, training and sizes do not fit each other, or a schedule is demanded that cannot be had */
export function planOfShape(settings: Omit<Run, 'data'>, shape: DataShape, options: PlanOptions = {}): Plan {
  return planTask(taskOfShape(settings, shape), options);
}

function taskOfShape({ model, training }: Omit<Run, 'data'>, shape: DataShape): Task {
  const { inputs, outputs, rows, validationRows, isWeighted } = shape;
  const widths = layerWidths(model.layers, inputs);
  const source = (count: number, weighted = isWeighted): Source => ({
    prefix: 'data.',
    x: { rows: count, columns: inputs, values: [] },
    y: { rows: count, columns: outputs, values: [] },
    weights: weighted ? [] : undefined,
  });
  checkTask(model, training, widths, source(rows), validationRows > 0 ? source(validationRows) : undefined);
  // No rows, no numbers that could be wrong: what is left are the columns.
  checkExamples(source(0), training, widths);
  const kept = training.validationSplit > 0 ? keptRows(rows, training.validationSplit) : rows;
  const held = rows - kept + validationRows;
  return {
    model,
    training,
    widths,
    // Weights of classes are for training alone.
    train: source(kept, isWeighted || training.classWeight !== undefined),
    validation: held > 0 ? source(held) : undefined,
    batchSize: Math.min(training.batchSize ?? DEFAULT_BATCH_SIZE, kept),
    notes: [],
  };
}
