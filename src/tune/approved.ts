/**
 * Whether shaders, by the digests of their text and their constants, were seen to compute right on an adapter: kept in
 * the text that holds what was measured there (store.ts; remember-approved.ts adds to it). Whatever is wrong with that
 * text, nothing is known then.
 */
import type { Device } from '../gpu/device.js';
import type { TuningStore } from './text-store.js';

/** What there may be of it in a text. */
export interface ApprovedText {
  readonly approved?: Readonly<Record<string, readonly string[]>>;
}

export async function isApproved(store: TuningStore, adapter: string, digests: readonly string[]): Promise<boolean> {
  try {
    const known = (JSON.parse((await store.read())!) as ApprovedText).approved![adapter]!;
    return digests.every((one) => known.includes(one));
  } catch {
    return false;
  }
}

/** One adapter with what is asked of it. */
export function adapterKey({ adapter, gpu }: Device): string {
  const { vendor, architecture, description, isFallback } = adapter;
  return [vendor, architecture, description, isFallback, gpu.features.has('subgroups')].join('|');
}
