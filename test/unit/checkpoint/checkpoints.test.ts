/** The checkpoints of a training in a store: which are kept, which is found, and that a store that fails loses nothing. */
import { describe, expect, test } from 'vitest';
import { Checkpoints, isCheckpointName } from '../../../src/checkpoint/checkpoints.js';
import { CheckpointError, type SavedState } from '../../../src/core/saved-state.js';
import { memoryStore, type MemoryStore } from '../../support/checkpoints.js';

const at = (step: number): SavedState => ({
  ...{ backend: 'cpu', schedule: undefined, adapter: undefined, place: { epoch: 0, turn: step, step } },
  ...{ isOver: false, history: { loss: [] }, confusionMatrices: {}, tensors: { counts: Float64Array.of(step) } },
});
const FINGERPRINT = '{"model.seed":1}';

async function opened(store: MemoryStore, fingerprint = FINGERPRINT): Promise<Checkpoints> {
  const checkpoints = new Checkpoints(store, fingerprint);
  await checkpoints.open();
  return checkpoints;
}

/** A store after so many checkpoints. */
async function after(count: number): Promise<MemoryStore> {
  const store = memoryStore();
  const checkpoints = await opened(store);
  for (let step = 1; step <= count; step++) await checkpoints.write(at(step));
  return store;
}

const file = (number: number) => `checkpoint-00000${number}.safetensors`;
const names = ({ files }: MemoryStore) => [...files.keys()].sort();

function damage({ files }: MemoryStore, number: number): void {
  const bytes = files.get(file(number))!.slice();
  bytes[bytes.length - 1]! ^= 1;
  files.set(file(number), bytes);
}

async function newest(store: MemoryStore) {
  const notes: string[] = [];
  const checkpoints = await opened(store);
  const found = await checkpoints.newest(({ message }) => notes.push(message));
  return { checkpoints, notes, name: found?.name, step: found?.state.place.step };
}

test('the last two are kept, and the newest is found', async () => {
  expect(await newest(await after(0))).toMatchObject({ name: undefined, notes: [] });
  expect(names(await after(1))).toEqual([file(1)]);
  const store = await after(5);
  expect(names(store)).toEqual([file(4), file(5)]);
  expect(await newest(store)).toMatchObject({ name: file(5), step: 5, notes: [] });
});

test('numbers go on from those that are there', async () => {
  const store = await after(3);
  const { checkpoints } = await newest(store);
  expect(await checkpoints.write(at(9))).toMatchObject({ name: file(4), bytes: store.files.get(file(4))!.length });
  expect(names(store)).toEqual([file(3), file(4)]);
});

test('beyond 999,999 they sort by number', async () => {
  const store = await after(2);
  const bytes = store.files.get(file(2))!;
  store.files.set('checkpoint-999999.safetensors', store.files.get(file(1))!);
  store.files.set('checkpoint-1000000.safetensors', bytes);
  expect(await newest(store)).toMatchObject({ name: 'checkpoint-1000000.safetensors', step: 2 });
});

describe('a newest one that is damaged', () => {
  test('is told, and the one before is taken', async () => {
    const store = await after(3);
    damage(store, 3);
    const { name, step, notes } = await newest(store);
    expect([name, step]).toEqual([file(2), 2]);
    expect(notes).toEqual([`${file(3)}: found another checksum than it says, expected a file as it was written.`]);
  });

  test('is written over first, so that two whole ones are there soon', async () => {
    const store = await after(3);
    damage(store, 3);
    const { checkpoints } = await newest(store);
    await checkpoints.write(at(7));
    expect(names(store)).toEqual([file(2), file(3)]);
    damage(store, 3);
    expect(await newest(store)).toMatchObject({ name: file(2), step: 2 });
  });

  test('with nothing but damaged ones: an error that says why, and nothing is touched', async () => {
    const store = await after(2);
    damage(store, 1);
    store.files.set(file(2), new Uint8Array(3));
    const before = new Map(store.files);
    const error = await newest(store).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toMatch(
      /^the store: found checkpoints that are all damaged \(checkpoint-000002.safetensors: 3 bytes\), expected a whole one\.$/,
    );
    expect(store.files).toEqual(before);
  });
});

test('of another run: refused, even where an older one would be of this', async () => {
  const store = await after(1);
  await (await opened(store, '{"model.seed":2}')).write(at(2));
  await expect(newest(store)).rejects.toThrow(`${file(2)}: found model.seed of 2, expected 1, as in this run;`);
});

test('other files are left alone, and are no checkpoints', async () => {
  const store = await after(2);
  const others = [
    'notes.txt',
    'checkpoint-12.safetensors',
    'checkpoint-0000001.safetensors',
    'my-checkpoint-000009.safetensors',
  ];
  others.push(
    'checkpoint-000NaN.safetensors',
    `checkpoint-${'9'.repeat(400)}.safetensors`,
    'checkpoint-000009.safetensors.bak',
  );
  for (const name of others) store.files.set(name, new Uint8Array());
  const { checkpoints, name, notes } = await newest(store);
  expect([name, notes]).toEqual([file(2), []]);
  await checkpoints.write(at(3));
  expect(names(store)).toEqual([...others, file(2), file(3)].sort());
  expect([...others, file(2), 'checkpoint-1000000.safetensors'].filter(isCheckpointName)).toEqual([
    file(2),
    'checkpoint-1000000.safetensors',
  ]);
  expect((await opened(memoryStore([['notes.txt', new Uint8Array()]]))).isEmpty).toBe(true);
});

describe('a store that fails', () => {
  test('at writing: all that was there is there still, and the next goes under the same name', async () => {
    const store = await after(2);
    const before = new Map(store.files);
    const { checkpoints } = await newest(store);
    store.writeFails = new Error('the disk is full');
    await expect(checkpoints.write(at(3))).rejects.toThrow('the disk is full');
    await expect(checkpoints.write(at(4))).rejects.toThrow('the disk is full');
    expect(store.files).toEqual(before);
    store.writeFails = undefined;
    expect((await checkpoints.write(at(5))).name).toBe(file(3));
    expect(names(store)).toEqual([file(2), file(3)]);
  });

  test('at removing: the new one is safe', async () => {
    const store = await after(2);
    const { checkpoints } = await newest(store);
    store.remove = () => Promise.reject(new Error('no'));
    expect((await checkpoints.write(at(3))).name).toBe(file(3));
    expect(await newest(store)).toMatchObject({ name: file(3), step: 3 });
  });

  test('at writing only half: the half is found out, and the one before taken', async () => {
    const store = await after(2);
    const { checkpoints } = await newest(store);
    const write = store.write.bind(store);
    store.write = async (name, bytes) => {
      await write(name, bytes.slice(0, 100));
      throw new Error('torn');
    };
    await expect(checkpoints.write(at(3))).rejects.toThrow('torn');
    expect(await newest(store)).toMatchObject({ name: file(2), step: 2 });
  });

  test('at preparing, listing or reading: its error is thrown as it is', async () => {
    for (const method of ['prepare', 'list', 'read'] as const) {
      const store = await after(1);
      Object.assign(store, { [method]: () => Promise.reject(new Error(method)) });
      await expect(newest(store)).rejects.toThrow(method);
    }
  });
});
