/** What a plan is: the article's in full, where weights lie, tiles and grids, and what no plan may do. */
import { describe, expect, test } from 'vitest';
import type { DenseLayer } from '../../src/core/model.js';
import { parseRun } from '../../src/core/run.js';
import { makeTask, taskOf } from '../../src/core/task.js';
import { MAX_INNER } from '../../src/passes/dense.js';
import { PLAIN_TILE, SMALL_TILE, TILE } from '../../src/passes/products.js';
import { groupGrid, linearGrid, type Pass, partialsOf } from '../../src/passes/pass.js';
import { SHADERS } from '../support/shaders.js';
import { compileTask } from '../../src/plan/compile.js';
import { compileEvaluation, compilePrediction } from '../../src/plan/compile-use.js';
import { checkLimits } from '../../src/plan/check-limits.js';
import { allPasses, type Plan, planBytes, valueCount } from '../../src/plan/plan.js';
import { printPlan, summarizePlan } from '../../src/plan/print.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';
import { planOf, RUNS } from './plan-runs.js';

/** What every WebGPU device offers. */
const LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
};

/** Plans of trainings, evaluations and predictions, with data in one piece and in many. */
const PLANS: readonly [name: string, plan: Plan][] = Object.entries(RUNS).flatMap(([name, run]) => {
  const task = taskOf(run);
  return [
    [name, planOf(run)],
    [`${name}, data in parts`, planOf(run, { maxBindingBytes: 40 })],
    [`${name}, evaluated`, compileEvaluation(task)],
    [`${name}, predicted`, compilePrediction(run.model, task.widths, 5)],
  ] satisfies [string, Plan][];
});

test("the article's plan, in full", () => {
  expect(printPlan(planOf(parseRun(article)))).toMatchInlineSnapshot(`
    "schedule layered: the schedule for networks of any size
    buffers
      x            f32 (4, 3)
      targets      f32 (4, 1)
      parameters   f32 (16)
      gradients    f32 (16)
      previous     f32 (16)
      layers.0.y   f32 (4, 4)
      layers.1.y   f32 (4, 1)
      layers.0.dz  f32 (4, 4)
      layers.1.dz  f32 (4, 1)
      shares.mean  f32 (1)
      partials     f32 (2)
      sums         f32 (2)
      epochLog     f32 (50, 2)
      rates        f32 (6)
      counters     u32 (5)
    parameters
      layers.0.kernel  at 0 (3, 4)
      layers.1.kernel  at 12 (4, 1)
    50 epochs of: train; 50 steps
    program train
      1  layers.0 forward          dense_forward_plain          x parameters → layers.0.y                          SIDE=8 ACTIVATION=1              batch=4 inputs=3 units=4 kernelOffset=0 biasOffset=12 useBias=0                                                                                                     1×1×1
      2  layers.1 forward          dense_forward_plain          layers.0.y parameters → layers.1.y                 SIDE=8 ACTIVATION=1              batch=4 inputs=4 units=1 kernelOffset=12 biasOffset=16 useBias=0                                                                                                    1×1×1
      3  loss                      elementwise_loss             layers.1.y targets targets → layers.1.dz partials  WORKGROUP=1 LOSS=0 ACTIVATION=1  count=4 columns=1 stride=1 useWeights=0 share=1 gradientScale=1 delta=1                                                                                             1×1×1
      4  absolute error            elementwise_metric           layers.1.y targets shares.mean → partials          WORKGROUP=64 METRIC=0            count=4 columns=1 stride=64 offset=1                                                                                                                                1×1×1
      5  layers.1 input gradient   dense_input_gradient_plain   layers.1.dz parameters layers.0.y → layers.0.dz    SIDE=8 ACTIVATION=1              batch=4 inputs=4 units=1 kernelOffset=12                                                                                                                            1×1×1
      6  layers.1 kernel gradient  dense_kernel_gradient_plain  layers.0.y layers.1.dz → gradients                 SIDE=8                           batch=4 inputs=4 units=1 kernelOffset=12 useBias=0 accumulate=0                                                                                                     1×1×1
      7  layers.0 kernel gradient  dense_kernel_gradient_plain  x layers.0.dz → gradients                          SIDE=8                           batch=4 inputs=3 units=4 kernelOffset=0 useBias=0 accumulate=0                                                                                                      1×1×1
      8  log                       log_batch                    partials → counters sums epochLog                  WORKGROUP=1                      partials=1 columns=2 penalties=0 rows=4 examples=4 lossWeight=4 penaltyWeight=4 firstColumn=0 logColumns=2 logRows=50 isTraining=1 isUpdate=1 isLast=1 endsEpoch=1  1×1×1
      9  update                    sgd                          gradients rates counters → parameters previous     WORKGROUP=64                     count=16 rowLength=64 clipValue=3.4028234663852886e+38 weightDecay=0                                                                                                1×1×1"
  `);
  expect(summarizePlan(planOf(parseRun(article)))).toBe(
    'layered schedule, 3-4-1 network, 16 parameters, 9 passes a step, 50 steps, 880 B on the GPU',
  );
});

test('a plan with biases lays each bias right behind its kernel', () => {
  const run = makeRun({ batch: 20, inputs: 5, layers: [{ units: 7 }, { units: 3, useBias: false }, { units: 2 }] });
  const plan = planOf(run);
  const range = (layer: number, weight: string, offset: number, shape: number[]) => {
    return { name: `layers.${layer}.${weight}`, layer, weight, buffer: 'parameters', offset, shape };
  };
  expect(plan.parameters).toEqual([
    range(0, 'kernel', 0, [5, 7]),
    range(0, 'bias', 35, [1, 7]),
    range(1, 'kernel', 42, [7, 3]),
    range(2, 'kernel', 63, [3, 2]),
    range(2, 'bias', 69, [1, 2]),
  ]);
  expect(summarizePlan(plan)).toBe(
    'layered schedule, 5-7-3-2 network, 71 parameters, 12 passes a step, 1 step, 3.3 KiB on the GPU',
  );
});

test('normalizations have their weights among the others, and what no optimizer changes elsewhere', () => {
  const layers = [{ type: 'batchNormalization' }, { units: 2 }, { type: 'layerNormalization' }] as const;
  const { parameters } = planOf(makeRun({ batch: 4, inputs: 3, layers: [...layers, { type: 'batchNormalization' }] }));
  expect(parameters.map(({ name, buffer, offset }) => `${name}: ${buffer} at ${offset}`)).toEqual([
    'layers.0.gamma: parameters at 0',
    'layers.0.beta: parameters at 3',
    'layers.0.movingMean: statistics at 0',
    'layers.0.movingVariance: statistics at 3',
    'layers.1.kernel: parameters at 6',
    'layers.1.bias: parameters at 12',
    'layers.2.gamma: parameters at 14',
    'layers.2.beta: parameters at 16',
    'layers.3.gamma: parameters at 18',
    'layers.3.beta: parameters at 20',
    'layers.3.movingMean: statistics at 6',
    'layers.3.movingVariance: statistics at 8',
  ]);
});

test('a plan depends on sizes and names only, not on values', () => {
  for (const run of Object.values(RUNS)) {
    const x = run.data.x.map((row) => row.map((value) => value - 7));
    const weights = run.model.weights?.map(({ kernel, ...rest }) => ({
      ...rest,
      ...(kernel && { kernel: kernel.map((row) => row.map((value) => 2 * value)) }),
    }));
    const other = { ...run, data: { ...run.data, x }, model: { ...run.model, weights } };
    expect(planOf(other)).toEqual(planOf(run));
    expect(planOf(run)).toEqual(planOf(run));
  }
});

test('control: a plan of another size is another plan', () => {
  const run = makeRun({ batch: 3, inputs: 2, layers: [{ units: 4 }] });
  expect(planOf(makeRun({ batch: 4, inputs: 2, layers: [{ units: 4 }] }))).not.toEqual(planOf(run));
});

/** Buffers that a pass writes and also reads, or writes twice: WebGPU refuses such a pass. */
function contested({ shader, buffers }: Pick<Pass, 'shader' | 'buffers'>): string[] {
  const bindings = Object.entries(SHADERS[shader].bindings);
  const all = bindings.map(([name]) => buffers[name]!);
  const written = bindings.filter(([, access]) => access === 'read_write').map(([name]) => buffers[name]!);
  return written.filter((name) => all.filter((other) => other === name).length > 1);
}

describe.each(PLANS)('%s', (_, plan) => {
  test('no buffer is both read and written in one pass; read twice it may be', () => {
    expect(allPasses(plan).flatMap((pass) => contested(pass).map((name) => [pass.label, name]))).toEqual([]);
  });

  test('every pass finds its buffers, and the part it uses lies within', () => {
    const sizes = new Map(plan.buffers.map(({ name, shape }) => [name, valueCount(shape)]));
    const lost = allPasses(plan).flatMap(({ label, buffers, ranges = {} }) => [
      ...Object.values(buffers).filter((name) => !sizes.has(name)),
      ...Object.entries(ranges)
        .filter(([binding, { offset, count }]) => !(offset + count <= sizes.get(buffers[binding]!)!))
        .map(([binding]) => `${label}: ${binding}`),
    ]);
    expect(lost).toEqual([]);
    expect(sizes.size).toBe(plan.buffers.length);
    expect(plan.buffers.filter(({ shape }) => !(valueCount(shape) > 0))).toEqual([]);
  });

  test('no two passes have one label, and every program has its place in an epoch', () => {
    const labels = allPasses(plan).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    const placed = plan.epoch.flatMap(({ programs }) => programs.map(({ program }) => program));
    expect(new Set(placed)).toEqual(new Set(Object.keys(plan.programs)));
  });

  test('grids and turns are positive whole numbers', () => {
    const odd = allPasses(plan).filter(({ workgroups, turns }) =>
      [...workgroups, turns].some((count) => !(Number.isInteger(count) && count > 0)),
    );
    expect(odd).toEqual([]);
  });
});

test('control: a pass that reads what it writes is noticed', () => {
  const [forward] = planOf(parseRun(article)).programs['train']!;
  expect(contested({ ...forward!, buffers: { ...forward!.buffers, y: 'x' } })).toEqual(['x']);
  expect(contested({ ...forward!, buffers: { ...forward!.buffers, parameters: 'x' } })).toEqual([]);
});

describe('the tile of a product', () => {
  const tileOf = (batch: number, inputs: number, units: number) => {
    const { model, training } = makeRun({ batch: 1, inputs, layers: [{ units, useBias: false }] });
    const table = (columns: number) => ({ rows: batch, columns, values: new Float32Array(batch * columns) });
    const data = { prefix: '', x: table(inputs), y: table(units) };
    const task = makeTask({ ...model, weights: undefined }, { ...training, metrics: [], batchSize: batch }, data);
    return allPasses(compileTask(task)).flatMap(({ constants }) => constants['TILE'] ?? constants['SIDE'] ?? []);
  };

  test('is the smallest that the result fits whole, and the largest for others', () => {
    expect(tileOf(8, 8, 8)[0]).toBe(PLAIN_TILE);
    expect(tileOf(9, 8, 8)[0]).toBe(SMALL_TILE);
    expect(tileOf(8, 8, 9)[0]).toBe(SMALL_TILE);
    expect(tileOf(16, 8, 16)[0]).toBe(SMALL_TILE);
    expect(tileOf(17, 8, 8)[0]).toBe(TILE);
    expect(tileOf(8, 8, 17)[0]).toBe(TILE);
  });

  test('is the largest also for a small result of a long sum, which takes a quarter of the turns then', () => {
    expect(tileOf(MAX_INNER / 2 + 1, 1, 1)).toEqual([TILE, TILE]);
    expect(tileOf(1000, 1, 1)).toEqual([TILE, PLAIN_TILE]);
  });
});

describe('sizes that cannot be trained on a device are refused by their field', () => {
  const plan = (epochs: number, units = 4) => {
    const run = parseRun(article);
    const [hidden, output] = run.model.layers;
    return planOf({
      ...run,
      model: { ...run.model, layers: [{ ...(hidden as DenseLayer), units }, output!] },
      training: { ...run.training, epochs },
    });
  };

  test('the article is within the limits of every device', () => {
    expect(() => checkLimits(plan(50), LIMITS)).not.toThrow();
  });

  test('no number of epochs is too many: the log is a ring', () => {
    const { buffers } = plan(1_000_000);
    expect(buffers.find(({ name }) => name === 'epochLog')!.shape).toEqual([1024, 2]);
    expect(() => checkLimits(plan(1_000_000), LIMITS)).not.toThrow();
  });

  test('many counts to an epoch make a ring of fewer rows, at least one', () => {
    const run = parseRun(article);
    const rowsOf = (units: number) => {
      const { data, training } = run;
      const { buffers } = planOf({
        data: { x: data.x, y: data.x.map(() => [0]) },
        model: { ...run.model, layers: [{ ...(run.model.layers[0] as DenseLayer), units, activation: 'softmax' }] },
        training: {
          ...training,
          loss: { name: 'sparseCategoricalCrossentropy' },
          metrics: [{ name: 'confusionMatrix' }],
          epochs: 5000,
        },
      });
      return buffers.find(({ name }) => name === 'countLog')!.shape;
    };
    expect(rowsOf(2)).toEqual([1024, 4]);
    expect(rowsOf(100)).toEqual([104, 10_000]);
    expect(rowsOf(2000)).toEqual([1, 4_000_000]);
  });

  test('a layer too wide for a buffer', () => {
    expect(() => checkLimits(plan(50, 400_000), { ...LIMITS, maxStorageBufferBindingSize: 2 ** 22 })).toThrow(
      /^model\.layers\[0\]\.units: found a size of 1600000 that needs 6,400,000 bytes for parameters, /,
    );
  });

  test('a grid too wide for a dimension', () => {
    expect(() => checkLimits(plan(50, 4000), { ...LIMITS, maxComputeWorkgroupsPerDimension: 100 })).toThrow(
      'model.layers[0].units: found a size that needs 125 workgroups in one dimension for layers.0 forward, ' +
        'expected at most 100, the limit of this device.',
    );
  });

  test('a sum too long for one pass', () => {
    expect(() => plan(50, MAX_INNER)).not.toThrow();
    expect(() => plan(50, MAX_INNER + 1)).toThrow(
      'model.layers[0].units: found 480,001 units, expected at most 480,000, what one WebGPU pass can sum up.',
    );
  });
});

test('a linear grid covers its count, and folds where one dimension is too short', () => {
  expect(linearGrid(1, 64)).toEqual({ workgroups: [1, 1, 1], rowLength: 64 });
  expect(linearGrid(65, 64)).toEqual({ workgroups: [2, 1, 1], rowLength: 128 });
  const { workgroups, rowLength } = linearGrid(65_535 * 64 + 1, 64);
  expect([workgroups, rowLength]).toEqual([[65_535, 2, 1], 65_535 * 64]);
});

test('a grid of workgroups for each thing folds likewise', () => {
  expect(groupGrid(7)).toEqual({ workgroups: [7, 1, 1], gridRow: 7 });
  expect(groupGrid(65_536)).toEqual({ workgroups: [65_535, 2, 1], gridRow: 65_535 });
});

test('partial sums are as many as keep a GPU busy, and one workgroup can add up', () => {
  expect([1, 64, 65, 64 * 1024, 10 ** 8].map((count) => partialsOf(count))).toEqual([1, 1, 2, 1024, 1024]);
});

test('the bytes of a plan are those of its buffers', () => {
  const plan = planOf(RUNS.article);
  const bytes = plan.buffers.map(({ shape }) => 4 * valueCount(shape));
  expect(planBytes(plan)).toBe(bytes.reduce((sum, own) => sum + own, 0));
  expect(valueCount([3, 4, 5])).toBe(60);
});
