/**
 * Where measured choices are remembered: one text for all adapters, kept by whoever can keep a text.
 * A store that is absent, broken, or of another version holds nothing; it never fails a training.
 */
import { type Variant, VARIANTS } from '../passes/products.js';

/** Keeps a text between runs. Both may fail; nothing is remembered then. */
export interface TuningStore {
  /** What was written last; undefined where there is nothing. */
  read(): Promise<string | undefined>;
  /** Keeps this text in the place of the one before. */
  write(text: string): Promise<void>;
}

/** By bucket of shapes (passes/products.ts). */
export type Choices = Readonly<Record<string, Variant>>;

/** Goes up whenever a shader of a product changes, or what is measured does. */
const VERSION = 1;

interface Remembered {
  readonly version: typeof VERSION;
  readonly adapters: Readonly<Record<string, Choices>>;
}

/** What a store remembers of an adapter. */
export async function recall(store: TuningStore, adapter: string): Promise<Choices> {
  const { adapters } = await readAll(store);
  return Object.hasOwn(adapters, adapter) ? adapters[adapter]! : {};
}

/** Adds to what a store remembers of an adapter. */
export async function remember(store: TuningStore, adapter: string, choices: Choices): Promise<void> {
  // Read again, for what another page or process has written meanwhile.
  const { version, adapters } = await readAll(store);
  const own = Object.hasOwn(adapters, adapter) ? adapters[adapter] : {};
  const all: Remembered = { version, adapters: { ...adapters, [adapter]: { ...own, ...choices } } };
  try {
    await store.write(JSON.stringify(all));
  } catch {
    // No room, or no right to write.
  }
}

async function readAll(store: TuningStore): Promise<Remembered> {
  const nothing: Remembered = { version: VERSION, adapters: {} };
  try {
    const found: unknown = JSON.parse((await store.read()) ?? 'null');
    if (!isRecord(found) || found['version'] !== VERSION || !isRecord(found['adapters'])) return nothing;
    const adapters = Object.entries(found['adapters']).map(([key, choices]) => [key, known(choices)]);
    return { version: VERSION, adapters: Object.fromEntries(adapters) as Remembered['adapters'] };
  } catch {
    return nothing;
  }
}

/** The choices of variants that there are. */
function known(choices: unknown): Choices {
  const entries = isRecord(choices) ? Object.entries(choices) : [];
  const isVariant = (name: unknown) => typeof name === 'string' && Object.hasOwn(VARIANTS, name);
  return Object.fromEntries(entries.filter(([, name]) => isVariant(name))) as Choices;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
