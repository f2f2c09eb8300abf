/**
 * A training's buffers: made once, however long it takes, and given back at its end. Counted by the watch of the
 * test's device (created less destroyed), and by a device that counts what it is asked for.
 */
import { taskOf } from '../../src/core/task.js';
import { loopTurns } from '../../src/gpu/loop-limit.js';
import { trainTaskOnDevice } from '../../src/trainer/on-device.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

/** 2-4-1 on eight rows in shuffled batches of four, with a validation row and a metric to log. */
function small(epochs: number) {
  const layers = [{ units: 4, activation: 'tanh' as const }, { units: 1 }];
  const training = {
    loss: 'meanSquaredError',
    optimizer: { name: 'adam', learningRate: 0.01 },
    batchSize: 4,
    shuffle: true,
    metrics: ['meanAbsoluteError'],
  } as const;
  const data = () => ({ validation: { x: [[0.5, -0.5]], y: [[0.25]] } });
  return makeRun({ batch: 8, inputs: 2, layers, epochs, training, data });
}

/** As few passes an epoch as there can be, since 2,000 of them take their time where each dispatch does. */
function smallest(epochs: number) {
  const training = { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.01 }, batchSize: 8 } as const;
  return makeRun({ batch: 8, inputs: 2, layers: [{ units: 1 }], epochs, training });
}

test.for([
  ['2,000 epochs', 2000, smallest],
  ['100 epochs of batches, shuffled and validated,', 100, small],
] as const)('%s do not change the number of live buffers', async ([, epochs, make], { gpu, session }) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const trainFor = async (count: number) => {
    const counting = countingDevice(gpu.device);
    // What is measured once a device has buffers of its own.
    await loopTurns(counting.device);
    const measured = counting.counts.calls['createBuffer']!;
    const training = trainTaskOnDevice(productDevice(counting.device, gpu.adapterInfo), taskOf(make(count)));
    const alive: number[] = [];
    for await (const reports of training) {
      for (const { epoch } of reports) alive[epoch - 1] = liveBuffers.size - before;
    }
    expect(liveBuffers.size).toBe(before);
    return { alive, created: counting.counts.calls['createBuffer']! - measured };
  };
  // A page tests its adapter once, and remembers.
  await trainFor(20);
  const short = await trainFor(20);
  const long = await trainFor(epochs);
  expect(short.alive).toHaveLength(20);
  expect(long.alive).toHaveLength(epochs);
  expect(short.alive[0]).toBeGreaterThan(0);
  expect(new Set([...short.alive, ...long.alive])).toEqual(new Set([short.alive[0]]));
  // Not even made and given back in between.
  expect(long.created).toBe(short.created);
});

test('who looks at the weights of each epoch has the same buffers read again', async ({ gpu }) => {
  const counting = countingDevice(gpu.device);
  const seen: unknown[] = [];
  const created: (number | undefined)[] = [];
  const onWeights = (weights: unknown) => {
    seen.push(weights);
    created.push(counting.counts.calls['createBuffer']);
  };
  const device = productDevice(counting.device, gpu.adapterInfo);
  for await (const reports of trainTaskOnDevice(device, taskOf(small(6)), { onWeights })) {
    expect(reports).toHaveLength(1);
    expect(seen).toHaveLength(reports[0]!.epoch);
  }
  expect(new Set(created).size).toBe(1);
  expect(seen[5]).not.toEqual(seen[0]);
});

test('a training that is left halfway gives its buffers back too', async ({ device, adapterInfo, session }) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const task = taskOf(small(2000));
  for await (const reports of trainTaskOnDevice(productDevice(device, adapterInfo), task)) {
    expect(liveBuffers.size).toBeGreaterThan(before);
    expect(reports[0]!.epoch).toBe(1);
    expect(reports.length).toBeLessThan(2000);
    break;
  }
  expect(liveBuffers.size).toBe(before);
});

test('control: a buffer more for each epoch is noticed', async ({ device, adapterInfo, session }) => {
  const { liveBuffers } = session.watch;
  const before = liveBuffers.size;
  const alive: number[] = [];
  const kept: GPUBuffer[] = [];
  const onWeights = () => undefined;
  for await (const [report] of trainTaskOnDevice(productDevice(device, adapterInfo), taskOf(small(10)), {
    onWeights,
  })) {
    kept.push(device.createBuffer({ label: `epoch ${report!.epoch}`, size: 4, usage: GPUBufferUsage.STORAGE }));
    alive.push(liveBuffers.size - before);
  }
  expect(new Set(alive).size).toBe(10);
  expect(liveBuffers.size).toBe(before + 10);
  for (const buffer of kept) buffer.destroy();
});

test('weights come home with the last slice however large the outputs beside them are', async ({ gpu }) => {
  // More than a mebibyte of outputs, and a few kilobytes of weights.
  const run = makeRun({
    batch: 600,
    inputs: 500,
    layers: [{ units: 2 }, { units: 500 }],
    epochs: 2,
    learningRate: 1e-4,
  });
  const device = productDevice(gpu.device, gpu.adapterInfo);
  for (const predicts of [false, true]) {
    const training = trainTaskOnDevice(device, taskOf(run), { verify: false, predicts });
    let step = await training.next();
    while (!step.done) step = await training.next();
    expect(step.value.weights[1]!.kernel!.values.every(Number.isFinite)).toBe(true);
    expect(step.value.predictions.rows).toBe(predicts ? 600 : 0);
  }
});
