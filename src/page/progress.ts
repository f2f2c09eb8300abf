/**
 * The progress bar and the status line under the form. The bar moves with every report; the status line
 * is a live region and so speaks only when something begins or ends.
 */
import { element } from './elements.js';
import type { ProgressReport } from './train-both.js';

export interface ProgressView {
  start(): void;
  update(report: ProgressReport): void;
  /** @param text what the status line says from now on */
  end(text: string): void;
}

export function openProgress(): ProgressView {
  const bar = element('progress', HTMLProgressElement);
  const status = element('status', HTMLElement);
  const say = (text: string) => {
    if (status.textContent !== text) status.textContent = text;
  };
  return {
    start() {
      // Without a value the bar is "busy": the device is being opened, the shaders compiled.
      bar.removeAttribute('value');
      bar.hidden = false;
      say('Training…');
    },
    update({ phase, done, of }) {
      bar.max = of;
      bar.value = done;
      say(phase === 'Training' ? 'Training…' : 'Computing the CPU reference…');
    },
    end(text) {
      bar.hidden = true;
      say(text);
    },
  };
}
