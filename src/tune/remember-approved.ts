/** Adds to the shaders that were seen to compute right on an adapter (approved.ts). Loaded with what sees it. */
import { approvedIn, readText } from './approved.js';
import { type TuningStore, VERSION } from './text-store.js';

/** Digests of one adapter that are kept, the last ones. */
const MOST = 1000;

export async function rememberApproved(store: TuningStore, adapter: string, digests: readonly string[]): Promise<void> {
  const text = await readText(store);
  const own = [...new Set([...approvedIn(text, adapter), ...digests])].slice(-MOST);
  try {
    await store.write(
      JSON.stringify({ version: VERSION, adapters: {}, ...text, approved: { ...text.approved, [adapter]: own } }),
    );
  } catch {
    // No room, or no right to write.
  }
}
