/**
 * The form: seed and epochs of the tutorial's run, Train and Stop. Its two texts become a run document,
 * and parseRun alone judges it. It refuses nothing by itself, so the sentences are the same everywhere.
 */
import { parseRun, type Run } from '../core/run.js';
import { article } from '../runs/article.js';
import { element } from './elements.js';

/** @param readRun throws RunError for what cannot be trained */
export type Submit = (readRun: () => Run, signal: AbortSignal) => Promise<void>;

export interface RunForm {
  /** Called for Train, and for Enter in a field; not again before the promise settles. */
  onSubmit(submit: Submit): void;
  /** Marks the field that a RunError names, and goes there. */
  markField(path: string): void;
}

export function openForm(): RunForm {
  const form = element('run-form', HTMLFormElement);
  const fields = {
    'model.seed': element('seed', HTMLInputElement),
    'training.epochs': element('epochs', HTMLInputElement),
  };
  const buttons = { train: element('train', HTMLButtonElement), stop: element('stop', HTMLButtonElement) };

  const readRun = () => articleRun(fields['model.seed'].value, fields['training.epochs'].value);
  const unmark = (field: HTMLInputElement) => {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  };
  const setBusy = (busy: boolean) => {
    buttons.train.disabled = busy;
    buttons.stop.hidden = !busy;
  };

  return {
    onSubmit(submit) {
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (buttons.train.disabled) return;
        Object.values(fields).forEach(unmark);
        const abort = new AbortController();
        const stop = () => abort.abort();
        // A button that is disabled or hidden loses the focus, and the keyboard its place.
        const hadFocus = document.activeElement === buttons.train;
        setBusy(true);
        buttons.stop.addEventListener('click', stop);
        void submit(readRun, abort.signal).finally(() => {
          const active = document.activeElement;
          const lost = active === buttons.stop || (hadFocus && (active === document.body || active === buttons.train));
          buttons.stop.removeEventListener('click', stop);
          setBusy(false);
          if (lost && !form.querySelector('[aria-invalid]')) buttons.train.focus();
        });
      });
    },
    markField(path) {
      const field = Object.entries(fields).find(([name]) => name === path)?.[1];
      if (!field) return;
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', 'failure');
      field.focus();
    },
  };
}

/** @throws RunError */
function articleRun(seed: string, epochs: string): Run {
  return parseRun({
    ...article,
    model: { ...article.model, seed: numberIn(seed) },
    training: { ...article.training, epochs: numberIn(epochs) },
  });
}

/** A text as the number it is, or as it stands: parseRun then says what it found. */
function numberIn(text: string): number | string {
  const trimmed = text.trim();
  return /^[+-]?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}
