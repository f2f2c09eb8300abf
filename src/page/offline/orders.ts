/**
 * What a page tells the service worker: that the visitor wants the version that waits, or that a page has been opened, which is the
 * time to drop versions that no page needs any more.
 */
export type Order = 'take over' | 'page opened';

export function tell(worker: ServiceWorker, order: Order): void {
  worker.postMessage(order);
}
