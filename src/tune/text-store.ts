/**
 * Where a text can be kept between runs, for whoever has something to remember of an adapter: a page's own place, or what a
 * caller gives. It knows nothing of the text.
 */

/** Keeps a text between runs. Both may fail; nothing is remembered then. */
export interface TuningStore {
  /** What was written last; undefined where there is nothing. */
  read(): Promise<string | undefined>;
  /** Keeps this text in the place of the one before. */
  write(text: string): Promise<void>;
}

/** Goes up whenever a shader of a product changes, or what is measured does. */
export const VERSION = 1;

const KEY = 'idli.tuning';

/** What a page has: its localStorage. Undefined elsewhere, and where a page may not use it. */
export function pageStore(): TuningStore | undefined {
  try {
    // Asked for in pages only: some versions of Node have one too, and warn of it.
    const page = globalThis as { readonly document?: unknown; readonly localStorage?: PageStorage };
    const storage = page.document === undefined ? undefined : page.localStorage;
    if (!storage) return undefined;
    return {
      read: () => Promise.resolve(storage.getItem(KEY) ?? undefined),
      // Rejects where there is no room.
      write: async (text) => Promise.resolve(storage.setItem(KEY, text)),
    };
  } catch {
    return undefined;
  }
}

interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}
