/** The options of checkpoints, when one is due, and what is said of those that cannot be written. */
import { describe, expect, test } from 'vitest';
import { RunError } from '../../../src/core/run-error.js';
import { CheckpointError, type Place, type SavedState } from '../../../src/core/saved-state.js';
import { taskOf } from '../../../src/core/task.js';
import {
  checkCheckpointOptions,
  type CheckpointEvery,
  type CheckpointOptions,
  type Computing,
} from '../../../src/trainer/checkpoint-options.js';
import type { Device } from '../../../src/gpu/device.js';
import { openKeeper } from '../../../src/trainer/open-keeper.js';
import { train } from '../../../src/trainer/train.js';
import { bitsOf, CLASSES, memoryStore } from '../../support/checkpoints.js';
import { changed } from '../../support/runs.js';

const task = taskOf(CLASSES);
const deviceOf = (description: string): Device =>
  ({ adapter: { vendor: '', architecture: '', description, isFallback: false } }) as Device;
const place = (epoch: number, turn: number, step: number): Place => ({ epoch, turn, step });

const stateAt = (at: Place, isOver = false): SavedState => ({
  ...{ backend: 'webgpu', schedule: 'layered', adapter: 'this one', place: at, isOver },
  ...{ history: { loss: Array.from({ length: at.epoch }, () => 1) }, confusionMatrices: {}, tensors: {} },
});

async function keeperOf(every: CheckpointEvery, options: CheckpointOptions & Computing = {}, store = memoryStore()) {
  return (await openKeeper(task, { checkpoint: { store, every }, ...options }))!;
}

describe('an option that is wrong is refused with its name', () => {
  const store = memoryStore();
  const unreadable = { ...store, read: undefined };
  // prettier-ignore
  test.each<[unknown, string]>([
    [{ resume: true }, 'resume: found true without checkpoint, expected checkpoint: { store }, where they are.'],
    [{ resume: 1, checkpoint: { store } }, 'resume: found 1, expected true or false.'],
    [{ checkpoint: 'saved' }, 'checkpoint: found "saved", expected { store, every }.'],
    [{ checkpoint: null }, 'checkpoint: found null, expected { store, every }.'],
    [{ checkpoint: { store, often: 1 } }, 'often: found an unknown option, expected one of store, every.'],
    [{ checkpoint: {} }, 'checkpoint.store: found nothing, expected browserCheckpoints(), or checkpointFolder(path) of idli/node.'],
    [{ checkpoint: { store: unreadable } }, 'checkpoint.store: found an object, expected browserCheckpoints(), or checkpointFolder(path) of idli/node.'],
    [{ checkpoint: { store: 'saved' } }, 'checkpoint.store: found "saved"'],
    [{ checkpoint: { store, every: null } }, 'checkpoint.every: found null, expected { epochs }, { steps } or { seconds }.'],
    [{ checkpoint: { store, every: 10 } }, 'checkpoint.every: found 10, expected { epochs }, { steps } or { seconds }.'],
    [{ checkpoint: { store, every: {} } }, 'checkpoint.every: found an object'],
    [{ checkpoint: { store, every: [3] } }, 'checkpoint.every: found a list of 1'],
    [{ checkpoint: { store, every: { epochs: 1, steps: 1 } } }, 'checkpoint.every: found an object'],
    [{ checkpoint: { store, every: { hours: 1 } } }, 'checkpoint.every: found an object'],
    [{ checkpoint: { store, every: { epochs: 0 } } }, 'checkpoint.every.epochs: found 0, expected a whole number of at least 1.'],
    [{ checkpoint: { store, every: { steps: 1.5 } } }, 'checkpoint.every.steps: found 1.5, expected a whole number of at least 1.'],
    [{ checkpoint: { store, every: { seconds: 0 } } }, 'checkpoint.every.seconds: found 0, expected a number above 0.'],
    [{ checkpoint: { store, every: { seconds: Infinity } } }, 'checkpoint.every.seconds: found Infinity, expected a number above 0.'],
    [{ checkpoint: { store, every: { seconds: '5' } } }, 'checkpoint.every.seconds: found "5", expected a number above 0.'],
    [{ onCheckpoint: 1 }, 'onCheckpoint: found 1, expected a function.'],
    [{ onCheckpointError: 1 }, 'onCheckpointError: found 1, expected a function.'],
    [{ onResume: 'x' }, 'onResume: found "x", expected a function.'],
  ])('%j', (options, sentence) => {
    const check = () => checkCheckpointOptions(options as CheckpointOptions);
    expect(check).toThrow(RunError);
    expect(check).toThrow(sentence);
  });

  test('control: those that are right are not', () => {
    for (const every of [{ epochs: 1 }, { steps: 3 }, { seconds: 0.05 }, undefined]) {
      expect(() => checkCheckpointOptions({ checkpoint: { store, every }, resume: true })).not.toThrow();
    }
    expect(() => checkCheckpointOptions({})).not.toThrow();
  });
});

describe('when one is due', () => {
  test('after so many epochs: where one ends, and not twice', async () => {
    const keeper = await keeperOf({ epochs: 2 });
    const due = [place(0, 0, 0), place(1, 0, 3), place(1, 4, 5), place(2, 0, 6), place(2, 1, 7), place(4, 0, 12)];
    expect(due.map((at) => keeper.endsAt(at))).toEqual([false, false, false, true, false, true]);
    expect(due.map((at) => keeper.isDue(at))).toEqual([false, false, false, true, false, true]);
    await keeper.keep(stateAt(place(2, 0, 6)));
    expect([place(2, 0, 6), place(4, 0, 12)].map((at) => keeper.isDue(at))).toEqual([false, true]);
  });

  test('after so many updates: wherever in the epoch that is', async () => {
    const keeper = await keeperOf({ steps: 3 });
    const due = [place(0, 0, 0), place(0, 2, 2), place(0, 3, 3), place(0, 4, 4), place(1, 1, 6)];
    expect(due.map((at) => keeper.endsAt(at))).toEqual([false, false, true, false, true]);
    await keeper.keep(stateAt(place(0, 3, 3)));
    // The next batch of the same update is none.
    expect([place(0, 4, 3), place(1, 1, 6)].map((at) => keeper.isDue(at))).toEqual([false, true]);
  });

  test('after a time: where the work pauses anyway, if there was an update', async () => {
    const always = await keeperOf({ seconds: 1e-9 });
    expect([always.endsAt(place(0, 1, 1)), always.isDue(place(0, 1, 1)), always.isDue(place(0, 0, 0))]).toEqual([
      false,
      true,
      false,
    ]);
    const never = await keeperOf({ seconds: 1e9 });
    expect(never.isDue(place(9, 0, 99))).toBe(false);
  });
});

describe('what is written', () => {
  test('a place once, and again where the training is over there', async () => {
    const store = memoryStore();
    const told: number[] = [];
    const keeper = await keeperOf({ steps: 1 }, { onCheckpoint: ({ step }) => told.push(step) }, store);
    await keeper.keep(stateAt(place(0, 0, 0)));
    for (const isOver of [false, false, true, true]) await keeper.keep(stateAt(place(1, 0, 3), isOver));
    expect([told, store.files.size]).toEqual([[3, 3], 2]);
  });

  test('a store that fails ends nothing: it is told at once, tried again, and noted', async () => {
    const store = memoryStore();
    const [told, errors]: [number[], string[]] = [[], []];
    const options: CheckpointOptions = {
      onCheckpoint: ({ step }) => told.push(step),
      onCheckpointError: (message) => errors.push(message),
    };
    const keeper = await keeperOf({ steps: 1 }, options, store);
    store.writeFails = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await keeper.keep(stateAt(place(0, 1, 1)));
    expect([told, errors]).toEqual([[], ['ENOSPC: no space left on device, write.']]);
    expect(keeper.isDue(place(0, 1, 1))).toBe(false);
    expect(keeper.notes).toEqual(['1 checkpoint could not be written: ENOSPC: no space left on device, write.']);
    // The end of the training tries once more, at the same place.
    store.writeFails = undefined;
    await keeper.keep(stateAt(place(0, 1, 1)));
    expect([told, store.files.size]).toEqual([[1], 1]);
    expect(keeper.notes[0]).toMatch(/^1 checkpoint could not be written: .*\. The last one is safe\.$/);
  });

  test('what onCheckpoint throws is thrown on, and is no failure of the store', async () => {
    const store = memoryStore();
    const onCheckpoint = () => {
      throw new Error('mine');
    };
    const keeper = await keeperOf({ steps: 1 }, { onCheckpoint }, store);
    await expect(keeper.keep(stateAt(place(0, 1, 1)))).rejects.toThrow('mine');
    expect([store.files.size, keeper.notes]).toEqual([1, []]);
  });
});

describe('a whole training', () => {
  const run = (options: CheckpointOptions) => train(CLASSES, { backend: 'cpu', ...options });

  test('on a disk that is full from the start is what it is without checkpoints, and says so', async () => {
    const store = memoryStore();
    store.writeFails = new Error('the disk is full');
    const errors: string[] = [];
    const training = await run({
      checkpoint: { store, every: { epochs: 1 } },
      onCheckpointError: (message) => errors.push(message),
    });
    expect(bitsOf(training)).toEqual(bitsOf(await run({})));
    expect(new Set(errors)).toEqual(new Set(['the disk is full.']));
    expect(training.notes).toEqual(['5 checkpoints could not be written: the disk is full.']);
  });

  test('in a place with checkpoints: refused without resume, and nothing is touched', async () => {
    const store = memoryStore();
    await run({ checkpoint: { store } });
    const before = new Map(store.files);
    const again = run({ checkpoint: { store } });
    await expect(again).rejects.toThrow(CheckpointError);
    await expect(again).rejects.toThrow(
      'the store: found checkpoints of an earlier training, expected none: go on from them (resume), or name another place.',
    );
    expect(store.files).toEqual(before);
  });

  test('of another run is refused with what differs; of other epochs too', async () => {
    const store = memoryStore();
    await run({ checkpoint: { store } });
    const longer = changed(CLASSES, { 'training.epochs': 9 }) as typeof CLASSES;
    await expect(train(longer, { backend: 'cpu', checkpoint: { store }, resume: true })).rejects.toThrow(
      'found training.epochs of 5, expected 9, as in this run; another training needs another place for its checkpoints.',
    );
  });

  test('with nothing to go on from begins, and says so', async () => {
    const store = memoryStore();
    const training = await run({ checkpoint: { store }, resume: true });
    expect(training.notes).toEqual(['the store: no checkpoint to go on from, so the training began.']);
    expect(store.files.size).toBe(1);
  });

  test('whose newest checkpoint is damaged goes on from the one before, and says so', async () => {
    const store = memoryStore();
    await run({ checkpoint: { store, every: { epochs: 2 } } });
    const newest = [...store.files.keys()].sort().at(-1)!;
    store.files.set(newest, store.files.get(newest)!.subarray(0, 99));
    const resumed: string[] = [];
    const training = await run({ checkpoint: { store }, resume: true, onResume: ({ name }) => resumed.push(name) });
    expect(resumed).toEqual([[...store.files.keys()].sort()[0]]);
    expect(training.notes).toEqual([
      expect.stringMatching(new RegExp(`^${newest}: found .*\\. The one before is taken\\.$`)),
    ]);
    expect(bitsOf(training)).toEqual(bitsOf(await run({})));
  });
});

describe('what it goes on with', () => {
  const at = async (options: CheckpointOptions & Computing) => {
    const store = memoryStore();
    await (await keeperOf({ steps: 1 }, {}, store)).keep(stateAt(place(0, 1, 1)));
    return keeperOf({ steps: 1 }, { resume: true, ...options }, store);
  };

  test('is the backend and the schedule of before; another that is named is refused', async () => {
    expect((await at({ backend: 'auto' })).from).toMatchObject({ backend: 'webgpu', schedule: 'layered' });
    expect((await at({ backend: 'webgpu', schedule: 'layered' })).from?.place.step).toBe(1);
    await expect(at({ backend: 'cpu' })).rejects.toThrow(
      'backend: found "cpu", expected "webgpu", which the checkpoint was made on.',
    );
    await expect(at({ schedule: 'persistent' })).rejects.toThrow(
      'schedule: found "persistent", expected "layered", as in the checkpoint.',
    );
  });

  test('may be another adapter, and then the result says that bits may differ', async () => {
    const keeper = await at({});
    keeper.noteAdapter(deviceOf('this one'));
    expect(keeper.notes).toEqual([]);
    keeper.noteAdapter(deviceOf('another'));
    expect(keeper.notes).toEqual(['The checkpoint was made on this one; on another the last bits may be others.']);
  });
});
