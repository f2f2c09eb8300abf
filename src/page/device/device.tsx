/**
 * The device: what computes here, what its limits mean, whether every shader is right on it, and what a run takes of time and memory.
 * It shows; the GPU's worker opens, tests and measures.
 */
import { useEffect } from 'preact/hooks';
import { type PageContext, usePage } from '../shell/page-context.js';
import { AdapterPanel } from './adapter-panel.js';
import { type DeviceStore, openDeviceStore } from './device-store.js';
import { MeasurePanel } from './measure-panel.js';
import { NoDevice } from './no-device.js';
import { TestPanel } from './test-panel.js';
import './device.css';

export function DeviceView() {
  const store = storeOf(usePage());
  useEffect(() => {
    store.open();
    return store.leave;
  }, [store]);
  return (
    <div class="device">
      <header>
        <h1>Your device</h1>
        <p class="lede">
          What computes in this browser, what its limits mean for your networks, and whether every number that it
          computes can be trusted.
        </p>
      </header>
      <Lost store={store} />
      <Content store={store} />
    </div>
  );
}

/** It outlives its view: whoever comes back finds what was tested and measured. */
const OPEN = new WeakMap<PageContext, DeviceStore>();

function storeOf(page: PageContext): DeviceStore {
  const store = OPEN.get(page) ?? openDeviceStore(page.workers);
  OPEN.set(page, store);
  return store;
}

function Content({ store }: { readonly store: DeviceStore }) {
  const look = store.look.value;
  const problem = store.problem.value;
  if (problem !== undefined) {
    return (
      <div class="notice notice-error" role="alert">
        <p>{problem}</p>
        <button type="button" class="quiet" onClick={store.open}>
          Try again
        </button>
      </div>
    );
  }
  if (!look) {
    return (
      <p class="loading" aria-busy="true">
        Asking the browser for its adapter …
      </p>
    );
  }
  if (!('look' in look)) return <NoDevice {...look} onAgain={store.open} />;
  return (
    <div class="two-columns device-panels">
      <AdapterPanel look={look.look} onAgain={store.open} />
      <TestPanel store={store} look={look.look} />
      <MeasurePanel store={store} />
    </div>
  );
}

function Lost({ store }: { readonly store: DeviceStore }) {
  const lost = store.lost.value;
  return (
    <div aria-live="assertive">
      {lost !== undefined && (
        <div class="notice notice-error" id="device-lost">
          <p>{lost} Nothing more can be tested or measured until it is open again.</p>
          <button type="button" class="quiet" onClick={store.open}>
            Open the device again
          </button>
        </div>
      )}
    </div>
  );
}
