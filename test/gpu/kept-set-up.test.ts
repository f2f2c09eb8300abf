/** A set-up that is kept: the like of a training creates nothing, has the same bits, and leaves nothing behind. */
import { taskOf } from '../../src/core/task.js';
import type { Device } from '../../src/gpu/device.js';
import type { Run } from '../../src/core/run.js';
import { KeptSetUp } from '../../src/trainer/kept-set-up.js';
import { trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const run = makeRun({ batch: 8, inputs: 3, layers: [{ units: 4 }, { units: 2 }], epochs: 40, learningRate: 1e-4 });
/** The same shapes with other numbers: data, weights, and a seed that nothing is drawn from. */
const alike: Run = {
  ...run,
  data: { x: run.data.x.map((row) => row.map((value) => 1 - value)), y: run.data.y },
  model: { ...run.model, seed: run.model.seed + 1 },
};

/** Trains on a device that counts, and gives what was created and what came out. */
async function trained(
  gpu: { device: GPUDevice; adapterInfo: GPUAdapterInfo },
  runs: readonly Run[],
  kept?: KeptSetUp,
) {
  const { device, counts } = countingDevice(gpu.device);
  const product = productDevice(device, gpu.adapterInfo);
  const results = [];
  for (const one of runs) {
    counts.reset();
    const { history, weights, predictions } = await lastOf(product, one, kept);
    const { createBuffer = 0, createBindGroup = 0 } = counts.calls;
    results.push({ numbers: { history, weights, predictions }, created: createBuffer + createBindGroup });
  }
  return results;
}

async function lastOf(device: Device, one: Run, kept: KeptSetUp | undefined) {
  const epochs = trainTaskOnDevice(device, taskOf(one), { verify: false, kept });
  for (;;) {
    const { done, value } = await epochs.next();
    if (done) return value;
  }
}

test('the like of a training creates nothing and has the bits of one that was set up anew', async ({
  gpu,
  session,
}) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const kept = new KeptSetUp();
  const runs = [run, alike, run];
  const again = await trained(gpu, runs, kept);
  expect(again.map(({ created }) => created > 0)).toEqual([true, false, false]);
  expect(liveBuffers.size).toBeGreaterThan(before);
  kept.clear();
  expect(liveBuffers.size).toBe(before);
  const anew = await trained(gpu, runs);
  expect(anew.every(({ created }) => created > 0)).toBe(true);
  expect(again.map(({ numbers }) => numbers)).toEqual(anew.map(({ numbers }) => numbers));
  expect(again[1]!.numbers).not.toEqual(again[0]!.numbers);
});

const { training } = run;
test.for<readonly [string, Run]>([
  ['more epochs', { ...run, training: { ...training, epochs: 41 } }],
  [
    'another learning rate',
    { ...run, training: { ...training, optimizer: { ...training.optimizer, learningRate: 2e-4 } } },
  ],
  ['a row less', { ...run, data: { x: run.data.x.slice(1), y: run.data.y.slice(1) } }],
  ['weighted rows', { ...run, data: { ...run.data, sampleWeight: run.data.x.map((_, i) => i / 8) } }],
  ['another seed of shuffles', { ...alike, training: { ...training, shuffle: true, batchSize: 4 } }],
])('control: %s is set up anew, and nothing is left of what was kept', async ([, other], { gpu, session }) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const kept = new KeptSetUp();
  // In batches, shuffled: with a seed of its own.
  const first: Run = other.training.batchSize === 4 ? { ...other, model: run.model } : run;
  const [, second] = await trained(gpu, [first, other], kept);
  expect(second!.created).toBeGreaterThan(0);
  kept.clear();
  expect(liveBuffers.size).toBe(before);
  const [anew] = await trained(gpu, [other]);
  expect(second!.numbers).toEqual(anew!.numbers);
});

test('a training that diverges keeps nothing', async ({ gpu, session }) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const kept = new KeptSetUp();
  const wild: Run = {
    ...run,
    training: { ...training, optimizer: { ...training.optimizer, learningRate: 1e38 } },
    model: { ...run.model, layers: run.model.layers.map((layer) => ({ ...layer, activation: 'linear' }) as never) },
  };
  await expect(trained(gpu, [wild], kept)).rejects.toThrow('diverged');
  expect(liveBuffers.size).toBe(before);
});
