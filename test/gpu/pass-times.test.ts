/** Times of passes and the memory of a plan on this device: every pass of every program, nothing left behind, and it can be stopped. */
import { describe } from 'vitest';
import { watchMemory } from '../../src/gpu/memory-watch.js';
import { openStopwatch } from '../../src/gpu/stopwatch.js';
import { planBytes, programsOf } from '../../src/plan/plan.js';
import { passTimes } from '../../src/trainer/pass-times.js';
import { expect, test } from '../support/device.js';
import { productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const run = makeRun({
  batch: 7,
  inputs: 3,
  layers: [{ units: 4, activation: 'tanh' }, { units: 1 }],
  epochs: 3,
  training: { loss: 'meanSquaredError', optimizer: 'adam', batchSize: 3 },
});

describe('times of passes', () => {
  test('are of every pass of every program, as often as an epoch dispatches it', async ({ device, adapterInfo }) => {
    await withExecution(productDevice(device, adapterInfo), run, async (execution) => {
      const seen: number[] = [];
      const times = await passTimes(execution, { onProgress: (done) => seen.push(done) });
      const order = [...programsOf(execution.plan.epoch)];
      const wanted = [...new Set(order)].flatMap((program) =>
        execution.plan.programs[program]!.map(({ label, shader }) => {
          return { program, shader, pass: label, perEpoch: order.filter((one) => one === program).length };
        }),
      );
      expect(times.passes.map(({ program, shader, pass, perEpoch }) => ({ program, shader, pass, perEpoch }))).toEqual(
        wanted,
      );
      expect(times.passes.every(({ milliseconds }) => milliseconds >= 0 && Number.isFinite(milliseconds))).toBe(true);
      // Seven rows in batches of three.
      expect(times.stepsPerEpoch).toBe(3);
      expect(seen).toEqual(wanted.map((_, i) => i + 1));
      if (!device.features.has('timestamp-query')) expect(times.by).toBe('clock');
    });
  });

  test('stop after the pass under way', async ({ device, adapterInfo }) => {
    const controller = new AbortController();
    const seen: number[] = [];
    const work = withExecution(productDevice(device, adapterInfo), run, (execution) =>
      passTimes(execution, {
        signal: controller.signal,
        onProgress: (done) => {
          seen.push(done);
          controller.abort(new Error('enough'));
        },
      }),
    );
    await expect(work).rejects.toThrow('enough');
    expect(seen).toEqual([1]);
  });
});

test('a stopwatch gives back what it takes, and says when there are no timestamps', async ({ device }) => {
  const stopwatch = await openStopwatch(device);
  const { clock, stamps } = await stopwatch.take(() => undefined);
  stopwatch.close();
  expect(clock).toBeGreaterThanOrEqual(0);
  expect(stamps === undefined).toBe(!device.features.has('timestamp-query'));
});

test('memory is counted from its creation until it is given back', async ({ device, adapterInfo }) => {
  const memory = watchMemory(device);
  await withExecution(productDevice(device, adapterInfo), run, async (execution) => {
    await execution.approved;
    const live = memory.live();
    for (const { name, within } of execution.plan.buffers) {
      if (!within) expect(live.map(({ label }) => label)).toContain(name);
    }
    expect(memory.bytes()).toBeGreaterThan(planBytes(execution.plan));
    expect(memory.bytes()).toBe(live.reduce((sum, { bytes }) => sum + bytes, 0));
  });
  expect(memory.live()).toEqual([]);
  expect(memory.bytes()).toBe(0);
  expect(memory.peak()).toBeGreaterThan(0);
  memory.restart();
  expect(memory.peak()).toBe(0);
  // Control: what is not given back is still there, and giving it back twice counts once.
  const forgotten = device.createBuffer({ label: 'forgotten', size: 64, usage: 8 });
  expect(memory.live()).toEqual([{ label: 'forgotten', bytes: 64 }]);
  forgotten.destroy();
  forgotten.destroy();
  expect(memory.bytes()).toBe(0);
});
