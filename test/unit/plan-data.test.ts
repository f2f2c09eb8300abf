/** Where a plan's data lies: in one buffer or in many, weighted or not; and plans that only measure or predict. */
import { describe, expect, test } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { compileEvaluation, compilePrediction } from '../../src/plan/compile-use.js';
import { checkLimits } from '../../src/plan/check-limits.js';
import { printPlan } from '../../src/plan/print.js';
import { makeRun, type RunShape } from '../support/runs.js';
import { flow, planOf } from './plan-runs.js';

const shape: RunShape = { batch: 10, inputs: 3, layers: [{ units: 2 }], training: { metrics: [], batchSize: 4 } };
const run = makeRun(shape);

describe('data beyond what one binding holds', () => {
  // Three rows of x fit 40 bytes, and five of y.
  const parts = planOf(run, { maxBindingBytes: 40 });

  test('is spread over buffers of whole rows', () => {
    const data = parts.buffers.filter(({ isData }) => isData);
    expect(data.map(({ name, shape: [rows, columns] }) => [name, rows, columns])).toEqual([
      ['x.0', 3, 3],
      ['x.1', 3, 3],
      ['x.2', 3, 3],
      ['x.3', 1, 3],
      ['targets.0', 5, 2],
      ['targets.1', 5, 2],
    ]);
    const fields = ['data.x', 'data.x', 'data.x', 'data.x', 'data.y', 'data.y'];
    expect(data.map(({ field }) => field)).toEqual(fields);
  });

  test('is gathered from each of them in turn, each giving the rows it has', () => {
    expect(flow(parts).split('\n').slice(1, 7)).toEqual([
      'gather x from part 0: gather(counters, order, x.0) → batch.x',
      'gather x from part 1: gather(counters, order, x.1) → batch.x',
      'gather x from part 2: gather(counters, order, x.2) → batch.x',
      'gather x from part 3: gather(counters, order, x.3) → batch.x',
      'gather targets from part 0: gather(counters, order, targets.0) → batch.targets',
      'gather targets from part 1: gather(counters, order, targets.1) → batch.targets',
    ]);
    const gathers = parts.programs['train']!.filter(({ shader }) => shader === 'gather');
    expect(gathers.map(({ uniforms: { first, available, rows } }) => [first, available, rows])).toEqual([
      [0, 3, 4],
      [3, 3, 4],
      [6, 3, 4],
      [9, 1, 4],
      [0, 5, 4],
      [5, 5, 4],
    ]);
  });

  test('is gathered also where one batch is all of it, and then as it stands', () => {
    const whole = planOf(makeRun({ ...shape, training: { metrics: [], batchSize: 10 } }), { maxBindingBytes: 60 });
    expect(whole.programs['shuffle']).toBeUndefined();
    const gathers = whole.programs['train']!.filter(({ shader }) => shader === 'gather');
    expect(gathers.map(({ buffers, uniforms }) => [buffers['data'], uniforms['isShuffled']])).toEqual([
      ['x.0', 0],
      ['x.1', 0],
      ['targets.0', 0],
      ['targets.1', 0],
    ]);
  });

  test('of rows larger than a binding is a row a buffer, which the device then refuses by its field', () => {
    const rows = planOf(run, { maxBindingBytes: 4 });
    expect(rows.buffers.filter(({ name }) => name.startsWith('x.'))).toHaveLength(10);
    const limits = { maxBufferSize: 8, maxStorageBufferBindingSize: 8, maxComputeWorkgroupsPerDimension: 65_535 };
    expect(() => checkLimits(rows, limits)).toThrow(
      'data.x: found a size of 1 × 3 that needs 12 bytes for x.0, expected at most 8 bytes, the limit of this device.',
    );
  });

  test('control: data that fits is in one piece', () => {
    const names = planOf(run, { maxBindingBytes: 120 }).buffers.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['x', 'targets']);
  });
});

describe('weights of rows', () => {
  test('are data like x and y, and taken into the loss of training and validation', () => {
    const data = () => ({
      sampleWeight: new Array<number>(10).fill(2),
      validation: { x: [[1, 2, 3]], y: [[1, 2]], sampleWeight: [3] },
    });
    const plan = planOf(makeRun({ ...shape, data }));
    expect(flow(plan)).toContain('gather weights: gather(counters, order, weights) → batch.weights');
    expect(flow(plan)).toContain('elementwise_loss(layers.0.y, batch.targets, batch.weights)');
    expect(flow(plan, 'validate')).toContain('elementwise_loss(layers.0.y, validation.targets, validation.weights)');
  });

  test('that nobody gave take no room, and no pass reads them', () => {
    expect(printPlan(planOf(run))).not.toContain('weights');
    const loss = planOf(run).programs['train']!.find(({ label }) => label === 'loss')!;
    expect(loss.uniforms['useWeights']).toBe(0);
    expect(loss.buffers['weights']).toBe(loss.buffers['targets']);
  });

  test('of classes are weights of the training rows, and of them alone', () => {
    const plan = planOf(
      makeRun({
        batch: 4,
        inputs: 3,
        layers: [{ units: 2, activation: 'softmax' }],
        training: { loss: 'categoricalCrossentropy', classWeight: { 1: 3 }, validationSplit: 0.5, metrics: [] },
      }),
    );
    const names = plan.buffers.map(({ name }) => name);
    expect(names).toContain('weights');
    expect(names).not.toContain('validation.weights');
  });
});

describe('an evaluation', () => {
  test('is forward, loss, metrics and log, in batches as the rows stand, and trains nothing', () => {
    const training = { metrics: ['r2Score', 'auc'] as const, batchSize: 4, validationSplit: 0 };
    const plan = compileEvaluation(
      taskOf(makeRun({ ...shape, training: { ...training, metrics: [...training.metrics] } })),
    );
    expect(printPlan(plan)).toContain('1 epoch of: 2 × validate, validate last of 2; 0 steps');
    expect(flow(plan, 'validate')).toMatchInlineSnapshot(`
      "
      gather x: gather(counters, order, x) → batch.x
      gather targets: gather(counters, order, targets) → batch.targets
      layers.0 forward: dense_forward_plain(batch.x, parameters) → layers.0.y
      loss: elementwise_loss(layers.0.y, batch.targets, batch.targets) → layers.0.dz, partials
      residuals: elementwise_metric(layers.0.y, batch.targets, shares.explained) → partials
      count of 199 sides: count_thresholds(layers.0.y, batch.targets) → counts
      log: log_batch(partials) → counters, sums, epochLog
      "
    `);
    expect(plan.train).toBeUndefined();
    expect(plan.validation).toMatchObject({ examples: 10, firstColumn: 0, firstCount: 0 });
    expect(plan.programs['validate last of 2']!.at(-2)!.label).toBe('validate last of 2: log counts');
  });

  test('of examples in one batch takes them as they lie', () => {
    const plan = compileEvaluation(taskOf(makeRun({ ...shape, training: { metrics: [] } })));
    expect(flow(plan, 'validate')).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward(x, parameters) → layers.0.y
      loss: elementwise_loss(layers.0.y, targets, targets) → layers.0.dz, partials
      log: log_batch(partials) → counters, sums, epochLog
      "
    `);
  });

  test('counts the penalty too, since it is part of the loss', () => {
    const layers = [{ units: 2, kernelRegularizer: { l2: 1 } }];
    const plan = compileEvaluation(taskOf(makeRun({ ...shape, layers, training: { metrics: [] } })));
    expect(flow(plan, 'validate')).toContain('layers.0 penalty: regularize(parameters) → gradients, partials');
    expect(plan.programs['validate']!.find(({ shader }) => shader === 'regularize')!.uniforms['addsGradient']).toBe(0);
  });
});

describe('a prediction', () => {
  const layers = [
    { units: 4, activation: 'gelu' },
    { type: 'batchNormalization' },
    { type: 'dropout', rate: 0.5 },
    { units: 2, activation: 'softmax' },
  ] as const;
  const { model } = makeRun({ ...shape, layers });

  test('is the forward pass in inference, of one batch that the host puts in', () => {
    const plan = compilePrediction(model, [3, 4, 4, 4, 2], 6);
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "schedule layered: the schedule for networks of any size
      buffers
        x           f32 (6, 3)
        parameters  f32 (34)
        statistics  f32 (8)
        layers.0.z  f32 (6, 4)
        layers.0.y  f32 (6, 4)
        layers.1.y  f32 (6, 4)
        layers.3.z  f32 (6, 2)
        layers.3.y  f32 (6, 2)
      parameters
        layers.0.kernel          at 0 (3, 4)
        layers.0.bias            at 12 (1, 4)
        layers.1.gamma           at 16 (1, 4)
        layers.1.beta            at 20 (1, 4)
        layers.1.movingMean      at 0 of statistics (1, 4)
        layers.1.movingVariance  at 4 of statistics (1, 4)
        layers.3.kernel          at 24 (4, 2)
        layers.3.bias            at 32 (1, 2)
      1 epoch of: predict; 0 steps
      program predict
        1  layers.0 forward     dense_forward_plain  x parameters → layers.0.z                      SIDE=8 ACTIVATION=0        batch=6 inputs=3 units=4 kernelOffset=0 biasOffset=12 useBias=1                     1×1×1
        2  layers.0 activation  activation_forward   layers.0.z → layers.0.y                        WORKGROUP=64 ACTIVATION=6  count=24 rowLength=64                                                               1×1×1
        3  layers.1 forward     normalize            layers.0.y statistics parameters → layers.1.y  WORKGROUP=64 PER_ROW=0     rows=6 columns=4 rowLength=64 moments=0 gammaOffset=16 betaOffset=20 epsilon=0.001  1×1×1
        4  layers.3 forward     dense_forward_plain  layers.1.y parameters → layers.3.z             SIDE=8 ACTIVATION=0        batch=6 inputs=4 units=2 kernelOffset=24 biasOffset=32 useBias=1                    1×1×1
        5  layers.3 activation  softmax_forward      layers.3.z → layers.3.y                        WORKGROUP=64               rows=6 columns=2 rowLength=64                                                       1×1×1"
    `);
    expect(plan.output).toBe('layers.3.y');
  });

  test('ends with the last layer that computes anything', () => {
    const dropped = makeRun({ ...shape, layers: [{ units: 2 }, { type: 'dropout', rate: 0.5 }] });
    expect(compilePrediction(dropped.model, [3, 2, 2], 1).output).toBe('layers.0.y');
  });

  test('of more rows than a pass can sum up is refused', () => {
    expect(() => compilePrediction(model, [3, 4, 4, 4, 2], 480_001)).toThrow(
      'x: found 480,001 rows, expected at most 480,000, what one WebGPU pass can sum up.',
    );
  });
});
