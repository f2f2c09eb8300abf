/** What an epoch is in a plan: shuffle, batches, groups of them, validation, the end; and which passes each has. */
import { describe, expect, test } from 'vitest';
import type { TrainingDocument } from '../../src/core/training.js';
import type { Plan } from '../../src/plan/plan.js';
import { printPlan } from '../../src/plan/print.js';
import { makeRun } from '../support/runs.js';
import { flow, planOf } from './plan-runs.js';

/** Ten rows of three inputs, one dense layer of two outputs. */
function small(training: Partial<TrainingDocument>, rows = 10): Plan {
  const layers = [{ units: 2, useBias: false }];
  return planOf(makeRun({ batch: rows, inputs: 3, layers, epochs: 4, training: { metrics: [], ...training } }));
}

/** `2 epochs of: …; 6 steps` */
const epochOf = (plan: Plan) => /^\d+ epochs? of: .*$/m.exec(printPlan(plan))![0];
const uniformsOf = (plan: Plan, program: string, shader: string) =>
  plan.programs[program]!.find((pass) => pass.shader === shader)?.uniforms;
const labels = (plan: Plan, program: string) => plan.programs[program]!.map(({ label }) => label);
const shape = (plan: Plan, name: string) => plan.buffers.find((buffer) => buffer.name === name)?.shape;

describe('an epoch', () => {
  test.each<[string, Partial<TrainingDocument>, string]>([
    ['of one batch', {}, '4 epochs of: train; 4 steps'],
    ['of full batches', { batchSize: 5 }, '4 epochs of: shuffle, train, train last of 5; 8 steps'],
    ['with a short last batch', { batchSize: 4 }, '4 epochs of: shuffle, 2 × (train), train last of 2; 12 steps'],
    ['as the rows stand', { batchSize: 4, shuffle: false }, '4 epochs of: 2 × (train), train last of 2; 12 steps'],
    [
      'with two batches to an update',
      { batchSize: 2, gradientAccumulationSteps: 2 },
      '4 epochs of: shuffle, 2 × (train, train of 2), train last of 2; 12 steps',
    ],
    [
      'with three batches to an update, the last group short',
      { batchSize: 2, gradientAccumulationSteps: 3 },
      '4 epochs of: shuffle, train, train part of 2, train of 2, train part of 2, again, train last of 2; 8 steps',
    ],
    [
      'with validation in batches',
      { batchSize: 3, validationSplit: 0.4 },
      '4 epochs of: shuffle, train, train last of 3, validate, validate last of 1; 8 steps',
    ],
    ['with a plateau', { learningRateSchedule: 'reduceOnPlateau' }, '4 epochs of: train, end of epoch; 4 steps'],
  ])('%s', (_, training, want) => {
    expect(epochOf(small(training))).toBe(want);
  });
});

test('a batch is gathered, goes forward and backward, is logged, and then updates', () => {
  expect(flow(small({ batchSize: 4 }))).toMatchInlineSnapshot(`
    "
    gather x: gather(counters, order, x) → batch.x
    gather targets: gather(counters, order, targets) → batch.targets
    layers.0 forward: dense_forward_plain(batch.x, parameters) → layers.0.y
    loss: elementwise_loss(layers.0.y, batch.targets, batch.targets) → layers.0.dz, partials
    layers.0 kernel gradient: dense_kernel_gradient_plain(batch.x, layers.0.dz) → gradients
    log: log_batch(partials) → counters, sums, epochLog
    update: sgd(gradients, rates, counters) → parameters, previous
    "
  `);
  expect(flow(small({ batchSize: 4 }), 'shuffle')).toMatchInlineSnapshot(`
    "
    shuffle: shuffle(counters) → order
    "
  `);
});

test('one batch of all rows is neither gathered nor shuffled, since its order is the same sum', () => {
  const plan = small({ shuffle: true });
  expect(Object.keys(plan.programs)).toEqual(['train']);
  expect(labels(plan, 'train')[0]).toBe('layers.0 forward');
  expect(shape(plan, 'batch.x')).toBeUndefined();
});

test('rows that are not shuffled are gathered as they stand', () => {
  expect(uniformsOf(small({ batchSize: 4 }), 'train', 'gather')).toMatchObject({ isShuffled: 1, rows: 4 });
  expect(uniformsOf(small({ batchSize: 4, shuffle: false }), 'train', 'gather')).toMatchObject({ isShuffled: 0 });
  expect(shape(small({ batchSize: 4 }), 'order')).toEqual([10]);
});

describe('batches of one update', () => {
  const plan = small({ batchSize: 2, gradientAccumulationSteps: 3, loss: 'meanSquaredError' });

  test('add up their gradients, of which each is divided by the rows of all of them', () => {
    const roles = Object.keys(plan.programs).map((program) => [
      program,
      uniformsOf(plan, program, 'dense_kernel_gradient_plain')?.['accumulate'],
      uniformsOf(plan, program, 'elementwise_loss')?.['gradientScale'],
    ]);
    expect(roles).toEqual([
      ['shuffle', undefined, undefined],
      ['train', 0, 1 / 6],
      ['train part of 2', 1, 1 / 6],
      ['train of 2', 1, 1 / 6],
      ['train part of 2, again', 0, 1 / 4],
      ['train last of 2', 1, 1 / 4],
    ]);
  });

  test('update once, after the last of them', () => {
    const updating = Object.entries(plan.programs).filter(([, passes]) =>
      passes.some(({ shader }) => shader === 'sgd'),
    );
    expect(updating.map(([name]) => name)).toEqual(['train of 2', 'train last of 2']);
    const counted = Object.keys(plan.programs).map((name) => uniformsOf(plan, name, 'log_batch')?.['isUpdate']);
    expect(counted).toEqual([undefined, 0, 0, 1, 0, 1]);
  });

  test('regularize once, but log the penalty with each', () => {
    const layers = [{ units: 2, kernelRegularizer: { l1: 0.1 } }];
    const training = { batchSize: 2, gradientAccumulationSteps: 2 };
    const regularized = planOf(makeRun({ batch: 4, inputs: 3, layers, training }));
    const adds = Object.keys(regularized.programs).map((name) => uniformsOf(regularized, name, 'regularize'));
    expect(adds.map((uniforms) => uniforms?.['addsGradient'])).toEqual([undefined, 0, 1]);
    expect(adds.map((uniforms) => uniforms?.['partialsOffset'])).toEqual([undefined, 2, 2]);
  });
});

describe('the log', () => {
  test('of a mean counts each batch by its rows; of a sum as often as Keras would, by the rows again', () => {
    const logged = (loss: 'halfSumSquaredError' | 'meanSquaredError') =>
      uniformsOf(small({ batchSize: 4, loss }), 'train last of 2', 'log_batch');
    expect(logged('meanSquaredError')).toMatchObject({ rows: 2, examples: 10, lossWeight: 1, penaltyWeight: 2 });
    expect(logged('halfSumSquaredError')).toMatchObject({ rows: 2, examples: 10, lossWeight: 2, penaltyWeight: 2 });
  });

  test('has a row for each epoch, written after its last batch, first of the training, then of the validation', () => {
    const plan = small({ batchSize: 3, validationSplit: 0.4, metrics: ['meanSquaredError', 'auc'] });
    expect(shape(plan, 'epochLog')).toEqual([4, 4]);
    expect(shape(plan, 'countLog')).toEqual([4, 2 * 2 * 199]);
    const roles = Object.keys(plan.programs).map((name) => {
      const { isLast, endsEpoch, firstColumn, isTraining } = uniformsOf(plan, name, 'log_batch') ?? {};
      return [name, isLast, endsEpoch, firstColumn, isTraining];
    });
    expect(roles.slice(1)).toEqual([
      ['train', 0, 0, 0, 1],
      ['train last of 3', 1, 0, 0, 1],
      ['validate', 0, 0, 2, 0],
      ['validate last of 1', 1, 1, 2, 0],
    ]);
    expect(uniformsOf(plan, 'train', 'log_counts')).toBeUndefined();
    expect(uniformsOf(plan, 'train last of 3', 'log_counts')).toMatchObject({ firstColumn: 0, count: 398 });
    expect(uniformsOf(plan, 'validate last of 1', 'log_counts')).toMatchObject({ firstColumn: 398, count: 398 });
  });

  test('takes the counts before the counters go on to the next epoch, and all of it before the update', () => {
    const passes = labels(small({ metrics: ['precision', 'meanSquaredError'] }), 'train');
    expect(passes.slice(-3)).toEqual(['log counts', 'log', 'update']);
  });

  test('without validation ends the epoch with its last training batch', () => {
    expect(uniformsOf(small({ batchSize: 5 }), 'train', 'log_batch')).toMatchObject({ isLast: 0, endsEpoch: 0 });
    expect(uniformsOf(small({ batchSize: 5 }), 'train last of 5', 'log_batch')).toMatchObject({
      isLast: 1,
      endsEpoch: 1,
    });
  });

  test('metrics that come to the same sums or counts share them', () => {
    const metrics = ['meanSquaredError', 'rootMeanSquaredError', 'accuracy', 'precision', 'recall', 'f1Score'] as const;
    const plan = small({ metrics: [...metrics] });
    expect(plan.train!.sums.map(({ kind }) => kind)).toEqual(['squaredError', 'topK']);
    expect(plan.train!.counts).toEqual([{ measure: { kind: 'thresholds', buckets: 2 }, offset: 0, size: 4 }]);
    expect(shape(plan, 'partials')).toEqual([3]);
  });
});

describe('validation', () => {
  test('is inference: forward and measured, and nothing goes back', () => {
    expect(flow(small({ batchSize: 3, validationSplit: 0.4, metrics: ['r2Score'] }), 'validate'))
      .toMatchInlineSnapshot(`
        "
        validate: gather x: gather(counters, order, validation.x) → batch.x
        validate: gather targets: gather(counters, order, validation.targets) → batch.targets
        validate: layers.0 forward: dense_forward_plain(batch.x, parameters) → layers.0.y
        validate: loss: elementwise_loss(layers.0.y, batch.targets, batch.targets) → layers.0.dz, partials
        validate: residuals: elementwise_metric(layers.0.y, batch.targets, shares.explained.validation) → partials
        validate: log: log_batch(partials) → counters, sums, epochLog
        "
      `);
  });

  test('of its own rows has its own data, and batches no larger than those of the training', () => {
    const data = () => ({ validation: { x: [[1, 2, 3]], y: [[1, 2]], sampleWeight: [2] } });
    const plan = planOf(makeRun({ batch: 4, inputs: 3, layers: [{ units: 2 }], data, training: { batchSize: 2 } }));
    expect(epochOf(plan)).toBe('1 epoch of: shuffle, train, train last of 2, validate; 2 steps');
    expect(shape(plan, 'validation.x')).toEqual([1, 3]);
    expect(flow(plan, 'validate')).toContain('elementwise_loss(layers.0.y, validation.targets, validation.weights)');
  });
});

describe('what changes from update to update', () => {
  const updates = (training: Partial<TrainingDocument>) =>
    labels(small(training), 'train').filter((label) => /norm|rates|update/.test(label));

  test.each<[string, Partial<TrainingDocument>, string[]]>([
    ['a constant rate is written once, by the host', {}, ['update']],
    ['a schedule', { learningRateSchedule: 'cosine' }, ['rates', 'update']],
    ['a warm-up', { learningRateSchedule: { name: 'constant', warmupSteps: 2 } }, ['rates', 'update']],
    ["Adam's corrections", { optimizer: 'adam' }, ['rates', 'update']],
    ['a norm that is clipped', { clipNorm: 1 }, ['gradient norm', 'rates', 'update']],
    ['values that are clipped are not', { clipValue: 1 }, ['update']],
    ['a plateau', { learningRateSchedule: 'reduceOnPlateau' }, ['rates', 'update']],
  ])('%s', (_, training, want) => {
    expect(updates(training)).toEqual(want);
  });

  test('a plateau watches its column of the log, after the epoch', () => {
    const schedule = (monitor?: 'loss' | 'val_loss') => ({
      name: 'reduceOnPlateau' as const,
      ...(monitor && { monitor }),
    });
    const column = (training: Partial<TrainingDocument>) =>
      uniformsOf(small({ metrics: ['meanSquaredError'], ...training }), 'end of epoch', 'plateau')?.['column'];
    expect(column({ learningRateSchedule: schedule() })).toBe(0);
    expect(column({ learningRateSchedule: schedule(), validationSplit: 0.4 })).toBe(2);
    expect(column({ learningRateSchedule: schedule('loss'), validationSplit: 0.4 })).toBe(0);
  });

  test('the steps of a schedule are those of the whole training', () => {
    const cosine = { batchSize: 4, learningRateSchedule: { name: 'cosine', warmupSteps: 2 } } as const;
    expect(uniformsOf(small(cosine), 'train', 'update_rates')).toMatchObject({ warmupSteps: 2, decaySteps: 10 });
  });
});

test('control: a batch that is last is another program than one that is not', () => {
  const { programs } = small({ batchSize: 5 });
  expect(programs['train last of 5']!.map(({ uniforms }) => uniforms)).not.toEqual(
    programs['train']!.map(({ uniforms }) => uniforms),
  );
});
