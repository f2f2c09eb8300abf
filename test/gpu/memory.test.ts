/**
 * Memory of long trainings and of many: a hundred thousand updates make no buffer after the first, and what was trained and given back
 * fifty times has left nothing, neither buffers nor devices; with checks and checkpoints too.
 */
import { describe } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import { openDevice } from '../../src/gpu/device.js';
import { loopTurns } from '../../src/gpu/loop-limit.js';
import { adam, dense, dropout, sequential, sgd, train } from '../../src/index.js';
import type { Schedule } from '../../src/plan/plan.js';
import { openKeeper } from '../../src/trainer/open-keeper.js';
import { type TrainOptions, trainOnDevice } from '../../src/trainer/train.js';
import { memoryStore } from '../support/checkpoints.js';
import { expect, test } from '../support/device.js';
import { type MemoryCounts, watchingMemory } from '../support/gpu-memory.js';
import { makeRun } from '../support/runs.js';

const ROWS = 50;

/** An update for each row: 2-2-1, by adam. */
const long = (epochs: number) =>
  makeRun({
    batch: ROWS,
    inputs: 2,
    layers: [{ units: 2, activation: 'tanh' }, { units: 1 }],
    epochs,
    training: {
      loss: 'meanSquaredError',
      optimizer: { name: 'adam', learningRate: 1e-4 },
      batchSize: 1,
      shuffle: true,
    },
  });

/** Of the fewest passes. */
const SHORT = makeRun({ batch: 4, inputs: 2, layers: [{ units: 1 }], epochs: 2, training: { metrics: [] } });

interface Look extends MemoryCounts {
  readonly steps: number;
}

interface Meddled {
  /** Whether steps are checked, and checkpoints written. */
  readonly isKept?: boolean;
  /** Does something with the device after each slice. */
  readonly meddle?: (gpu: GPUDevice) => void;
}

/** What there was after each slice of a training, and what is left after it. */
function looksAt(schedule: Schedule, epochs: number, { isKept = false, meddle }: Meddled = {}) {
  return watchingMemory(async ({ counts, labels }) => {
    const device = (await openDevice(navigator.gpu))!;
    try {
      // Asked once of a device, with buffers of its own.
      await loopTurns(device.gpu);
      const task = taskOf(long(epochs));
      const store = memoryStore();
      const looks: Look[] = [];
      const options: TrainOptions = {
        ...{ schedule, verify: isKept ? 'sample' : 'off' },
        onProgress(steps) {
          meddle?.(device.gpu);
          looks.push({ steps, ...counts() });
        },
      };
      const keeper = isKept ? await openKeeper(task, { checkpoint: { store, every: { seconds: 0.1 } } }) : undefined;
      const { plan, verification } = await trainOnDevice(device, task, options, keeper);
      expect(plan!.steps).toBe(ROWS * epochs);
      expect([store.files.size, verification.checks > 0]).toEqual([isKept ? 2 : 0, isKept]);
      // The last is told when all is over.
      return { within: looks.filter(({ steps }, i) => i + 1 < looks.length || steps < plan!.steps), left: labels() };
    } finally {
      device.close();
    }
  });
}

const different = (looks: readonly Look[], ...names: readonly (keyof Look)[]) =>
  new Set(looks.map((look) => names.map((name) => look[name]).join()));

describe.for([
  // A hundred thousand updates in one workgroup; where each pass is a dispatch they would take minutes on the CPU.
  ['persistent', 2000],
  ['layered', 30],
] as const)('%s', ([schedule, epochs]) => {
  test(`${(ROWS * epochs).toLocaleString('en')} updates: nothing is made or given back between the first slice and the last`, async () => {
    const { within, left } = await looksAt(schedule, epochs);
    expect(within.length).toBeGreaterThan(2);
    expect(within[0]!.steps).toBeLessThan((ROWS * epochs) / 10);
    expect(within[0]!.alive).toBeGreaterThan(5);
    expect(different(within, 'alive', 'bytes', 'created', 'destroyed').size).toBe(1);
    expect(left).toEqual([]);
  });

  test('with checks and checkpoints: what they make is given back before the next slice', async () => {
    const { within, left } = await looksAt(schedule, epochs, { isKept: true });
    expect(different(within, 'alive', 'bytes').size).toBe(1);
    expect(within.at(-1)!.destroyed).toBeGreaterThan(0);
    expect(left).toEqual([]);
  });

  test('control: a buffer that somebody leaves with each slice is noticed, in what is alive and in what is left', async () => {
    const meddle = (gpu: GPUDevice) =>
      void gpu.createBuffer({ label: 'leaked', size: 4, usage: GPUBufferUsage.STORAGE });
    const { within, left } = await looksAt(schedule, Math.ceil(epochs / 10), { meddle });
    expect(different(within, 'alive').size).toBe(within.length);
    expect(new Set(left)).toEqual(new Set(['leaked']));
  });
});

const CYCLES = 50;
const X = Array.from({ length: 12 }, (_, row) => [Math.sin(row), Math.cos(2 * row)]);
const Y = X.map(([a, b]) => [Number(a! > b!)]);

/** Every tenth has more in it: each device compiles its shaders anew, and those of few passes are soon compiled. */
async function fitAndDispose(cycle: number): Promise<void> {
  const isLarge = cycle % 10 === 0;
  const below = [dense(3, { activation: 'tanh' }), dropout(0.1)];
  const model = sequential([...(isLarge ? below : []), dense(1)], { inputs: 2, seed: cycle });
  const isKept = cycle % 5 === 0;
  await model.fit(X, Y, {
    ...{ loss: 'meanSquaredError', optimizer: isLarge ? adam() : sgd(), epochs: 8, batchSize: 4, shuffle: isLarge },
    ...{ backend: 'webgpu', schedule: cycle % 20 === 0 ? 'persistent' : 'layered', verify: isKept ? 'sample' : 'off' },
    ...(isKept && { checkpoint: { store: memoryStore(), every: { epochs: 3 } } }),
  });
  if (isKept) await model.predict(X);
  await model.dispose();
}

test(`${CYCLES} models that are made, trained and disposed leave neither buffers nor devices`, async () => {
  await watchingMemory(async ({ counts, labels }) => {
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      await fitAndDispose(cycle);
      expect([cycle, labels(), counts().devices]).toEqual([cycle, [], 0]);
    }
    const { created, destroyed } = counts();
    expect(created).toBeGreaterThan(5 * CYCLES);
    expect(destroyed).toBe(created);
  });
});

test(`${CYCLES} calls of train leave neither buffers nor devices`, async () => {
  await watchingMemory(async ({ counts, labels }) => {
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const verify = cycle % 5 ? 'off' : 'sample';
      await train(SHORT, { gpu: navigator.gpu, backend: 'webgpu', schedule: 'layered', verify });
      expect([cycle, labels(), counts().devices]).toEqual([cycle, [], 0]);
    }
    expect(counts().created).toBeGreaterThan(5 * CYCLES);
  });
});

test('control: a model that nobody disposes is noticed', async () => {
  await watchingMemory(async ({ counts, labels }) => {
    const model = sequential([dense(1)], { inputs: 2 });
    await model.fit(X, Y, { loss: 'meanSquaredError', epochs: 30, backend: 'webgpu', schedule: 'persistent' });
    expect(counts().devices).toBe(1);
    // What it keeps for the next training of the same kind.
    expect(labels().length).toBeGreaterThan(0);
    await model.dispose();
    expect([labels(), counts().devices]).toEqual([[], 0]);
  });
});
