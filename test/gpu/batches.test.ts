import { describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { shuffledRow } from '../../src/core/random.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { trainTask } from '../../src/reference/training.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { expectParity, failuresOf, verifyTimes } from '../support/parity.js';
import { broken, productDevice, withExecution } from '../support/plans.js';
import { makeRun, type RunShape } from '../support/runs.js';

const LAYERS = [{ units: 6, activation: 'relu' as const }, { units: 2 }];

function runWith(training: Partial<TrainingDocument>, more: Partial<RunShape> = {}) {
  return makeRun({
    batch: 23,
    inputs: 3,
    layers: LAYERS,
    epochs: 4,
    ...more,
    training: { loss: 'meanSquaredError', ...training },
  });
}

describe('the rows of a batch', () => {
  test.for([1, 5, 22, 23])('batches of %i of 23 rows, shuffled and not', async (batchSize, { gpu }) => {
    for (const shuffle of [true, false]) {
      const run = runWith({ batchSize, shuffle, metrics: ['meanAbsoluteError'] });
      await expectParity(gpu, run, ['loss', 'log', 'update'], { times: 3 });
      const task = taskOf(run);
      const got = await trainOnDevice(productDevice(gpu.device, gpu.adapterInfo), task);
      const want = trainTask(task);
      got.history.loss.forEach((loss, epoch) => expect(Math.abs(loss - want.history.loss[epoch]!)).toBeLessThan(1e-5));
    }
  });

  test('every epoch takes each row once, in an order that seed and epoch decide', async ({ gpu }) => {
    const run = runWith({ batchSize: 4 }, { seed: 5 });
    await withExecution(productDevice(gpu.device, gpu.adapterInfo), run, async (execution) => {
      const orders: number[][] = [];
      for await (const slice of execution.run({ isEpochwise: true })) {
        // A slow adapter may need several slices for an epoch.
        if (slice.epochs === 0) continue;
        const order = Array.from(new Uint32Array((await execution.read(['order'])).order));
        expect(order).toEqual(Array.from({ length: 23 }, (_, place) => shuffledRow(place, 23, 5, slice.firstEpoch)));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
        orders.push(order);
      }
      expect(new Set(orders.map((order) => order.join())).size).toBe(4);
    });
  });

  test('data beyond one binding is spread over several buffers, without changing a bit', async ({ gpu }) => {
    const run = runWith(
      { batchSize: 4, validationSplit: 0.3 },
      { data: (draw) => ({ sampleWeight: Array.from({ length: 23 }, draw) }) },
    );
    // Rows of x are 12 bytes, of y 8, weights 4: three rows of x to a buffer, and the last not full.
    const maxBindingBytes = 36;
    await expectParity(gpu, run, ['gather x from part 5', 'gather targets from part 3', 'gather weights from part 1'], {
      maxBindingBytes,
      times: 3,
    });
    const results = [];
    for (const options of [{}, { maxBindingBytes }]) {
      results.push(
        await withExecution(
          productDevice(gpu.device, gpu.adapterInfo),
          run,
          async (execution) => {
            for await (const slice of execution.run()) expect(slice.counters.failed).toBe(0);
            return new Float32Array((await execution.read(['parameters'])).parameters);
          },
          options,
        ),
      );
    }
    expect(results[1]).toEqual(results[0]);
  });

  test('validation data of its own, larger and smaller than a batch, is measured and never trained on', async ({
    gpu,
  }) => {
    for (const rows of [1, 7, 40]) {
      const x = Array.from({ length: rows }, (_, i) => [i / 40, 1 - i / 40, 0.5]);
      const y = Array.from({ length: rows }, (_, i) => [i / 80, 0]);
      const validated = runWith({ batchSize: 6 }, { data: () => ({ validation: { x, y } }) });
      const plain = runWith({ batchSize: 6 });
      await expectParity(gpu, validated, [], { times: 2 });
      const device = productDevice(gpu.device, gpu.adapterInfo);
      const got = await trainOnDevice(device, taskOf(validated));
      const want = trainTask(taskOf(validated));
      got.history['val_loss']!.forEach((loss, e) =>
        expect(Math.abs(loss - want.history['val_loss']![e]!)).toBeLessThan(1e-5),
      );
      expect(got.weights).toEqual((await trainOnDevice(device, taskOf(plain))).weights);
    }
  });

  // prettier-ignore
  const mistakes = [
    ['a row taken twice', 'shuffle', 'shuffledRow(place,', 'shuffledRow(place / 2u,', 'shuffle'],
    ['an order that is not used', 'gather', 'shape.isShuffled == 1u', 'shape.isShuffled == 7u', 'gather x'],
    ['a batch from the wrong place', 'gather', 'counters.position + i', 'counters.position + 1u + i', 'gather x'],
    ['rows of another part', 'gather', 'row - shape.first < shape.available', 'row - shape.first <= shape.available', ''],
  ] as const;
  test.for(mistakes)('control: %s is reported', async ([, shader, right, wrong, pass], { gpu }) => {
    const parity = await verifyTimes(gpu, runWith({ batchSize: 5 }), 1, {
      shaders: broken(shader, right, wrong),
      maxBindingBytes: 60,
    });
    expect(failuresOf(parity).length).toBeGreaterThan(0);
    expect(parity.filter(({ ok }) => !ok)[0]!.pass).toContain(pass);
  });
});

test('after set-up a training creates nothing but its command buffers, at least 16 batches to a submit', async ({
  gpu,
}) => {
  const counting = countingDevice(gpu.device);
  const run = runWith(
    { batchSize: 4, optimizer: 'adam', validationSplit: 0.2, metrics: ['meanAbsoluteError'] },
    {
      batch: 320,
      epochs: 20,
      layers: [{ units: 8, activation: 'tanh' }, { type: 'dropout', rate: 0.1 }, { units: 2 }],
    },
  );
  await withExecution(productDevice(counting.device, gpu.adapterInfo), run, async (execution) => {
    counting.counts.reset();
    let steps = 0;
    for await (const slice of execution.run()) steps = slice.counters.step;
    expect(steps).toBe(20 * 64);
    const { calls } = counting.counts;
    const creating = Object.keys(calls).filter((name) => name.startsWith('create') && name !== 'createCommandEncoder');
    expect(creating).toEqual([]);
    expect(steps / calls['submit']!).toBeGreaterThanOrEqual(16);
    expect(calls['writeBuffer']).toBeUndefined();
  });
});
