/**
 * Which shaders, by the digest of their text and their constants, were seen to compute right on an adapter: kept in the
 * text that holds what was measured there (store.ts). Whatever is wrong with that text, nothing is known then.
 */
import type { Device } from '../gpu/device.js';
import type { TuningStore } from './text-store.js';

export type Text = Readonly<Record<string, unknown>> & {
  readonly approved?: Readonly<Record<string, readonly string[]>>;
};

export async function isApproved(store: TuningStore, adapter: string, digests: readonly string[]): Promise<boolean> {
  const known = new Set(approvedIn(await readText(store), adapter));
  return digests.every((one) => known.has(one));
}

/** Digests of one adapter. */
export function approvedIn({ approved }: Text, adapter: string): readonly string[] {
  const own = approved && Object.hasOwn(approved, adapter) ? approved[adapter] : undefined;
  return Array.isArray(own) ? (own as string[]) : [];
}

/** The whole text, without what no text of ours is. */
export async function readText(store: TuningStore): Promise<Text> {
  try {
    const found: unknown = JSON.parse((await store.read()) ?? 'null');
    return typeof found === 'object' && !Array.isArray(found) ? { ...found } : {};
  } catch {
    return {};
  }
}

/** One adapter with what is asked of it. */
export function adapterKey({ adapter, gpu }: Device): string {
  const { vendor, architecture, description, isFallback } = adapter;
  return [vendor, architecture, description, isFallback, gpu.features.has('subgroups')].join('|');
}
