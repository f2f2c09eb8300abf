import { describe, expect, test } from 'vitest';
import { parseRun } from '../../src/core/run.js';
import { MAX_INNER, SMALL_TILE, TILE } from '../../src/passes/dense.js';
import { linearGrid } from '../../src/passes/pass.js';
import { compilePlan } from '../../src/plan/compile.js';
import { checkLimits } from '../../src/plan/limits.js';
import { printPlan, summarizePlan } from '../../src/plan/print.js';
import { article } from '../../src/runs/article.js';
import { makeRun } from '../support/runs.js';

/** What every WebGPU device offers. */
const LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupsPerDimension: 65_535,
};

test("the article's plan, in full", () => {
  expect(printPlan(compilePlan(parseRun(article)))).toMatchInlineSnapshot(`
    "schedule layered: the schedule for networks of any size
    buffers
      x            f32 (4, 3)
      targets      f32 (4, 1)
      parameters   f32 (16)
      gradients    f32 (16)
      layers.0.y   f32 (4, 4)
      layers.1.y   f32 (4, 1)
      layers.0.dz  f32 (4, 4)
      layers.1.dz  f32 (4, 1)
      partials     f32 (1, 2)
      epochLog     f32 (50, 2)
      state        u32 (1)
    parameters
      layers.0.kernel  at 0 (3, 4)
      layers.1.kernel  at 12 (4, 1)
    passes of one step, 50 steps
      1  layers.0 forward          dense_forward           x parameters → layers.0.y                        TILE=8 ACTIVATION=1        batch=4 inputs=3 units=4 kernelOffset=0 biasOffset=12 useBias=0   1×1×1
      2  layers.1 forward          dense_forward           layers.0.y parameters → layers.1.y               TILE=8 ACTIVATION=1        batch=4 inputs=4 units=1 kernelOffset=12 biasOffset=16 useBias=0  1×1×1
      3  loss                      half_sum_squared_error  layers.1.y targets → layers.1.dz partials        WORKGROUP=64 ACTIVATION=1  count=4 stride=64                                                 1×1×1
      4  log                       log_epoch               partials → state epochLog                        WORKGROUP=64               partials=1 count=4 epochs=50                                      1×1×1
      5  layers.1 input gradient   dense_input_gradient    layers.1.dz parameters layers.0.y → layers.0.dz  TILE=8 ACTIVATION=1        batch=4 inputs=4 units=1 kernelOffset=12                          1×1×1
      6  layers.1 kernel gradient  dense_kernel_gradient   layers.0.y layers.1.dz → gradients               TILE=8                     batch=4 inputs=4 units=1 kernelOffset=12 useBias=0                1×1×1
      7  layers.0 kernel gradient  dense_kernel_gradient   x layers.0.dz → gradients                        TILE=8                     batch=4 inputs=3 units=4 kernelOffset=0 useBias=0                 1×1×1
      8  update                    sgd                     gradients → parameters                           WORKGROUP=64               count=16 rowLength=64 learningRate=1                              1×1×1"
  `);
});

test('a plan with biases lays each bias right behind its kernel', () => {
  const run = makeRun({ batch: 20, inputs: 5, layers: [{ units: 7 }, { units: 3, useBias: false }, { units: 2 }] });
  const plan = compilePlan(run);
  expect(plan.parameters).toEqual([
    { name: 'layers.0.kernel', offset: 0, shape: [5, 7] },
    { name: 'layers.0.bias', offset: 35, shape: [1, 7] },
    { name: 'layers.1.kernel', offset: 42, shape: [7, 3] },
    { name: 'layers.2.kernel', offset: 63, shape: [3, 2] },
    { name: 'layers.2.bias', offset: 69, shape: [1, 2] },
  ]);
  expect(summarizePlan(plan)).toBe(
    'layered schedule, 5-7-3-2 network, 71 parameters, 11 passes a step, 1 step, 3.0 KiB on the GPU',
  );
});

test('a plan depends on sizes and names only, not on values', () => {
  const run = parseRun(article);
  const other = { ...run, data: { ...run.data, x: run.data.x.map((row) => row.map((value) => value - 7)) } };
  expect(compilePlan(other)).toEqual(compilePlan(run));
  expect(compilePlan(run)).toEqual(compilePlan(run));
});

test('no buffer is both read and written in one pass', () => {
  const run = makeRun({ batch: 3, inputs: 2, layers: [{ units: 4 }, { units: 5 }, { units: 1 }] });
  for (const { label, buffers } of compilePlan(run).passes) {
    expect([label, new Set(Object.values(buffers)).size]).toEqual([label, Object.keys(buffers).length]);
  }
});

describe('the tile of a product', () => {
  const tileOf = (batch: number, inputs: number, units: number) =>
    compilePlan(makeRun({ batch, inputs, layers: [{ units, useBias: false }] })).passes.map(
      ({ constants }) => constants['TILE'],
    );

  test('is the small one for results that fit it whole, and the large one for others', () => {
    expect(tileOf(8, 8, 8)[0]).toBe(SMALL_TILE);
    expect(tileOf(9, 8, 8)[0]).toBe(TILE);
    expect(tileOf(8, 8, 9)[0]).toBe(TILE);
  });

  test('is the large one also for a small result of a long sum, which takes half the turns then', () => {
    const [forward, , , kernelGradient] = tileOf(MAX_INNER / 2 + 1, 1, 1);
    expect([forward, kernelGradient]).toEqual([TILE, TILE]);
    expect(tileOf(1000, 1, 1)[3]).toBe(SMALL_TILE);
  });
});

describe('sizes that cannot be trained on a device are refused by their field', () => {
  const plan = (epochs: number, units = 4) => {
    const run = parseRun(article);
    const [hidden, output] = run.model.layers;
    return compilePlan({
      ...run,
      model: { ...run.model, layers: [{ ...hidden!, units }, output!] },
      training: { ...run.training, epochs },
    });
  };

  test('the article is within the limits of every device', () => {
    expect(() => checkLimits(plan(50), LIMITS)).not.toThrow();
  });

  test('a log too long', () => {
    expect(() => checkLimits(plan(2 ** 24), LIMITS)).not.toThrow();
    expect(() => checkLimits(plan(2 ** 24 + 1), LIMITS)).toThrow(
      'training.epochs: found a size of 16777217 × 2 that needs 134217736 bytes for epochLog, ' +
        'expected at most 134217728 bytes, the limit of this device.',
    );
  });

  test('a layer too wide for a buffer', () => {
    expect(() => checkLimits(plan(50, 900_000), { ...LIMITS, maxStorageBufferBindingSize: 2 ** 23 })).toThrow(
      /^model\.layers\[0\]\.units: found a size of 3600000 that needs 14400000 bytes for parameters, /,
    );
  });

  test('a grid too wide for a dimension', () => {
    expect(() => checkLimits(plan(50, 4000), { ...LIMITS, maxComputeWorkgroupsPerDimension: 100 })).toThrow(
      'model.layers[0].units: found a size that needs 250 workgroups in one dimension for layers.0 forward, ' +
        'expected at most 100, the limit of this device.',
    );
  });

  test('a sum too long for one pass', () => {
    expect(() => plan(50, MAX_INNER)).not.toThrow();
    expect(() => plan(50, MAX_INNER + 1)).toThrow(
      'model.layers[0].units: found 960001 units, expected at most 960000, what one WebGPU pass can sum up.',
    );
  });
});

test('a linear grid covers its count, and folds where one dimension is too short', () => {
  expect(linearGrid(1, 64)).toEqual({ workgroups: [1, 1, 1], rowLength: 64 });
  expect(linearGrid(65, 64)).toEqual({ workgroups: [2, 1, 1], rowLength: 128 });
  const { workgroups, rowLength } = linearGrid(65_535 * 64 + 1, 64);
  expect([workgroups, rowLength]).toEqual([[65_535, 2, 1], 65_535 * 64]);
});
