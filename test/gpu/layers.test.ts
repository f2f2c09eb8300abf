import { describe } from 'vitest';
import { ACTIVATION_NAMES } from '../../src/core/activations.js';
import { isKept, dropoutThreshold } from '../../src/core/random.js';
import type { LayerDocument } from '../../src/core/model.js';
import { REDUCE_WORKGROUP } from '../../src/passes/pass.js';
import { expect, test } from '../support/device.js';
import { expectParity } from '../support/parity.js';
import { productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

type Sizes = readonly [batch: number, columns: number];

const SIZES: Readonly<Record<string, Sizes>> = {
  'everything 1': [1, 1],
  'workgroup − 1': [REDUCE_WORKGROUP - 1, REDUCE_WORKGROUP - 1],
  workgroup: [REDUCE_WORKGROUP, REDUCE_WORKGROUP],
  'workgroup + 1': [REDUCE_WORKGROUP + 1, REDUCE_WORKGROUP + 1],
  'a prime each': [37, 53],
  'a batch of 1': [1, 70],
  'one column': [50, 1],
};

const NORMALIZATIONS = ['batchNormalization', 'layerNormalization'] as const;

describe.each(NORMALIZATIONS)('%s', (type) => {
  test.for(Object.entries(SIZES))('between dense layers: %s', async ([, [batch, columns]], { gpu }) => {
    const run = makeRun({ batch, inputs: 3, layers: [{ units: columns }, { type }, { units: 2 }] });
    await expectParity(gpu, run, ['layers.1 moments', 'layers.1 weight gradient', 'layers.1 input gradient']);
  });

  test('first, on the inputs, and last, before the loss', async ({ gpu }) => {
    const run = makeRun({ batch: 21, inputs: 5, layers: [{ type }, { units: 4, activation: 'tanh' }, { type }] });
    await expectParity(gpu, run, ['layers.0 weight gradient', 'layers.2 input gradient']);
  });

  test('twice, with an activation of its own in between', async ({ gpu }) => {
    const layers: LayerDocument[] = [{ units: 7 }, { type }, { type: 'activation', activation: 'gelu' }, { type }];
    await expectParity(gpu, makeRun({ batch: 12, inputs: 5, layers: [...layers, { units: 2 }] }), [], { times: 3 });
  });

  test('of values that are all alike: the variance is 0', async ({ gpu }) => {
    const layers: LayerDocument[] = [{ units: 4, kernelInitializer: 'zeros' }, { type }, { units: 2 }];
    const run = makeRun({
      batch: 9,
      inputs: 3,
      layers,
      data: () => ({ x: Array.from({ length: 9 }, () => [1, 2, 3]) }),
    });
    await expectParity(gpu, run, ['layers.1 input gradient']);
  });

  test('of values far from zero, where the mean is large and the deviation small', async ({ gpu }) => {
    const x = Array.from({ length: 30 }, (_, r) => [1000 + 0.01 * (r % 7), -500 + 0.02 * (r % 5)]);
    await expectParity(
      gpu,
      makeRun({ batch: 30, inputs: 2, layers: [{ type }, { units: 2 }], data: () => ({ x }) }),
      [],
    );
  });
});

test('moving statistics follow the batches, and are what validation uses', async ({ gpu }) => {
  const layers: LayerDocument[] = [{ units: 5 }, { type: 'batchNormalization', momentum: 0.5 }, { units: 2 }];
  const run = makeRun({ batch: 24, inputs: 3, layers, training: { batchSize: 8, validationSplit: 0.25 } });
  await expectParity(gpu, run, ['layers.1 statistics', 'validate of 6: layers.1 forward'].slice(0, 1), { times: 4 });
  await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async (execution) => {
    const read = async () => Array.from(new Float32Array((await execution.read(['statistics'])).statistics));
    const before = await read();
    expect(before).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    execution.runProgram('shuffle');
    execution.runProgram('train');
    const after = await read();
    expect(after.every((value, i) => value !== before[i])).toBe(true);
    execution.runProgram('validate');
    expect(await read()).toEqual(after);
  });
});

describe('dropout', () => {
  test.for(Object.entries(SIZES))('between dense layers: %s', async ([, [batch, columns]], { gpu }) => {
    const layers: LayerDocument[] = [
      { units: columns, activation: 'relu' },
      { type: 'dropout', rate: 0.4 },
      { units: 2 },
    ];
    await expectParity(gpu, makeRun({ batch, inputs: 3, layers }), ['layers.1 forward', 'layers.1 gradient'], {
      times: 2,
    });
  });

  test('drops what the reference drops, another part in each batch and layer, and none in validation', async ({
    gpu,
  }) => {
    const rate = 0.3;
    const layers: LayerDocument[] = [
      { units: 40, activation: 'sigmoid' },
      { type: 'dropout', rate },
      { type: 'dropout', rate },
      { units: 1 },
    ];
    const run = makeRun({ batch: 20, inputs: 3, layers, seed: 99, training: { batchSize: 10, validationSplit: 0.5 } });
    await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async (execution) => {
      const zeros = async () =>
        Array.from(new Float32Array((await execution.read(['layers.1.y']))['layers.1.y']), (value) => value === 0);
      const masks = [];
      for (const step of [0, 1]) {
        execution.runProgram('train');
        const mask = await zeros();
        masks.push(mask);
        expect(mask).toEqual(mask.map((_, i) => !isKept(99, 1, step, i, dropoutThreshold(rate))));
        const share = mask.filter(Boolean).length / mask.length;
        expect(Math.abs(share - rate)).toBeLessThan(0.1);
      }
      expect(masks[0]).not.toEqual(masks[1]);
      const programs = execution.plan.programs;
      expect(programs['validate']!.some(({ shader }) => shader === 'dropout_forward')).toBe(false);
    });
  });

  test('of rate 0 keeps everything; of a rate near 1 hardly anything', async ({ gpu }) => {
    for (const rate of [0, 0.999]) {
      const layers: LayerDocument[] = [{ units: 30 }, { type: 'dropout', rate }, { units: 2 }];
      await expectParity(gpu, makeRun({ batch: 15, inputs: 3, layers }), ['layers.1 gradient']);
    }
  });

  test('first, on the inputs', async ({ gpu }) => {
    const layers: LayerDocument[] = [{ type: 'dropout', rate: 0.2 }, { units: 3, activation: 'tanh' }, { units: 1 }];
    await expectParity(gpu, makeRun({ batch: 15, inputs: 6, layers }), [
      'layers.0 forward',
      'layers.1 kernel gradient',
    ]);
  });
});

describe('activations as layers of their own', () => {
  test.for(ACTIVATION_NAMES)(
    '%s, after a dense layer and after dropout, with large and small values',
    async (activation, { gpu }) => {
      const wide = { name: 'randomUniform', minval: -8, maxval: 8 } as const;
      const layers: LayerDocument[] = [
        { units: 19, kernelInitializer: wide },
        { type: 'activation', activation },
        { type: 'dropout', rate: 0.2 },
        { type: 'activation', activation },
        { units: 3 },
        { type: 'activation', activation },
      ];
      const run = makeRun({ batch: 31, inputs: 7, layers });
      const named = activation === 'linear' ? [] : ['layers.1 activation gradient', 'layers.5 activation gradient'];
      await expectParity(gpu, run, ['layers.1 forward', 'layers.3 forward', ...named]);
    },
  );

  test.for(['gelu', 'geluTanh', 'silu', 'softplus', 'softmax'] as const)(
    '%s of values where exp(z) and z³ overflow',
    async (activation, { gpu }) => {
      const huge = { name: 'randomUniform', minval: -400, maxval: 400 } as const;
      const layers: LayerDocument[] = [{ units: 9, activation, kernelInitializer: huge }, { units: 3 }];
      await expectParity(gpu, makeRun({ batch: 12, inputs: 5, layers }), ['layers.0 activation']);
    },
  );
});

test('layers without weights below the first that has some need no gradient', async ({ gpu }) => {
  const layers: LayerDocument[] = [
    { type: 'activation', activation: 'tanh' },
    { type: 'dropout', rate: 0.5 },
    { units: 2 },
  ];
  const run = makeRun({ batch: 5, inputs: 4, layers });
  await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async ({ plan }) => {
    const labels = plan.programs['train']!.map(({ label }) => label);
    expect(labels.filter((label) => label.includes('gradient'))).toEqual(['layers.2 kernel gradient']);
    return Promise.resolve();
  });
  await expectParity(gpu, run, ['layers.0 forward', 'layers.1 forward']);
});
