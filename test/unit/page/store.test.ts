/** The page's state and its address are the same, also where the browser goes back while the address is about to be written. */
import { afterEach, expect, test, vi } from 'vitest';
import { hashOf, readHash } from '../../../src/page/state/link.js';
import { START } from '../../../src/page/state/page-state.js';
import { openStore } from '../../../src/page/state/store.js';

/** A browser's address bar, with its history; it tells of going back only afterwards, as browsers do. */
class AddressBar {
  readonly entries = [''];
  at = 0;
  tell: () => void = () => undefined;

  get location() {
    const hash = () => this.entries[this.at]!;
    return {
      get hash() {
        return hash();
      },
    };
  }

  readonly history = {
    pushState: (_: unknown, __: string, hash: string) => {
      this.entries.splice(this.at + 1, Infinity, hash);
      this.at += 1;
    },
    replaceState: (_: unknown, __: string, hash: string) => (this.entries[this.at] = hash),
  };

  back(): void {
    this.at -= 1;
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page that was just opened. */
function opened() {
  vi.useFakeTimers();
  const bar = new AddressBar();
  vi.stubGlobal('location', bar.location);
  vi.stubGlobal('history', bar.history);
  vi.stubGlobal('addEventListener', (_: string, tell: () => void) => (bar.tell = tell));
  const problems: string[] = [];
  const store = openStore((sentence) => problems.push(sentence));
  return { ...store, bar, problems };
}

test('a change is in the address a moment later', () => {
  const { update, bar } = opened();
  update((state) => ({ ...state, walkthrough: { ...state.walkthrough, seed: 5 } }));
  vi.runAllTimers();
  expect(readHash(bar.location.hash).state.walkthrough.seed).toBe(5);
});

test('going back at the very moment when the address is to be written is not undone', () => {
  const { state, show, update, bar } = opened();
  vi.runAllTimers();
  show('lab');
  show('device');
  update((one) => ({ ...one, walkthrough: { ...one.walkthrough, seed: 7 } }));
  // The browser is back at the lab, and has not said so yet.
  bar.back();
  vi.runAllTimers();
  expect(readHash(bar.location.hash).state.view).toBe('lab');
  bar.tell();
  expect(state.value.view).toBe('lab');
  vi.runAllTimers();
  expect(bar.entries.map((hash) => readHash(hash).state.view)).toEqual([START.view, 'lab', 'device']);
});

test('control: without going back the entry is written over with what changed', () => {
  const { show, update, bar } = opened();
  show('device');
  update((one) => ({ ...one, walkthrough: { ...one.walkthrough, seed: 7 } }));
  vi.runAllTimers();
  expect(bar.location.hash).toBe(hashOf({ ...START, view: 'device', walkthrough: { ...START.walkthrough, seed: 7 } }));
});
