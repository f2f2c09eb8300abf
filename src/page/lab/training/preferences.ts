/** How this visitor likes trainings to be run; remembered in this browser, and in no link: it changes no number. */
import { effect, type Signal, signal } from '@preact/signals';

export interface Preferences {
  /** Whether checkpoints are kept in the browser's storage. */
  readonly keepsCheckpoints: Signal<boolean>;
  /** Whether every pass is checked against the reference before the first step and after the last. */
  readonly verifies: Signal<boolean>;
}

export function openPreferences(): Preferences {
  return { keepsCheckpoints: remembered('idli-checkpoints'), verifies: remembered('idli-check-passes') };
}

/** True unless it was switched off. */
function remembered(key: string): Signal<boolean> {
  const value = signal(read(key) !== 'off');
  effect(() => write(key, value.value));
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

function write(key: string, isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(key);
    else localStorage.setItem(key, 'off');
  } catch {
    // As above.
  }
}
