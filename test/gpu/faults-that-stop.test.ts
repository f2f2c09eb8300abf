/**
 * What happens to a device and is no loss: it ends the training at once, in one sentence; nothing that came after it is in what was
 * told or kept, so a training that goes on from the last checkpoint has the bits of one that nothing happened to.
 */
import { describe } from 'vitest';
import { decodeCheckpoint } from '../../src/checkpoint/file.js';
import { DeviceError } from '../../src/gpu/device.js';
import type { Schedule } from '../../src/plan/plan.js';
import { bitsOf, memoryStore, newestIn } from '../support/checkpoints.js';
import { expect, test } from '../support/device.js';
import type { FaultKind } from '../support/faults.js';
import { DISTURBED, EPOCHS, trainDisturbed } from '../support/fault-trainings.js';
import { expectUndisturbed } from '../support/undisturbed.js';

const SCHEDULES = ['layered', 'persistent'] as const satisfies Schedule[];

/** What each says; an invalid command may also be found by what it kept the GPU from. */
const SENTENCES = {
  'invalid command': /^The GPU reported an error: /,
  'readback refused': /^The GPU did not give back what it computed: The mapping was refused\.$/,
  'out of memory': /^The GPU reported an error: Not enough memory left\.$/,
  'stops early': /^The GPU stopped after \d+ of \d+ steps without an error\.$/,
} as const satisfies Partial<Record<FaultKind, RegExp>>;

describe.each(SCHEDULES)('%s', (schedule) => {
  test.for(Object.entries(SENTENCES))(
    '%s: it ends at once, and nothing after it is kept',
    async ([kind, said], { gpu }) => {
      expect(gpu.device).toBeDefined();
      const { training: plain } = await trainDisturbed([], { schedule });
      const store = memoryStore();
      const checkpoint = { store, every: { steps: 1 } };
      const fault = { kind: kind as FaultKind, at: 9 };
      const { error, reports, recoveries, devices, happened } = await trainDisturbed([fault], { schedule, checkpoint });
      expect(error).toBeInstanceOf(DeviceError);
      expect(error!.message).toMatch(said);
      expect([happened, recoveries, devices]).toEqual([[kind], [], 1]);
      expect(reports.length).toBeGreaterThan(0);
      expect(reports.length).toBeLessThan(EPOCHS);
      expect(reports.map(({ logs }) => logs.loss)).toEqual(plain!.history.loss.slice(0, reports.length));
      // The state before is not lost, and it is one that a training comes through.
      const { state } = decodeCheckpoint(store.files.get(newestIn(store))!, 'it');
      expect(state.place.step).toBeGreaterThan(0);
      const again = await trainDisturbed([], { schedule, checkpoint: { store }, resume: true });
      expect(bitsOf(again.training!)).toEqual(bitsOf(plain!));
    },
  );

  test('no room at set-up: it says so before the first epoch', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const { error, reports, recoveries } = await trainDisturbed([{ kind: 'no room at set-up', at: 0 }], { schedule });
    expect(error).toBeInstanceOf(DeviceError);
    expect(error!.message).toBe('Setting up the training: the GPU is out of memory: Not enough memory left.');
    expect([reports, recoveries]).toEqual([[], []]);
  });

  test('no room for a state that is only held in case: the training goes on without, to the same bits', async ({
    gpu,
  }) => {
    expect(gpu.device).toBeDefined();
    const { training: plain } = await trainDisturbed([], { schedule });
    const full = await trainDisturbed([{ kind: 'no room for a state', at: -1 }], { schedule });
    expectUndisturbed(full, plain!);
    expect([full.happened, full.recoveries]).toEqual([['no room for a state'], []]);
  });

  test('after a loss too: what happens to the second device ends the training', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const faults = [{ kind: 'destroyed', at: 5 } as const, { kind: 'stops early', at: 2 } as const];
    const { error, recoveries, devices } = await trainDisturbed(faults, { schedule });
    expect(error!.message).toMatch(SENTENCES['stops early']);
    expect([recoveries.length, devices]).toEqual([1, 2]);
  });

  test('a state that is not where the host stands is not kept', async ({ gpu }) => {
    expect(gpu.device).toBeDefined();
    const store = memoryStore();
    const checkpoint = { store, every: { epochs: 1 } };
    const { error } = await trainDisturbed([{ kind: 'stale state', at: 3 }], { schedule, checkpoint });
    expect(error!.message).toMatch(
      /^Taking the state: the GPU refused a call: |^The GPU stopped after \d+ of \d+ steps /,
    );
    const { state } = decodeCheckpoint(store.files.get(newestIn(store))!, 'it');
    expect(state.place.epoch).toBe(2);
  });
});

test('control: without a fault nothing of this is said', async ({ gpu }) => {
  expect(gpu.device).toBeDefined();
  const { error, recoveries, reports, training } = await trainDisturbed([{ kind: 'stops early', at: 1e6 }]);
  expect([error, recoveries, reports.length]).toEqual([undefined, [], EPOCHS]);
  expect(training!.notes).toEqual([]);
  expect(DISTURBED.training.epochs).toBe(EPOCHS);
});
