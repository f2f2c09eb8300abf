/**
 * Where measured choices are remembered: one text for all adapters, kept by whoever can keep a text.
 * A store that is absent, broken, or of another version holds nothing; it never fails a training.
 */
import { type Variant, VARIANTS } from '../passes/products.js';
import { type TuningStore, VERSION } from './text-store.js';

export { pageStore, type TuningStore } from './text-store.js';

/** By bucket of shapes (passes/products.ts). */
export type Choices = Readonly<Record<string, Variant>>;

interface Remembered {
  readonly version: typeof VERSION;
  readonly adapters: Readonly<Record<string, Choices>>;
  /** What others keep in the same text (approved.ts). */
  readonly approved?: unknown;
}

/** What a store remembers of an adapter. */
export async function recall(store: TuningStore, adapter: string): Promise<Choices> {
  const { adapters } = await readAll(store);
  return Object.hasOwn(adapters, adapter) ? adapters[adapter]! : {};
}

/** Adds to what a store remembers of an adapter. */
export async function remember(store: TuningStore, adapter: string, choices: Choices): Promise<void> {
  // Read again, for what another page or process has written meanwhile.
  const before = await readAll(store);
  const { adapters } = before;
  const own = Object.hasOwn(adapters, adapter) ? adapters[adapter] : {};
  const all: Remembered = { ...before, adapters: { ...adapters, [adapter]: { ...own, ...choices } } };
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
    const { approved } = found;
    return { version: VERSION, adapters: Object.fromEntries(adapters) as Remembered['adapters'], approved };
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
