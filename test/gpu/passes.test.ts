import { describe } from 'vitest';
import { ACTIVATIONS, type ElementwiseActivation } from '../../src/core/activations.js';
import type { LayerDocument } from '../../src/core/model.js';
import { MAX_PARTIALS, REDUCE_WORKGROUP, WORKGROUP } from '../../src/passes/pass.js';
import { PLAIN_TILE, SMALL_TILE, TILE } from '../../src/passes/products.js';
import { explainFailure } from '../../src/verify/report.js';
import { expect, test } from '../support/device.js';
import { productDevice, verifyFirstStep } from '../support/plans.js';
import { makeRun, type RunShape } from '../support/runs.js';

/** A shape of one layer's product: batch × inputs · inputs × units. */
type Sizes = readonly [batch: number, inputs: number, units: number];

const SIZES: Readonly<Record<string, Sizes>> = {
  'everything 1': [1, 1, 1],
  'plain tile − 1': [PLAIN_TILE - 1, PLAIN_TILE - 1, PLAIN_TILE - 1],
  'plain tile': [PLAIN_TILE, PLAIN_TILE, PLAIN_TILE],
  'plain tile + 1 (the small tile)': [PLAIN_TILE + 1, PLAIN_TILE + 1, PLAIN_TILE + 1],
  'small tile': [SMALL_TILE, SMALL_TILE, SMALL_TILE],
  'small tile + 1 (the largest tile)': [SMALL_TILE + 1, SMALL_TILE + 1, SMALL_TILE + 1],
  'tile − 1': [TILE - 1, TILE - 1, TILE - 1],
  tile: [TILE, TILE, TILE],
  'tile + 1': [TILE + 1, TILE + 1, TILE + 1],
  'a prime each': [37, 53, 41],
  'batch 1': [1, 70, 33],
  'units 1': [50, 19, 1],
  'inputs 1': [23, 1, 35],
  'inputs far longer than the batch': [3, 1009, 5],
  'batch far longer than the inputs': [1009, 3, 2],
};

describe('every pass of a step is within its bound of the reference', () => {
  test.for(Object.entries(SIZES))('%s', async ([, [batch, inputs, units]], { device, adapterInfo }) => {
    // The shape in question stands below, where it has no input gradient, and above, where it has one.
    const sigmoid = { activation: 'sigmoid' } as const;
    const below: RunShape = {
      batch,
      inputs,
      layers: [
        { units, ...sigmoid },
        { units: 2, ...sigmoid },
      ],
    };
    const above: RunShape = {
      batch,
      inputs: 2,
      layers: [
        { units: inputs, ...sigmoid },
        { units, ...sigmoid },
      ],
    };
    for (const shape of [below, above]) await expectParity(device, adapterInfo, shape);
  });

  test('without biases', async ({ device, adapterInfo }) => {
    const layers: LayerDocument[] = [17, 5, 3].map((units) => ({ units, useBias: false, activation: 'sigmoid' }));
    await expectParity(device, adapterInfo, { batch: 20, inputs: 9, layers });
  });

  test('linear layers, biases here and there', async ({ device, adapterInfo }) => {
    const layers: LayerDocument[] = [{ units: 18 }, { units: 7, useBias: false, activation: 'sigmoid' }, { units: 4 }];
    await expectParity(device, adapterInfo, { batch: 33, inputs: 6, layers });
  });

  test.for(Object.keys(ACTIVATIONS) as ElementwiseActivation[])(
    '%s, with outputs near zero and far from it',
    async (activation, { device, adapterInfo }) => {
      const wide = { name: 'randomUniform', minval: -6, maxval: 6 } as const;
      const narrow = { name: 'randomUniform', minval: -0.2, maxval: 0.2 } as const;
      const layers: LayerDocument[] = [
        { units: 19, activation, kernelInitializer: wide },
        { units: 23, activation, kernelInitializer: narrow, useBias: false },
        { units: 5, activation },
      ];
      await expectParity(device, adapterInfo, { batch: 31, inputs: 7, layers });
    },
  );

  test('saturated: pre-activations far beyond where exp(z) overflows', async ({ device, adapterInfo }) => {
    const wide = { name: 'randomUniform', minval: -400, maxval: 400 } as const;
    const layers: LayerDocument[] = [
      { units: 9, activation: 'sigmoid', kernelInitializer: wide },
      { units: 3, activation: 'sigmoid', kernelInitializer: wide },
    ];
    await expectParity(device, adapterInfo, { batch: 12, inputs: 5, layers });
  });

  test('tiny values, where products are subnormal', async ({ device, adapterInfo }) => {
    const tiny = { name: 'randomUniform', minval: -1e-38, maxval: 1e-38 } as const;
    const layers: LayerDocument[] = [
      { units: 9, kernelInitializer: tiny },
      { units: 3, kernelInitializer: tiny },
    ];
    await expectParity(device, adapterInfo, { batch: 12, inputs: 5, layers });
  });

  const outputs = [REDUCE_WORKGROUP - 1, REDUCE_WORKGROUP, REDUCE_WORKGROUP + 1, REDUCE_WORKGROUP * MAX_PARTIALS + 1];
  test.for(outputs)('a loss over %i outputs, around the reducing workgroup', async (batch, { device, adapterInfo }) => {
    await expectParity(device, adapterInfo, { batch, inputs: 1, layers: [{ units: 1 }] });
  });

  test('an update of more parameters than one row of its grid holds', async ({ device, adapterInfo }) => {
    expect(2001 * 2100).toBeGreaterThan(65_535 * WORKGROUP);
    await expectParity(device, adapterInfo, { batch: 1, inputs: 2001, layers: [{ units: 2100, useBias: false }] });
  });

  const parameters = [WORKGROUP - 1, WORKGROUP, WORKGROUP + 1];
  test.for(parameters)('an update of %i parameters, around its workgroup', async (count, { device, adapterInfo }) => {
    await expectParity(device, adapterInfo, { batch: 2, inputs: count, layers: [{ units: 1, useBias: false }] });
  });
});

async function expectParity(device: GPUDevice, adapterInfo: GPUAdapterInfo, shape: RunShape): Promise<void> {
  const parity = await verifyFirstStep(productDevice(device, adapterInfo), makeRun(shape));
  expect(parity.filter(({ ok }) => !ok).map(explainFailure)).toEqual([]);
  // Every pass wrote something that was looked at: per layer forward, two gradients (the first one) and, of some
  // activations, passes of their own; loss, metric, log, update.
  expect(new Set(parity.map(({ pass }) => pass)).size).toBeGreaterThanOrEqual(3 * shape.layers.length - 1 + 4);
}
