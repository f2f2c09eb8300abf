/**
 * Checkpoints in the browser's storage: the origin private file system where there is one that can be written from here,
 * else IndexedDB. They survive a reload, and belong to the origin of the page.
 */
import { CheckpointError } from '../core/saved-state.js';
import type { CheckpointStore } from './store.js';

/** The folder, or database, of all trainings' checkpoints. */
const ROOT = 'idli-checkpoints';

/**
 * @param name of the training, which tells its checkpoints from those of others. Default: `training`
 * @throws nothing; what is wrong with the storage is told when it is first used
 */
export function browserCheckpoints(name = 'training'): CheckpointStore {
  const key = encodeURIComponent(name);
  let chosen: Promise<Omit<CheckpointStore, 'name'>> | undefined;
  const store = () => (chosen ??= opfsStore(key).catch(() => idbStore(key)));
  const shown = `the browser's checkpoints "${name}"`;
  return {
    name: shown,
    async prepare() {
      try {
        await (await store()).prepare();
      } catch (error) {
        chosen = undefined;
        const found = `a storage that cannot be used (${error instanceof Error ? error.message : String(error)})`;
        throw new CheckpointError(shown, found, 'the one that a browser gives a page, with room in it');
      }
    },
    list: async () => (await store()).list(),
    read: async (file) => (await store()).read(file),
    write: async (file, bytes) => (await store()).write(file, bytes),
    remove: async (file) => (await store()).remove(file),
  };
}

async function opfsStore(key: string): Promise<Omit<CheckpointStore, 'name'>> {
  const root = await navigator.storage.getDirectory();
  const folder = await (
    await root.getDirectoryHandle(ROOT, { create: true })
  ).getDirectoryHandle(key, { create: true });
  // Safari has files here that only a worker can write.
  const probe = await folder.getFileHandle('probe', { create: true });
  await (await probe.createWritable()).close();
  // Another worker may be trying the same just now.
  await folder.removeEntry('probe').catch(() => undefined);
  return {
    prepare: () => Promise.resolve(),
    async list() {
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names;
    },
    async read(file) {
      return new Uint8Array(await (await (await folder.getFileHandle(file)).getFile()).arrayBuffer());
    },
    async write(file, bytes) {
      // What is written stands under the name when it is closed, and not before.
      const stream = await (await folder.getFileHandle(file, { create: true })).createWritable();
      try {
        await stream.write(bytes);
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        await folder.removeEntry(file).catch(() => undefined);
        throw error;
      }
    },
    remove: (file) => folder.removeEntry(file),
  };
}

async function idbStore(key: string): Promise<Omit<CheckpointStore, 'name'>> {
  const { createStore, del, get, keys, set } = await import('idb-keyval');
  const files = createStore(`${ROOT}-${key}`, 'files');
  return {
    prepare: async () => {
      await keys(files);
    },
    list: () => keys<string>(files),
    async read(file) {
      const bytes = await get<Uint8Array>(file, files);
      if (!bytes) throw new Error(`There is no ${file}.`);
      return bytes;
    },
    write: (file, bytes) => set(file, bytes, files),
    remove: (file) => del(file, files),
  };
}
