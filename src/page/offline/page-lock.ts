/**
 * How a service worker knows which versions of the site are still open somewhere: each page holds a lock with the address of its
 * script, as long as it lives; the browser lets go of it, whatever the page's end.
 */
const PREFIX = 'idli page ';

/** @param script whose address has its version's hash in it */
export function holdPageLock(script: string): void {
  // Never fulfilled: the lock is held to the end.
  const forever = new Promise<never>(() => undefined);
  // Where storage is forbidden there are no locks, and nothing that they would keep.
  navigator.locks.request(PREFIX + script, { mode: 'shared' }, () => forever).catch(() => undefined);
}

/** The scripts of all pages that are open. */
export async function lockedScripts(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
}
