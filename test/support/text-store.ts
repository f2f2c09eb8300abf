/** A place for a text in memory, as a caller gives one for what is remembered of an adapter. */
import type { TuningStore } from '../../src/tune/text-store.js';

export interface TextStore extends TuningStore {
  text: string | undefined;
  /** How often it was read. */
  reads: number;
}

export function textStore(text?: string): TextStore {
  const store: TextStore = {
    text,
    reads: 0,
    read() {
      store.reads += 1;
      return Promise.resolve(store.text);
    },
    write(next) {
      store.text = next;
      return Promise.resolve();
    },
  };
  return store;
}
