/** The page around its views: header, navigation, notices, and the view that the state names. */
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { View } from '../state/page-state.js';
import { Later } from './later.js';
import { NoticeList } from './notice-list.js';
import { usePage } from './page-context.js';
import { useScrollMemory } from './scroll-memory.js';
import { ThemeButton } from './theme.js';

interface ViewEntry {
  readonly title: string;
  readonly load: () => Promise<ComponentType>;
}

const ENTRIES: Readonly<Record<View, ViewEntry>> = {
  walkthrough: {
    title: 'Walkthrough',
    load: async () => (await import('../walkthrough/walkthrough.js')).Walkthrough,
  },
  lab: { title: 'Lab', load: async () => (await import('../lab/lab.js')).LabView },
  device: { title: 'Device', load: async () => (await import('../device/device.js')).DeviceView },
  benchmark: { title: 'Benchmark', load: async () => (await import('../benchmark/benchmark.js')).BenchmarkView },
};

export function App() {
  const { state, show, isKept } = usePage();
  const { view } = state.value;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const isReturn = useScrollMemory(view);
  useEffect(() => {
    document.title = `IDLI: ${ENTRIES[view].title}`;
    // Whoever changes the view is taken to it; at the start the focus is left alone.
    const preventScroll = isReturn();
    if (!isFirst.current) main.current?.focus({ preventScroll });
    isFirst.current = false;
  }, [view]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <header class="bar">
        <p class="brand">IDLI</p>
        <nav aria-label="Parts of this page">
          {(Object.keys(ENTRIES) as View[]).map((name) => (
            <a
              key={name}
              href={`#${name}`}
              aria-current={name === view ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                show(name);
              }}
            >
              {ENTRIES[name].title}
            </a>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <NoticeList />
      <main id="main" ref={main} tabIndex={-1} data-view={view}>
        <Later key={view} load={ENTRIES[view].load} name={`the ${ENTRIES[view].title.toLowerCase()}`} />
      </main>
      <footer>
        <p data-kept={isKept.value}>
          Everything is computed in this browser, and nothing leaves it.
          {isKept.value && ' The page is kept here as well: it works without a connection.'}
        </p>
      </footer>
    </>
  );
}
