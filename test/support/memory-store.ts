/** Checkpoints in memory. It knows no test runner. */
import type { CheckpointStore } from '../../src/checkpoint/store.js';

export interface MemoryStore extends CheckpointStore {
  readonly files: Map<string, Uint8Array>;
  /** Set to have the next writes fail. */
  writeFails: Error | undefined;
}

/** Keeps copies, as a disk does. */
export function memoryStore(files: Iterable<readonly [string, Uint8Array]> = []): MemoryStore {
  const held = new Map(files);
  const store: MemoryStore = {
    name: 'the store',
    files: held,
    writeFails: undefined,
    prepare: () => Promise.resolve(),
    list: () => Promise.resolve([...held.keys()]),
    read: (name) => Promise.resolve(held.get(name)!.slice()),
    write(name, bytes) {
      if (store.writeFails) return Promise.reject(store.writeFails);
      held.set(name, bytes.slice());
      return Promise.resolve();
    },
    remove(name) {
      held.delete(name);
      return Promise.resolve();
    },
  };
  return store;
}

/** The name of the newest checkpoint in a store. */
export function newestIn({ files }: MemoryStore): string {
  return [...files.keys()].sort().at(-1)!;
}
