/**
 * Measures a network on rows with targets, in float64: the loss as it was trained, and metrics; where targets were scaled, what is
 * measured in their units is told in those of the data.
 */
import type { Source, Table } from '../../../core/examples.js';
import { type Matrix, matrix } from '../../../core/matrix.js';
import { measuringTask, takeRows } from '../../../core/task.js';
import { METRICS } from '../../../core/metrics.js';
import type { Metric, TrainingSettings } from '../../../core/training.js';
import { type Preprocessing, type TargetEncoding } from '../../../data/preprocessing.js';
import { unscaleTarget } from '../../../data/targets.js';
import { evaluateReference, predict } from '../../../reference/evaluate.js';
import { EpochMetrics } from '../../../reference/metrics.js';
import type { Measure, Measured } from './subject.js';
import { isScaled, meaningOf, type UsedModel } from './used-model.js';

/** Rows that go through the network at once. */
const ROWS = 1024;
/** Targets that are told one by one, at most. */
const MOST_TARGETS = 12;

/** @throws RunError where the rows do not fit the loss */
export function measure(used: UsedModel, training: TrainingSettings, examples: Source): Measured {
  const { model, weights, preprocessing } = used;
  const task = measuringTask(model, { ...training, metrics: metricsFor(used, training) }, examples);
  const { logs, confusionMatrix } = evaluateReference(model, task.training, weights, task.train, task.batchSize);
  const measured = { rows: examples.x.rows, confusion: confusionMatrix };
  const plain = Object.entries(logs).map(([name, value]): Measure => ({ name, value, unit: undefined }));
  if (!preprocessing || !isScaled(preprocessing)) return { ...measured, measures: plain };
  const [loss, ...metrics] = plain;
  const inUnits = metricsInUnits(used, preprocessing, task.training, examples);
  return {
    ...measured,
    measures: [
      { ...loss!, unit: 'of the scaled targets, as it was trained' },
      // What has no unit stays as it is.
      ...metrics.filter(({ name }) => !hasUnit(name)),
      ...inUnits,
    ],
  };
}

/** What the run measures, and what says most where it measures nothing. */
function metricsFor(used: UsedModel, { metrics }: TrainingSettings): readonly Metric[] {
  const known = new Set(metrics.map(({ name }) => name));
  const more: Metric[] = meaningOf(used).kind === 'classes' ? [{ name: 'accuracy' }] : [{ name: 'meanAbsoluteError' }];
  const isThere = more.some(({ name }) => known.has(name)) || metrics.some(({ name }) => name.endsWith('Accuracy'));
  return isThere ? metrics : [...metrics, ...more];
}

/** Whether it changes with the units of the targets. */
function hasUnit(name: string): boolean {
  return name !== 'r2Score' && METRICS[name as Metric['name']].targets === 'numbers';
}

function metricsInUnits(
  { model, weights }: UsedModel,
  preprocessing: Preprocessing,
  { metrics, loss }: TrainingSettings,
  examples: Source,
): Measure[] {
  const { target } = preprocessing as { readonly target: Extract<TargetEncoding, { kind: 'numbers' }> };
  const wanted = metrics.filter(({ name }) => hasUnit(name));
  const found = unscaleTarget(preprocessing, predict(model, weights, examples.x, ROWS));
  const targets = unscaleTarget(preprocessing, wholeOf(examples.y));
  return target.names.slice(0, MOST_TARGETS).flatMap((column, c) => {
    const counters = new EpochMetrics(wanted, loss, 1);
    counters.add(columnOf(found, c), columnOf(targets, c));
    const squared = (name: string) => (name === 'meanSquaredError' ? ', squared' : '');
    return Object.entries(counters.logs()).map(([name, value]) => ({
      name,
      value,
      unit: `in the units of ${column}${squared(name)}`,
    }));
  });
}

function wholeOf(table: Table): Matrix {
  return takeRows(
    table,
    Int32Array.from({ length: table.rows }, (_, row) => row),
  );
}

function columnOf({ rows, columns, values }: Matrix, column: number): Matrix {
  return matrix(
    rows,
    1,
    Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]!),
  );
}
