/**
 * Compiles a task to a plan: which buffers, which passes, in which order. Pure functions of the task's sizes and
 * names; they read no data, draw no weights and touch no device.
 */
import { defaultMonitor } from '../core/history.js';
import { RunError } from '../core/run-error.js';
import { outputActivation } from '../core/task-checks.js';
import type { Task } from '../core/task.js';
import { counted, wholeText } from '../core/text.js';
import { MAX_INNER, MAX_TURNS } from '../passes/dense.js';
import { shuffle } from '../passes/batches.js';
import { isFromLogits } from '../passes/loss.js';
import { optimizerState } from '../passes/optimizer.js';
import { MAX_PARTIALS, type Pass, partialsOf } from '../passes/pass.js';
import { EVERYWHERE, type ProductChoices } from '../passes/products.js';
import { COUNTERS, plateau, RATES } from '../passes/rates.js';
import { trainingBatches, validationBatches } from './batches.js';
import { type BatchContext, measurePasses, measuresOf, trainPasses, sharesName } from './batch-passes.js';
import { dataSource } from './data-source.js';
import { DEFAULT_BINDING_BYTES } from './limits.js';
import { layerBuffers, layOut, type Network } from './network.js';
import { f32, type Measures, type Plan, type PlannedBuffer, type Segment, u32 } from './plan.js';

export interface CompileOptions {
  /** Bytes of the largest buffer that a pass may see; data beyond is spread over several. Default 128 MiB. */
  readonly maxBindingBytes?: number;
  /**
   * Whether one workgroup will do it all (persistent.ts): every sum is one partial sum then, and batches are fetched
   * from the data unless one is all there is. Default false.
   */
  readonly forOneWorkgroup?: boolean;
  /** What the products are computed with. Default: what works everywhere, and nothing measured. */
  readonly products?: ProductChoices | undefined;
}

/** More epochs than one submit has room for. */
const MAX_LOG_ROWS = 1024;
/** What is worth copying with each slice, when there are many counts to an epoch. */
const MAX_LOG_BYTES = 2 ** 22;
/** Of a plan that is not chosen for a training. */
export const REASON = 'the schedule for networks of any size';

/**
 * The `layered` schedule of a training: per layer forward passes and gradient passes, one update pass for all.
 * @throws RunError if a product of the task is longer than a pass can sum up
 */
export function compileTask(
  task: Task,
  { maxBindingBytes = DEFAULT_BINDING_BYTES, forOneWorkgroup = false, products }: CompileOptions = {},
): Plan {
  checkInner(task, task.batchSize, 'training.batchSize', task.train.prefix);
  const { model, training, train, validation, batchSize } = task;
  const { epochs, learningRateSchedule, optimizer } = training;
  const network = networkOf(task, products);
  const trainMeasures = measuresOf(task, train, undefined);
  const validationMeasures = validation && measuresOf(task, validation, trainMeasures);

  const mostPartials = forOneWorkgroup ? 1 : MAX_PARTIALS;
  const options = { maxBindingBytes, gathersAlways: forOneWorkgroup && validation !== undefined };
  const sources = {
    train: dataSource('', task, train, batchSize, training.shuffle, options),
    validation: validation && dataSource('validation.', task, validation, batchSize, false, options),
  };
  const batches = trainingBatches(train.x.rows, batchSize, training.gradientAccumulationSteps, !validation);
  const steps = epochs * batches.updates;
  const logColumns = columnsOf(trainMeasures, validationMeasures);
  const logRows = rowsOfLog(epochs, logColumns);
  const context: BatchContext = { task, network, logColumns, logRows, steps, mostPartials };

  const programs: Record<string, readonly Pass[]> = {};
  const epoch: Segment[] = [];
  const isShuffled = sources.train.order === 'order';
  if (isShuffled) {
    const { seed } = model;
    programs['shuffle'] = [shuffle('shuffle', train.x.rows, seed, { counters: 'counters', order: 'order' })];
    epoch.push(once('shuffle'));
  }
  for (const [name, batch] of batches.batches) {
    programs[name] = trainPasses(context, sources.train, trainMeasures, batch, name === 'train' ? '' : `${name}: `);
  }
  epoch.push(...batches.segments);
  if (validationMeasures && sources.validation) {
    const measured = validationBatches(validationMeasures.examples, sources.validation.batchRows);
    for (const [name, batch] of measured.batches) {
      programs[name] = measurePasses(context, sources.validation, validationMeasures, batch, `${name}: `);
    }
    epoch.push(...measured.segments);
  }
  if (learningRateSchedule.name === 'reduceOnPlateau') {
    const monitor = learningRateSchedule.monitor ?? defaultMonitor(validation !== undefined);
    const { firstColumn } = monitor === 'val_loss' ? validationMeasures! : trainMeasures;
    const place = { firstColumn, logColumns: logColumns.sums, logRows };
    const buffers = { counters: 'counters', epochLog: 'epochLog', rates: 'rates', waiting: 'waiting' };
    programs['end of epoch'] = [plateau('plateau', learningRateSchedule, optimizer.learningRate, place, buffers)];
    epoch.push(once('end of epoch'));
  }

  const rows = Math.max(batchSize, sources.validation?.batchRows ?? 0);
  const state = optimizerState(optimizer).map(({ name }) => name);
  const { parameterCount: count } = network;
  const field = largestLayer(network);
  return {
    schedule: 'layered',
    reason: REASON,
    buffers: [
      ...sources.train.buffers,
      ...(sources.validation?.buffers ?? []),
      ...uniqueBuffers([...sources.train.batchBuffers, ...(sources.validation?.batchBuffers ?? [])]),
      u32('order', [isShuffled ? train.x.rows : 1], `${train.prefix}x`),
      ...['parameters', 'gradients', 'previous', ...state].map((name) => f32(name, [count], field)),
      ...statistics(network),
      ...layerBuffers(network, rows, true),
      ...measureBuffers(context, rows, trainMeasures, validationMeasures),
      ...(training.clipNorm === undefined ? [] : [f32('squares', [partialsOf(count, mostPartials)], field)]),
      f32('rates', [RATES.length], 'training'),
      u32('waiting', [2], 'training'),
      u32('counters', [COUNTERS.length], 'training'),
    ].filter(({ name }) => isUsed(name, programs) || ALWAYS.includes(name)),
    parameters: network.parameters,
    programs,
    epoch,
    epochs,
    steps,
    train: trainMeasures,
    validation: validationMeasures,
    output: network.layers.at(-1)!.y,
  };
}

/** A program that an epoch has once. */
export const once = (program: string): Segment => ({ times: 1, programs: [{ program, times: 1 }] });

/** The task's model as it lies on the GPU. */
export function networkOf({ model, training, widths }: Task, products: ProductChoices = EVERYWHERE): Network {
  return layOut(model, widths, isFromLogits(training.loss.name, outputActivation(model.layers)), products);
}

/** Buffers that the host reads or writes whether or not a pass does. */
export const ALWAYS = ['parameters', 'counters', 'epochLog', 'rates'];

/** Whether a pass has that buffer. */
export function isUsed(name: string, programs: Readonly<Record<string, readonly Pass[]>>): boolean {
  return Object.values(programs).some((passes) => passes.some(({ buffers }) => Object.values(buffers).includes(name)));
}

function uniqueBuffers(buffers: readonly PlannedBuffer[]): PlannedBuffer[] {
  return buffers.filter(({ name }, i) => buffers.findIndex((other) => other.name === name) === i);
}

/** The buffer of moving means and variances, where there are any. */
export function statistics({ statisticsCount }: Network): PlannedBuffer[] {
  return statisticsCount > 0 ? [f32('statistics', [statisticsCount], 'model.layers')] : [];
}

/** How wide the rows of the logs are. */
export function columnsOf(train: Measures, validation: Measures | undefined): BatchContext['logColumns'] {
  const last = validation ?? train;
  return { sums: last.firstColumn + 1 + last.sums.length, counts: last.firstCount + countTotal(last) };
}

/** Rows of the log, a ring; no slice ends more epochs. */
function rowsOfLog(epochs: number, { sums, counts }: BatchContext['logColumns']): number {
  const fitting = Math.floor(MAX_LOG_BYTES / (4 * Math.max(sums, counts)));
  return Math.max(1, Math.min(epochs, MAX_LOG_ROWS, fitting));
}

function countTotal({ counts }: Measures): number {
  const last = counts.at(-1);
  return last ? last.offset + last.size : 0;
}

/** What loss and metrics leave on their way into the log. */
export function measureBuffers(
  { task, network, logColumns, logRows, mostPartials }: BatchContext,
  rows: number,
  train: Measures,
  validation: Measures | undefined,
): PlannedBuffer[] {
  const { model, widths } = task;
  const { layers } = network;
  const outputs = widths.at(-1)!;
  const columns = 1 + train.sums.length;
  const penalties = layers.reduce((sum, { layer, inputs }) => {
    if (layer.type !== 'dense') return sum;
    const { l1, l2 } = layer.kernelRegularizer;
    return l1 === 0 && l2 === 0 ? sum : sum + partialsOf(inputs * layer.units, mostPartials);
  }, 0);
  const shares = [train, ...(validation ? [validation] : [])].flatMap(({ sums }, which) =>
    sums.flatMap((measure) =>
      'shares' in measure
        ? [f32(sharesName(measure, which === 1), [outputs], `model.layers[${model.layers.length - 1}]`)]
        : [],
    ),
  );
  return [
    ...uniqueBuffers(shares),
    f32('partials', [columns * partialsOf(rows * outputs, mostPartials) + penalties], 'training.batchSize'),
    f32('sums', [columns], 'training.metrics'),
    f32('epochLog', [logRows, logColumns.sums], 'training.metrics'),
    ...(logColumns.counts > 0
      ? [
          u32('counts', [countTotal(train)], 'training.metrics'),
          u32('countLog', [logRows, logColumns.counts], 'training.metrics'),
        ]
      : []),
  ];
}

/** One invocation walks along a whole row up to four times, and all its turns count together. */
const MAX_SOFTMAX = MAX_TURNS / 4;

/**
 * @param rowsField what decides the rows of a batch
 * @param prefix what stands before `x` in the sentences about it
 * @throws RunError if a product or a softmax is longer than a pass can sum up
 */
export function checkInner(
  { model, widths }: Pick<Task, 'model' | 'widths'>,
  rows: number,
  rowsField: string,
  prefix: string,
): void {
  const check = (field: string, found: number, noun: string) => {
    if (found <= MAX_INNER) return;
    throw new RunError(field, counted(found, noun), `at most ${wholeText(MAX_INNER)}, what one WebGPU pass can sum up`);
  };
  check(rowsField, rows, 'row');
  check(`${prefix}x[0]`, widths[0]!, 'number');
  model.layers.forEach((layer, l) => {
    const field = layer.type === 'dense' ? `model.layers[${l}].units` : `model.layers[${l}]`;
    check(field, widths[l + 1]!, 'unit');
    if (!('activation' in layer) || layer.activation !== 'softmax' || widths[l + 1]! <= MAX_SOFTMAX) return;
    const found = `softmax over ${counted(widths[l + 1]!, 'unit')}`;
    throw new RunError(field, found, `at most ${wholeText(MAX_SOFTMAX)}, which one WebGPU invocation can walk`);
  });
}

/** The field to name when the parameters are too many: the units of the layer that has most of them. */
export function largestLayer({ layers }: Network): string {
  const sizes = layers.map(({ layer, inputs }) => (layer.type === 'dense' ? inputs * layer.units : 0));
  return `model.layers[${sizes.indexOf(Math.max(...sizes))}].units`;
}
