/**
 * Where measured choices are remembered, and which passes an adapter was seen to compute right: one text for all
 * adapters, kept by whoever can keep a text. A store that is absent, broken, or of another version holds nothing; it never fails a training.
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
  /** By adapter, what computed right there: digests. */
  readonly approved: Readonly<Record<string, readonly string[]>>;
}

/** Digests of one adapter that are kept, the last ones. */
const MOST_APPROVED = 1000;

/** What a store remembers of an adapter. */
export async function recall(store: TuningStore, adapter: string): Promise<Choices> {
  const { adapters } = await readAll(store);
  return Object.hasOwn(adapters, adapter) ? adapters[adapter]! : {};
}

/** Adds to what a store remembers of an adapter. */
export async function remember(store: TuningStore, adapter: string, choices: Choices): Promise<void> {
  // Read again, for what another page or process has written meanwhile.
  const all = await readAll(store);
  const { adapters } = all;
  const own = Object.hasOwn(adapters, adapter) ? adapters[adapter] : {};
  await writeAll(store, { ...all, adapters: { ...adapters, [adapter]: { ...own, ...choices } } });
}

/** What was seen to compute right on an adapter. */
export async function approvedBefore(store: TuningStore, adapter: string): Promise<readonly string[]> {
  const { approved } = await readAll(store);
  return Object.hasOwn(approved, adapter) ? approved[adapter]! : [];
}

/** Adds to what was seen to compute right on an adapter. */
export async function rememberApproved(store: TuningStore, adapter: string, digests: readonly string[]): Promise<void> {
  const all = await readAll(store);
  const before = Object.hasOwn(all.approved, adapter) ? all.approved[adapter]! : [];
  const own = [...new Set([...before, ...digests])].slice(-MOST_APPROVED);
  await writeAll(store, { ...all, approved: { ...all.approved, [adapter]: own } });
}

async function writeAll(store: TuningStore, all: Remembered): Promise<void> {
  try {
    await store.write(JSON.stringify(all));
  } catch {
    // No room, or no right to write.
  }
}

async function readAll(store: TuningStore): Promise<Remembered> {
  const nothing: Remembered = { version: VERSION, adapters: {}, approved: {} };
  try {
    const found: unknown = JSON.parse((await store.read()) ?? 'null');
    if (!isRecord(found) || found['version'] !== VERSION || !isRecord(found['adapters'])) return nothing;
    return {
      version: VERSION,
      adapters: mapped(found['adapters'], known),
      approved: isRecord(found['approved']) ? mapped(found['approved'], texts) : {},
    };
  } catch {
    return nothing;
  }
}

function mapped<T>(record: Record<string, unknown>, of: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
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
