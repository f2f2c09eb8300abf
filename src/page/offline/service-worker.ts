/**
 * The service worker: keeps one whole version of the site in this browser and answers from it, so the page opens, learns and checks
 * without a connection. A version is kept whole or not at all, each file checked by its hash. A newer one waits until the visitor
 * wants it; an older one stays as long as a page that came from it is open. It answers for the site's own files alone.
 */
import type { Order } from './orders.js';
import { lockedScripts } from './page-lock.js';

/** Filled in by tools/vite-offline.ts: each file's path, and its hash as browsers check it (`sha256-…`). */
declare const __SITE__: { readonly version: string; readonly files: Readonly<Record<string, string>> };

// TypeScript's own types of these exclude those of a document, which the rest of the page has.
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchingEvent extends LastingEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LastingEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchingEvent) => void): void;
  addEventListener(type: 'message', listener: (event: LastingEvent & MessageEvent<Order>) => void): void;
}

const worker = self as unknown as ServiceWorkerScope;
const { version, files } = __SITE__;
const { scope } = worker.registration;
const FAMILY = `idli ${scope} `;
const OWN = FAMILY + version;

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (event) => {
  event.waitUntil(event.data === 'take over' ? worker.skipWaiting() : dropUnneeded());
});
worker.addEventListener('fetch', (event) => {
  const url = addressOf(event.request);
  if (url !== undefined) event.respondWith(answer(url, event.request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(OWN);
  await Promise.all(Object.entries(files).map(([path, integrity]) => keep(cache, path, integrity)));
}

async function keep(cache: Cache, path: string, integrity: string): Promise<void> {
  const url = scope + path;
  // A name with a hash in it means the same bytes in every version.
  const isFixed = path.startsWith('assets/');
  const known = isFixed ? await caches.match(url, { ignoreVary: true }) : undefined;
  const response = known ?? (await fetch(url, { integrity, cache: isFixed ? 'default' : 'no-cache' }));
  if (!response.ok) throw new Error(`${url} cannot be kept: the server answers ${response.status}.`);
  await cache.put(url, response);
}

/** Under which address the file would be kept, where it is one of the site's. */
function addressOf({ method, url, mode }: Request): string | undefined {
  if (method !== 'GET' || !url.startsWith(scope)) return undefined;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  // Whatever stands behind the page's address, it is the page.
  if (mode === 'navigate') return [scope, `${scope}index.html`].includes(address) ? scope : undefined;
  const path = address.slice(scope.length);
  return path in files || path.startsWith('assets/') ? address : undefined;
}

/** From this version, else from one that an open page came from, else from the server. */
async function answer(url: string, request: Request): Promise<Response> {
  const own = await caches.match(url, { cacheName: OWN, ignoreVary: true });
  return own ?? (await caches.match(url, { ignoreVary: true })) ?? fetch(request);
}

/** Drops the versions that no open page came from. */
async function dropUnneeded(): Promise<void> {
  const { installing, waiting } = worker.registration;
  if (installing ?? waiting) return;
  const scripts = await lockedScripts();
  for (const name of await caches.keys()) {
    if (!name.startsWith(FAMILY) || name === OWN) continue;
    const cache = await caches.open(name);
    const found = await Promise.all(scripts.map((script) => cache.match(script, { ignoreVary: true })));
    if (!found.some((one) => one)) await caches.delete(name);
  }
}
