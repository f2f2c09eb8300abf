/**
 * Holds the page's state, and keeps it and the address the same: a change of one is a change of the other. Whoever shows
 * something reads the signal; whoever changes something calls `update`.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { hashOf, readHash } from './link.js';
import type { PageState, View } from './page-state.js';

export interface Store {
  readonly state: ReadonlySignal<PageState>;
  readonly update: (change: (state: PageState) => PageState) => void;
  /** Goes to another view, with an entry of its own in the browser's history. */
  readonly show: (view: View) => void;
}

/** Milliseconds between two changes of the address; browsers refuse many in a row. */
const QUIET = 300;

/** @param onProblem told of an address that cannot be read */
export function openStore(onProblem: (sentence: string) => void): Store {
  const first = readHash(location.hash);
  if (first.problem) onProblem(first.problem);
  const state = signal(first.state);
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The address as it was left here. Another one is the browser's, which tells of it only afterwards.
  let known = location.hash;

  const write = () => {
    timer = undefined;
    if (location.hash !== known) return;
    const hash = hashOf(state.peek());
    if (hash !== location.hash) history.replaceState(null, '', hash);
    known = location.hash;
  };
  effect(() => {
    void state.value;
    timer ??= setTimeout(write, QUIET);
  });
  addEventListener('hashchange', () => {
    known = location.hash;
    if (location.hash === hashOf(state.peek())) return;
    const { state: read, problem } = readHash(location.hash);
    if (problem) onProblem(problem);
    // A plain `#lab` leads there, and forgets nothing.
    const hasPayload = location.hash.includes('/');
    state.value = hasPayload && !problem ? read : { ...state.peek(), view: read.view };
  });

  return {
    state,
    update: (change) => (state.value = change(state.peek())),
    show(view) {
      if (view === state.peek().view) return;
      state.value = { ...state.peek(), view };
      history.pushState(null, '', hashOf(state.peek()));
      known = location.hash;
    },
  };
}
