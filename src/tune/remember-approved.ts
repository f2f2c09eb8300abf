/** Adds to the shaders that were seen to compute right on an adapter (approved.ts). Loaded with what sees it. */
import type { ApprovedText } from './approved.js';
import { type TuningStore, VERSION } from './text-store.js';

/** Digests of one adapter that are kept, the last ones. */
const MOST = 1000;

export async function rememberApproved(store: TuningStore, adapter: string, digests: readonly string[]): Promise<void> {
  try {
    const text = await readText(store);
    const before: unknown = Object.entries(text.approved ?? {}).find(([key]) => key === adapter)?.[1];
    const known = Array.isArray(before) ? before.filter((one) => typeof one === 'string') : [];
    const approved = { ...text.approved, [adapter]: [...new Set([...known, ...digests])].slice(-MOST) };
    await store.write(JSON.stringify({ version: VERSION, adapters: {}, ...text, approved }));
  } catch {
    // No room, or no right to write.
  }
}

/** The whole text, without what no text of ours is. */
async function readText(store: TuningStore): Promise<ApprovedText> {
  try {
    const found: unknown = JSON.parse((await store.read())!);
    return typeof found === 'object' && !Array.isArray(found) ? { ...found } : {};
  } catch {
    return {};
  }
}
