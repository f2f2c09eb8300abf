/**
 * What the host keeps does not grow with the updates of a training, only with its epochs: the heap after garbage collection, early and
 * late in a hundred thousand updates. In Node alone, where the collector can be called.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { taskOf } from '../../src/core/task.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test, type TestGpu } from '../support/device.js';
import { productDevice } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const ROWS = 2000;
const EPOCHS = 50;
/** Two bytes for each update between the two looks, where the smallest number takes four. */
const MOST_GROWTH = ROWS * EPOCHS;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** An update for each row. @returns bytes that the heap grew by, from a quarter of the training to its end */
async function growth({ device, adapterInfo }: TestGpu, onLook: (steps: number) => void = () => undefined) {
  const run = makeRun({
    batch: ROWS,
    inputs: 2,
    layers: [{ units: 1 }],
    epochs: EPOCHS,
    training: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 1e-4 }, batchSize: 1 },
  });
  const looks: { readonly steps: number; readonly bytes: number }[] = [];
  await trainOnDevice(productDevice(device, adapterInfo), taskOf(run), {
    schedule: 'persistent',
    onProgress(steps, of) {
      onLook(steps);
      const isEarly = looks.length === 0 && steps >= of / 4;
      if (!isEarly && steps < of) return;
      // What is freed late is freed by the second.
      collect();
      collect();
      looks.push({ steps, bytes: process.memoryUsage().heapUsed });
    },
  });
  expect(looks[0]!.steps).toBeLessThan((ROWS * EPOCHS) / 2);
  expect(looks[1]!.steps).toBe(ROWS * EPOCHS);
  return looks[1]!.bytes - looks[0]!.bytes;
}

test('a hundred thousand updates, checked: the heap does not grow with them', async ({ gpu }) => {
  // Some times before, so that what is loaded and compiled for the first time is there.
  for (let time = 0; time < 2; time++) await growth(gpu);
  const bytes = await growth(gpu);
  console.info(`The heap grew by ${bytes} bytes.`);
  expect(bytes).toBeLessThan(MOST_GROWTH);
});

test('control: a list that keeps a number of each update is noticed', async ({ gpu }) => {
  const kept: number[] = [];
  const bytes = await growth(gpu, (steps) => {
    while (kept.length < steps) kept.push(kept.length + 0.5);
  });
  console.info(`With a list it grew by ${bytes} bytes.`);
  expect(kept).toHaveLength(ROWS * EPOCHS);
  expect(bytes).toBeGreaterThan(MOST_GROWTH);
});
