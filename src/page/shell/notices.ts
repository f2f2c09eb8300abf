/**
 * What the page has to say outside of the place where it happened: errors, warnings, remarks. Texts only. Errors stay until they
 * are dismissed and are read out at once; remarks go by themselves when the next thing begins.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { sentenceOf } from '../worker/errors.js';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'warning' | 'info';
  readonly text: string;
  /** What can be done about it with one press. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

export interface Notices {
  readonly shown: ReadonlySignal<readonly Notice[]>;
  /** @returns its id */
  readonly add: (notice: Omit<Notice, 'id'>) => number;
  readonly dismiss: (id: number) => void;
  /** Shows what went wrong, in a sentence. */
  readonly fail: (error: unknown) => void;
}

export function openNotices(): Notices {
  const shown = signal<readonly Notice[]>([]);
  let count = 0;
  const add = (notice: Omit<Notice, 'id'>) => {
    const id = (count += 1);
    // The same twice is one.
    shown.value = [...shown.peek().filter(({ text }) => text !== notice.text), { ...notice, id }];
    return id;
  };
  return {
    shown,
    add,
    dismiss: (id) => (shown.value = shown.peek().filter((one) => one.id !== id)),
    fail: (error) => void add({ kind: 'error', text: sentenceOf(error) }),
  };
}
