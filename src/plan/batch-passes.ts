/**
 * The passes of one batch, whole: fetch its rows, forward, loss, metrics, and in training backward and update.
 */
import { type OutputActivation } from '../core/activations.js';
import { outputActivation } from '../core/task-checks.js';
import type { Examples } from '../core/examples.js';
import type { Task } from '../core/task.js';
import { gather } from '../passes/batches.js';
import type { Extent } from '../passes/elementwise.js';
import { gradientNorm, regularize } from '../passes/gradients.js';
import { type BatchRole, logBatch, logCounts } from '../passes/log.js';
import { isFromLogits, lossPass } from '../passes/loss.js';
import {
  countMetric,
  type CountMeasure,
  countsOf,
  isCount,
  measureOf,
  type SumMeasure,
  sumMetric,
} from '../passes/metrics.js';
import { update } from '../passes/optimizer.js';
import { type Pass, partialsOf } from '../passes/pass.js';
import { needsRates, updateRates } from '../passes/rates.js';
import type { TrainingBatch } from './batches.js';
import type { DataSource } from './data-source.js';
import { backwardPasses, type Batch, forwardPasses, statisticsPasses } from './layer-passes.js';
import type { Network } from './network.js';
import type { Measures } from './plan.js';

/** What all batches of a plan have in common. */
export interface BatchContext {
  readonly task: Task;
  readonly network: Network;
  /** Columns of epochLog and of countLog. */
  readonly logColumns: { readonly sums: number; readonly counts: number };
  readonly logRows: number;
  /** Updates of the whole training. */
  readonly steps: number;
  /** Partial sums of one reduction; more than one only where several workgroups share it. */
  readonly mostPartials: number;
}

/** What is measured over some examples: each measure once, however many metrics need it. */
export function measuresOf({ training, widths }: Task, { x }: Examples, before: Measures | undefined): Measures {
  const outputs = widths.at(-1)!;
  const sums: SumMeasure[] = [];
  const counts: { measure: CountMeasure; offset: number; size: number }[] = [];
  for (const metric of training.metrics) {
    const measure = measureOf(metric, outputs);
    if (isCount(measure)) {
      if (counts.some((known) => isSame(known.measure, measure))) continue;
      const last = counts.at(-1);
      counts.push({ measure, offset: last ? last.offset + last.size : 0, size: countsOf(measure, outputs) });
    } else if (!sums.some((known) => isSame(known, measure))) sums.push(measure);
  }
  const last = counts.at(-1);
  return {
    examples: x.rows,
    firstColumn: before ? before.firstColumn + 1 + before.sums.length : 0,
    sums,
    firstCount: before && last ? last.offset + last.size : 0,
    counts,
  };
}

/** Whether two measures come to the same sums or counts. */
export function isSame(a: SumMeasure | CountMeasure, b: SumMeasure | CountMeasure): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The buffer with the shares of a measure: of the training rows, or of the validation rows, which vary by themselves. */
export function sharesName({ shares }: Extract<SumMeasure, { shares: string }>, ofValidation: boolean): string {
  return shares === 'explained' && ofValidation ? 'shares.explained.validation' : `shares.${shares}`;
}

/** A batch of the training. */
export function trainPasses(
  context: BatchContext,
  source: DataSource,
  measures: Measures,
  role: TrainingBatch,
  prefix: string,
): Pass[] {
  const { task, network } = context;
  const { training } = task;
  const batch: Batch = { rows: role.rows, x: source.x, prefix };
  const fromLogits = isFromLogits(training.loss.name, outputActivation(task.model.layers));
  const forward = forwardPasses(network, batch, true);
  const backward = backwardPasses(network, batch, { fromLogits, accumulate: role.accumulate });
  const measured = measuring(context, source, measures, role, prefix, forward, false);
  const penalties = penaltyPasses(context, measures, role, prefix);
  return [
    ...gatherPasses(source, role.rows, prefix),
    ...forward.passes,
    ...measured.passes,
    ...backward,
    ...penalties.passes,
    ...measured.log(penalties.count),
    ...statisticsPasses(network, batch),
    ...(role.isUpdate ? updatePasses(context, prefix) : []),
  ];
}

/** A batch that is only measured, in inference. */
export function measurePasses(
  context: BatchContext,
  source: DataSource,
  measures: Measures,
  role: BatchRole,
  prefix: string,
): Pass[] {
  const batch: Batch = { rows: role.rows, x: source.x, prefix };
  const forward = forwardPasses(context.network, batch, false);
  const measured = measuring(context, source, measures, role, prefix, forward, measures.firstColumn > 0);
  const penalties = penaltyPasses(context, measures, role, prefix);
  return [
    ...gatherPasses(source, role.rows, prefix),
    ...forward.passes,
    ...measured.passes,
    ...penalties.passes,
    ...measured.log(penalties.count),
  ];
}

function gatherPasses({ gathers, order }: DataSource, rows: number, prefix: string): Pass[] {
  return gathers.flatMap(({ name, columns, batch, parts }, table) =>
    parts.map((part, i) => {
      const label = `${prefix}gather ${name}${parts.length > 1 ? ` from part ${i}` : ''}`;
      const buffers = { counters: 'counters', order: 'order', batch };
      return { ...gather(label, { rows, columns }, part, order !== undefined, buffers), part: table };
    }),
  );
}

/** Loss and metrics, and the passes that write them into the log. */
function measuring(
  { task, network, logColumns, logRows, mostPartials }: BatchContext,
  source: DataSource,
  measures: Measures,
  role: BatchRole & { readonly groupRows?: number },
  prefix: string,
  { y, z }: { readonly y: string; readonly z: string },
  ofValidation: boolean,
): { passes: Pass[]; log: (penalties: number) => Pass[] } {
  const { loss } = task.training;
  const last = network.layers.at(-1)!;
  const extent: Extent = { rows: role.rows, columns: last.columns };
  const partials = partialsOf(extent.rows * extent.columns, mostPartials);
  const fromLogits = isFromLogits(loss.name, outputActivation(task.model.layers));
  const activation: OutputActivation = last.layer.type === 'dense' ? last.epilogue : 'linear';
  const { isSparse, isWeighted, targets, weights } = source;
  const passes = [
    lossPass(
      `${prefix}loss`,
      extent,
      { loss, activation, fromLogits, isWeighted, partials, groupRows: role.groupRows ?? role.rows },
      { y: fromLogits ? z : y, targets, weights, dz: last.gradient, partials: 'partials' },
    ),
    ...measures.sums.map((measure, part) => ({
      ...sumMetric(
        `${prefix}${measureLabel(measure)}`,
        measure,
        extent,
        { isSparse, offset: (part + 1) * partials, partials },
        { y, targets, shares: 'shares' in measure ? sharesName(measure, ofValidation) : '', partials: 'partials' },
      ),
      part,
    })),
    ...measures.counts.map(({ measure, offset }, part) => ({
      ...countMetric(
        `${prefix}${measureLabel(measure)}`,
        measure,
        extent,
        { isSparse, offset },
        { y, targets, counts: 'counts' },
      ),
      part,
    })),
  ];
  const lastCount = measures.counts.at(-1);
  return {
    passes,
    log: (penalties) => {
      const columns = 1 + measures.sums.length;
      const place = { firstColumn: measures.firstColumn, logColumns: logColumns.sums, logRows };
      const countPlace = { firstColumn: measures.firstCount, logColumns: logColumns.counts, logRows };
      const buffers = { partials: 'partials', counters: 'counters', sums: 'sums', epochLog: 'epochLog' };
      const countBuffers = { counters: 'counters', counts: 'counts', countLog: 'countLog' };
      return [
        // Before the counters go on to the next epoch.
        ...(role.isLast && lastCount
          ? [logCounts(`${prefix}log counts`, lastCount.offset + lastCount.size, countPlace, countBuffers)]
          : []),
        logBatch(`${prefix}log`, loss, { partials, columns, penalties }, role, place, buffers),
      ];
    },
  };
}

function measureLabel(measure: SumMeasure | CountMeasure): string {
  switch (measure.kind) {
    case 'topK':
      return `top ${measure.k}`;
    case 'thresholds':
      return `count of ${measure.buckets} sides`;
    case 'confusion':
      return 'confusion';
    case 'absoluteError':
      return 'absolute error';
    case 'squaredError':
      return measure.shares === 'explained' ? 'residuals' : 'squared error';
    case 'sameSide':
      return 'same side';
    default:
      return measure satisfies never;
  }
}

/** What regularization adds to the loss, and in a batch that updates to the gradients. */
function penaltyPasses(
  { network, mostPartials }: BatchContext,
  measures: Measures,
  role: BatchRole,
  prefix: string,
): { passes: Pass[]; count: number } {
  const last = network.layers.at(-1)!;
  const start = (1 + measures.sums.length) * partialsOf(role.rows * last.columns, mostPartials);
  let count = 0;
  const passes = network.layers.flatMap(({ layer, index, inputs, offset }) => {
    if (layer.type !== 'dense') return [];
    const { l1, l2 } = layer.kernelRegularizer;
    if (l1 === 0 && l2 === 0) return [];
    const kernel = { offset, count: inputs * layer.units };
    const partials = { offset: start + count, count: partialsOf(kernel.count, mostPartials) };
    count += partials.count;
    const buffers = { parameters: 'parameters', gradients: 'gradients', partials: 'partials' };
    const label = `${prefix}layers.${index} penalty`;
    const pass = regularize(label, kernel, layer.kernelRegularizer, role.isUpdate, partials, buffers);
    return [{ ...pass, part: index }];
  });
  return { passes, count };
}

function updatePasses({ task, network, steps, mostPartials }: BatchContext, prefix: string): Pass[] {
  const { training } = task;
  const { parameterCount: count } = network;
  const { optimizer, learningRateSchedule, clipNorm, clipValue } = training;
  const squares = partialsOf(count, mostPartials);
  const norm = gradientNorm(`${prefix}gradient norm`, count, squares, { gradients: 'gradients', squares: 'squares' });
  const rates = updateRates(
    `${prefix}rates`,
    optimizer,
    learningRateSchedule,
    steps,
    { clipNorm, squares },
    {
      // Without clipping it is not read.
      squares: clipNorm === undefined ? 'gradients' : 'squares',
      counters: 'counters',
      rates: 'rates',
    },
  );
  return [
    ...(clipNorm === undefined ? [] : [norm]),
    ...(needsRates(optimizer, learningRateSchedule, clipNorm) ? [rates] : []),
    update(`${prefix}update`, count, optimizer, clipValue, {
      gradients: 'gradients',
      rates: 'rates',
      counters: 'counters',
      parameters: 'parameters',
      previous: 'previous',
    }),
  ];
}
