/**
 * Where a worker of the page remembers which devices compute right: the browser's cache storage, since a worker has no localStorage.
 * A browser that gives none, or has no room, remembers nothing.
 */
import type { TuningStore } from '../../tune/text-store.js';

const NAME = 'idli-verdicts';

export const verdictStore: TuningStore = {
  async read() {
    const kept = await (await caches.open(NAME)).match(address());
    return kept?.text();
  },
  async write(text) {
    await (await caches.open(NAME)).put(address(), new Response(text));
  },
};

/** A cache keeps answers by address; nothing of the site has this one. */
function address(): string {
  return new URL(NAME, location.href).href;
}
