/**
 * The benchmark: how fast this product trains on the visitor's own device, workload by workload, each checked before it is timed, beside
 * the CPU reference of the same page. It shows; the two workers measure.
 */
import { useEffect } from 'preact/hooks';
import { noWebGpuSentence } from '../parts/sentences.js';
import { type PageContext, usePage } from '../shell/page-context.js';
import { type BenchStore, openBenchStore } from './bench-store.js';
import { HONEST, SOFTWARE } from './card.js';
import { CardPanel } from './card-panel.js';
import { ChoicePanel } from './choice-panel.js';
import '../device/device.css';
import './benchmark.css';

export function BenchmarkView() {
  const page = usePage();
  const { isTraining } = page;
  const store = storeOf(page);
  useEffect(() => {
    store.open();
    return store.leave;
  }, [store]);
  return (
    <div class="benchmark">
      <header>
        <h1>Benchmark</h1>
        <p class="lede">
          How fast your device trains, beside the CPU reference of this very page. Each workload is checked, pass by
          pass, before its time counts.
        </p>
      </header>
      <Adapter store={store} />
      {isTraining.value && (
        <p class="notice notice-warning">
          The lab is training beside this and slows what is measured: stop it there first.
        </p>
      )}
      <div class="two-columns benchmark-panels">
        <ChoicePanel store={store} />
        <CardPanel store={store} />
      </div>
    </div>
  );
}

/** It outlives its view: whoever comes back finds the card. */
const OPEN = new WeakMap<PageContext, BenchStore>();

function storeOf(page: PageContext): BenchStore {
  const store = OPEN.get(page) ?? openBenchStore(page.workers);
  OPEN.set(page, store);
  return store;
}

function Adapter({ store }: { readonly store: BenchStore }) {
  const adapter = store.adapter.value;
  if (!adapter) {
    return (
      <p class="loading" aria-busy="true">
        Asking the browser for its adapter …
      </p>
    );
  }
  if (!('name' in adapter)) {
    return (
      <p class="notice notice-warning" id="no-webgpu">
        {noWebGpuSentence(adapter)}
      </p>
    );
  }
  return (
    <div class="bench-adapter" id="adapter">
      <p>
        <strong>{adapter.name}</strong>
      </p>
      <p class="note">
        {adapter.isSoftware && `${SOFTWARE} `}
        {HONEST}
      </p>
    </div>
  );
}
