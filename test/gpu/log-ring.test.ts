/**
 * The log is a ring: trainings of more epochs than it has rows lose none, also where a slice's rows go on at its
 * beginning.
 */
import { taskOf } from '../../src/core/task.js';
import { BufferPool, whole } from '../../src/gpu/buffers.js';
import { LogRing } from '../../src/plan/log-ring.js';
import type { Plan } from '../../src/plan/plan.js';
import { trainTask } from '../../src/reference/training.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const CLASSES = 400;

test('every epoch of a long training with many counts is told, in its order', async ({ gpu }) => {
  const run = makeRun({
    batch: 12,
    inputs: 2,
    layers: [{ units: CLASSES, activation: 'softmax' }],
    epochs: 40,
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.05 },
      learningRateSchedule: { name: 'reduceOnPlateau', patience: 2, minDelta: 0.5 },
      batchSize: 4,
      metrics: ['accuracy', 'confusionMatrix'],
    },
    data: () => ({ y: Array.from({ length: 12 }, (_, i) => [(37 * i) % CLASSES]) }),
  });
  const got = await trainOnDevice(productDevice(gpu.device, gpu.adapterInfo), taskOf(run), { verify: false });
  const logRows = got.plan!.buffers.find(({ name }) => name === 'countLog')!.shape[0]!;
  expect(logRows).toBe(6);
  const want = trainTask(taskOf(run));
  expect(got.history.loss).toHaveLength(40);
  want.history.loss.forEach((loss, epoch) => expect(Math.abs(got.history.loss[epoch]! - loss)).toBeLessThan(1e-4));
  expect(got.confusionMatrices).toEqual(want.confusionMatrices);
});

test('rows that go on at the beginning of the ring come back in the order of their epochs', async ({ device }) => {
  const pool = new BufferPool(device);
  const buffers = new Map([
    ['counters', whole(pool.storage('counters', 5))],
    ['epochLog', whole(pool.storage('epochLog', 8))],
  ]);
  device.queue.writeBuffer(buffers.get('epochLog')!.buffer, 0, Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5));
  device.queue.writeBuffer(buffers.get('counters')!.buffer, 0, Uint32Array.of(9, 8, 7, 6, 0));
  const plan = { buffers: [{ name: 'epochLog', type: 'f32', shape: [4, 2], field: '' }] } as unknown as Plan;
  const ring = new LogRing(plan, buffers, pool, 2);
  expect(ring.rows).toBe(4);
  const read = async (first: number, count: number) => {
    const encoder = device.createCommandEncoder();
    const take = ring.encode(encoder, first, count);
    device.queue.submit([encoder.finish()]);
    return (await take()).logs;
  };
  expect(Array.from((await read(7, 3)).sums)).toEqual([3, 3.5, 0, 0.5, 1, 1.5]);
  expect(Array.from((await read(4, 4)).sums)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
  expect(Array.from((await read(9, 2)).sums)).toEqual([1, 1.5, 2, 2.5]);
  const none = await read(5, 0);
  expect(none.sums).toHaveLength(0);
  expect(none.counters).toEqual({ batch: 9, step: 8, epoch: 7, position: 6, failed: 0 });
  pool.destroy();
});
