/**
 * The section that shows one outcome: title, verdict, charts, tables, facts. `conceal` hides it and keeps
 * its place, so that the page does not jump while the next training runs; `clear` takes it away.
 */
import { openCharts } from './charts.js';
import { curveSentence } from '../verify/curves.js';
import { element } from './elements.js';
import { fillFacts } from './facts.js';
import { fillEpochs, fillPredictions } from './tables.js';
import type { Outcome } from './train-both.js';
import { counted } from '../core/text.js';

export interface ResultView {
  show(outcome: Outcome): void;
  conceal(): void;
  clear(): void;
}

export function openResult(): ResultView {
  const section = element('result', HTMLElement);
  const title = element('result-title', HTMLElement);
  const verdict = element('verdict', HTMLElement);
  const charts = openCharts();
  return {
    show(outcome) {
      const { run, training, parity } = outcome;
      title.textContent = `Seed ${run.model.seed}, ${counted(run.training.epochs, 'epoch')}`;
      verdict.textContent = parity
        ? curveSentence(parity)
        : 'The CPU reference alone, in float64: there is no WebGPU here to compare it with.';
      section.dataset['backend'] = training.backend;
      section.dataset['maxDifference'] = parity ? String(parity.maxAbsoluteDifference) : '';
      fillPredictions(outcome);
      fillEpochs(outcome);
      fillFacts(outcome);
      // Before the charts, which measure their place.
      section.hidden = false;
      charts.show(outcome);
      section.classList.remove('concealed');
    },
    conceal() {
      section.classList.add('concealed');
    },
    clear() {
      section.hidden = true;
      section.classList.remove('concealed');
      charts.clear();
      for (const part of section.querySelectorAll('h2, .verdict, table, dl, .note, summary')) part.replaceChildren();
    },
  };
}
