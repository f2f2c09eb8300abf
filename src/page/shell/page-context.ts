/** What every part of the page can reach: state, notices, workers. Made once in main.tsx, handed down by Preact. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Store } from '../state/store.js';
import type { Workers } from '../worker/open-workers.js';
import type { Notices } from './notices.js';

export interface PageContext extends Store {
  readonly notices: Notices;
  /** Whether all of the page is kept in this browser, and works without a connection. */
  readonly isKept: ReadonlySignal<boolean>;
  readonly workers: Workers;
  /** Whether the lab trains now, which slows what is measured beside it. */
  readonly isTraining: Signal<boolean>;
}

export const Page = createContext<PageContext | undefined>(undefined);

export function usePage(): PageContext {
  const context = useContext(Page);
  if (!context) throw new Error('This part stands outside of the page.');
  return context;
}
