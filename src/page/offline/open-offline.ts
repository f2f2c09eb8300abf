/**
 * Has the site kept in this browser, once the page stands there, and says so when a newer version waits. The visitor decides when to
 * change over; nothing reloads by itself. Where a browser allows no service worker the page works as any page does.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Notices } from '../shell/notices.js';
import { tell } from './orders.js';
import { holdPageLock } from './page-lock.js';

/** Milliseconds between two looks for a newer version, while a page stays open. */
const LOOK_EVERY = 60 * 60 * 1000;

/** @returns whether all of the page is kept here */
export function openOffline(notices: Notices): ReadonlySignal<boolean> {
  const isKept = signal(false);
  // Absent where a page comes by plain HTTP, whatever the types say.
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // Nor is there one where Vite serves the sources.
  if (import.meta.hot || !container) return isKept;
  holdPageLock(import.meta.url);
  whenIdle(() => {
    // A refusal (a private window, a full disk) changes nothing for who has a connection.
    keep(container, notices, isKept).catch(() => undefined);
  });
  return isKept;
}

async function keep(container: ServiceWorkerContainer, notices: Notices, isKept: { value: boolean }): Promise<void> {
  const registration = await container.register(new URL('sw.js', document.baseURI));
  void container.ready.then(({ active }) => {
    isKept.value = true;
    if (active) tell(active, 'page opened');
  });
  const offer = () => {
    // Without a controller it is the first version, or the visitor asked the server himself.
    if (!registration.waiting || !container.controller) return;
    const change = () => changeOver(container, registration);
    notices.add({
      kind: 'info',
      text: 'A new version of this page is ready.',
      action: { label: 'Reload', run: change },
    });
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  offer();
  // Browsers look by themselves at each visit, but some take half a minute for it.
  if (container.controller) look(registration);
  lookNowAndThen(registration);
}

function changeOver(container: ServiceWorkerContainer, { waiting }: ServiceWorkerRegistration): void {
  // Another page may have asked for it already.
  if (!waiting) return location.reload();
  container.addEventListener('controllerchange', () => location.reload(), { once: true });
  tell(waiting, 'take over');
}

function look(registration: ServiceWorkerRegistration): void {
  // Without a connection there is nothing to find.
  registration.update().catch(() => undefined);
}

/** For pages that stay open for days. */
function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let last = Date.now();
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - last < LOOK_EVERY) return;
    last = Date.now();
    look(registration);
  });
}

/** After the first paint and what it needs, when the page has nothing else to do. */
function whenIdle(then: () => void): void {
  const wait = () => {
    // Safari has none of the first.
    if ('requestIdleCallback' in window) requestIdleCallback(then, { timeout: 10_000 });
    else setTimeout(then, 1000);
  };
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
}
