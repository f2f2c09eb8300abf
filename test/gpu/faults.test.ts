/**
 * A device that is lost while it trains: the training goes on by itself on another, to the very bits of one that nothing happened to,
 * and tells of each epoch once.
 */
import { describe } from 'vitest';
import { numpyRandom } from '../../src/core/random.js';
import { DeviceError } from '../../src/gpu/device.js';
import { adam, dense, dropout, sequential, train } from '../../src/index.js';
import type { Schedule } from '../../src/plan/plan.js';
import { bitsOf, memoryStore } from '../support/checkpoints.js';
import { expect, test } from '../support/device.js';
import { type Fault, faultyGpu } from '../support/faults.js';
import { DISTURBED, EPOCHS, QUICK, STATELESS, trainDisturbed } from '../support/fault-trainings.js';
import { expectUndisturbed } from '../support/undisturbed.js';

const SCHEDULES = ['layered', 'persistent'] as const satisfies Schedule[];

const destroyed = (at: number, label?: string): Fault => ({ kind: 'destroyed', at, ...(label && { label }) });

describe.each(SCHEDULES)('%s: lost', (schedule) => {
  test.for([1, 2])('at random, several times (seed %i): the same bits', async (seed, { gpu }) => {
    expect(gpu.device).toBeDefined();
    const { training: plain, slices } = await trainDisturbed([], { schedule });
    expect(plain!.plan!.schedule).toBe(schedule);
    const draw = numpyRandom(seed);
    const faults = Array.from({ length: 3 }, () => destroyed(1 + Math.floor((slices[0]! / 3) * draw())));
    const lost = await trainDisturbed(faults, { schedule });
    expectUndisturbed(lost, plain!);
    expect([lost.recoveries.length, lost.devices]).toEqual([3, 4]);
    // From the newest state, which is that of the slice before.
    expect(lost.recoveries.at(-1)!.step).toBeGreaterThan(0);
    expect(lost.recoveries[0]!.message).toMatch(
      /^The GPU device was lost: .*\. The training goes on .* \(attempt 1 of 3\)\.$/,
    );
    expect(lost.training!.notes.at(-1)).toMatch(/^The GPU device was lost 3 times; .* computed anew\.$/);
  });

  test('where nothing is held: again from the beginning, to the same bits', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const { training: plain } = await trainDisturbed([], { schedule });
    const lost = await trainDisturbed([destroyed(EPOCHS - 2), destroyed(4)], { schedule, pace: STATELESS });
    expectUndisturbed(lost, plain!);
    expect(lost.recoveries).toMatchObject([
      { step: 0, epoch: 1, attempt: 1, of: 3 },
      { step: 0, epoch: 1, attempt: 2, of: 3 },
    ]);
    expect(lost.recoveries[0]!.message).toContain('The training goes on from its beginning (attempt 1 of 3).');
  });

  test('while it is set up, while it is checked, at its very end: the same bits, and the same checks', async ({
    gpu,
  }) => {
    expect(gpu.device).toBeDefined();
    const { training: plain } = await trainDisturbed([], { schedule, verify: true });
    const faults = [destroyed(0), destroyed(1, 'captured step'), destroyed(2, 'best weights')];
    const lost = await trainDisturbed(faults, { schedule, verify: true });
    expectUndisturbed(lost, plain!);
    expect(lost.recoveries.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    expect(lost.training!.verification.passes.length).toBe(plain!.verification.passes.length);
  });

  test('again and again where it gets no further: it fails after three attempts, in one sentence', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const faults = [destroyed(2), destroyed(1), destroyed(1), destroyed(1)];
    const { error, recoveries, reports, devices } = await trainDisturbed(faults, { schedule });
    expect(error).toBeInstanceOf(DeviceError);
    expect(error!.message).toMatch(
      /^The GPU device was lost: .* 3 attempts to go on failed as well: start again, take a smaller network, or train on the CPU\.$/,
    );
    expect([recoveries.map(({ attempt }) => attempt), devices]).toEqual([[1, 2, 3], 4]);
    expect(reports.map(({ epoch }) => epoch)).toEqual([1]);
  });

  test('control: without attempts the loss is the error, and a bit that is another gives other bits', async ({
    gpu,
  }) => {
    expect(gpu.device).toBeDefined();
    const raw = await trainDisturbed([destroyed(2)], { schedule, pace: { ...QUICK, waits: [] } });
    expect(raw.error!.message).toMatch(/^The GPU device was lost: /);
    expect([raw.recoveries, raw.devices]).toEqual([[], 1]);
    const { training: plain } = await trainDisturbed([], { schedule });
    const { buffer, offset } = plain!.plan!.buffers.find(({ name }) => name === 'parameters')!.within ?? {
      ...{ buffer: 'parameters', offset: 0 },
    };
    const flips: Fault = { kind: 'flipped bit', at: offset, label: buffer };
    const flipped = await trainDisturbed([destroyed(6), flips], { schedule });
    expect(flipped.error).toBeUndefined();
    // The best weights may be of an epoch before the flip; the epochs after it are others.
    expect(bitsOf(flipped.training!).history).not.toEqual(bitsOf(plain!).history);
  });
});

test('another adapter, or none: it says so', async ({ gpu }) => {
  expect(gpu.device).toBeDefined();
  const other = await trainDisturbed([destroyed(6)], { names: ['one', 'another'] });
  expect(other.training!.adapter!.description).toBe('another');
  expect(other.training!.notes.at(-1)).toMatch(
    /^The training began on one\b.*; on another\b.* the last bits may be others\.$/,
  );
  const gone = await trainDisturbed([destroyed(6)], { names: ['one', undefined, undefined, undefined] });
  expect(gone.error!.message).toMatch(
    /^The GPU device was lost, and there is no WebGPU adapter any more\. 3 attempts /,
  );
  // One that comes back is taken.
  const back = await trainDisturbed([destroyed(6)], { names: ['one', undefined, 'one'] });
  expect(back.recoveries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expectUndisturbed(back, (await trainDisturbed([])).training!);
});

describe('with checkpoints', () => {
  test('the storage is full all the while: the same bits, and the notes say so', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const store = memoryStore();
    store.writeFails = new Error('no space left');
    const { training: plain } = await trainDisturbed([]);
    const lost = await trainDisturbed([destroyed(5), destroyed(4)], { checkpoint: { store, every: { epochs: 1 } } });
    expectUndisturbed(lost, plain!);
    expect(store.files.size).toBe(0);
    expect(lost.keeper!.notes.at(-1)).toMatch(/^\d+ checkpoints could not be written: no space left\.$/);
  });

  test('each is told of once, and the last one is of the end', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const store = memoryStore();
    const told: number[] = [];
    const { training: plain } = await trainDisturbed([]);
    const lost = await trainDisturbed([destroyed(5), destroyed(4)], {
      ...{ checkpoint: { store, every: { epochs: 1 } } },
      onCheckpoint: ({ epoch }) => told.push(epoch),
    });
    expectUndisturbed(lost, plain!);
    expect(told.slice(0, EPOCHS)).toEqual(Array.from({ length: EPOCHS }, (_, e) => e + 1));
    const again = await trainDisturbed([], { checkpoint: { store }, resume: true });
    expect(bitsOf(again.training!)).toEqual(bitsOf(plain!));
  });
});

describe('as callers train', () => {
  const x = DISTURBED.data.x;
  const y = DISTURBED.data.y;

  test('`train`, by itself: the same bits, and it was told of', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const options = { backend: 'webgpu', schedule: 'layered', verify: false, tune: false } as const;
    const plain = await train(DISTURBED, { ...options, gpu: faultyGpu([]).gpu });
    const told: number[] = [];
    const lost = await train(DISTURBED, {
      ...{ ...options, gpu: faultyGpu([destroyed(5)]).gpu },
      onRecovery: ({ attempt }) => told.push(attempt),
    });
    expect(bitsOf(lost)).toEqual(bitsOf(plain));
    expect(told).toEqual([1]);
  });

  test("a model's fit: callbacks and iterator hear of each epoch once, and have its weights", async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const fitted = async (faults: readonly Fault[]) => {
      await using model = sequential([dense(5, { activation: 'tanh' }), dropout(0.2), dense(2)], {
        inputs: 3,
        seed: 4,
      });
      const seen: unknown[] = [];
      const recovered: number[] = [];
      const fit = model.fit(x, y, {
        ...{ loss: 'meanSquaredError', optimizer: adam({ learningRate: 0.02 }), epochs: EPOCHS, batchSize: 8 },
        ...{ backend: 'webgpu', schedule: 'layered', verify: false, tune: false, gpu: faultyGpu(faults).gpu },
        callbacks: [
          {
            onEpochBegin: (epoch) => seen.push(['begin', epoch]),
            onEpochEnd: ({ epoch, logs }) => seen.push(['end', epoch, logs, model.weights()]),
            onTrainEnd: ({ epochs }) => seen.push(['over', epochs]),
          },
        ],
        onRecovery: ({ attempt }) => recovered.push(attempt),
      });
      for await (const { epoch } of fit) seen.push(['iterator', epoch]);
      const { notes } = await fit.result;
      return {
        seen: seen.filter((one) => (one as unknown[])[0] !== 'iterator'),
        history: await fit,
        weights: model.weights(),
        recovered,
        notes,
      };
    };
    const plain = await fitted([]);
    const lost = await fitted([destroyed(7), destroyed(4)]);
    expect([lost.recovered, lost.notes.length]).toEqual([[1, 2], 1]);
    expect(lost.seen).toEqual(plain.seen);
    expect([lost.history, lost.weights]).toEqual([plain.history, plain.weights]);
  });

  test('stopped while it waits for another device: it ends with all that it told of', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    await using model = sequential([dense(3), dense(2)], { inputs: 3, seed: 4 });
    const fit = model.fit(x, y, {
      ...{
        loss: 'meanSquaredError',
        optimizer: 'adam',
        epochs: EPOCHS,
        batchSize: 8,
        callbacks: [{ onEpochEnd: () => undefined }],
      },
      ...{ backend: 'webgpu', schedule: 'layered', verify: false, tune: false, gpu: faultyGpu([destroyed(7)]).gpu },
      onRecovery: () => fit.stop(),
    });
    const told: number[] = [];
    for await (const { epoch } of fit) told.push(epoch);
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await fit).loss.length).toBe(6);
  });

  test('aborted then: the reason is thrown, and the checkpoint is of all that it told of', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const store = memoryStore();
    const controller = new AbortController();
    const aborted = await trainDisturbed([destroyed(7)], {
      ...{
        checkpoint: { store, every: { seconds: 1e9 } },
        signal: controller.signal,
        pace: { ...QUICK, waits: [60_000] },
      },
      onRecovery: () => controller.abort(new Error('enough')),
    });
    expect(aborted.error!.message).toBe('enough');
    const resumed: number[] = [];
    const { training } = await trainDisturbed([], {
      checkpoint: { store },
      resume: true,
      onResume: ({ epoch }) => resumed.push(epoch),
    });
    expect(resumed).toEqual([6]);
    expect(bitsOf(training!)).toEqual(bitsOf((await trainDisturbed([])).training!));
  });
});
