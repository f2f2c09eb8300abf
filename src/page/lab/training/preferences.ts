/** How this visitor likes trainings to be run; remembered in this browser, and in no link: it changes no number. */
import { effect, type Signal, signal } from '@preact/signals';
import type { VerifyMode } from '../../../verify/report.js';

export interface Preferences {
  /** Whether checkpoints are kept in the browser's storage. */
  readonly keepsCheckpoints: Signal<boolean>;
  /** How much of a training on a device is checked against the reference. */
  readonly verify: Signal<VerifyMode>;
}

export function openPreferences(): Preferences {
  return {
    keepsCheckpoints: remembered('idli-checkpoints', { on: true, off: false }, true),
    verify: remembered('idli-check-passes', { off: 'off', sample: 'sample', every: 'every' }, 'sample'),
  };
}

/** @param words what stands in storage for each value; what usually is has none, and neither has what nobody wrote */
function remembered<T>(key: string, words: Readonly<Record<string, T>>, usual: T): Signal<T> {
  const known = Object.entries(words);
  const found = read(key);
  const one = known.find(([word]) => word === found);
  const value = signal(one ? one[1] : usual);
  effect(() => write(key, value.value === usual ? undefined : known.find(([, one]) => one === value.value)![0]));
  return value;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage is forbidden; the choice lasts as long as the page.
    return null;
  }
}

function write(key: string, word: string | undefined): void {
  try {
    if (word === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, word);
  } catch {
    // As above.
  }
}
