/**
 * The page's entry: joins the form, the training and the result. One training at a time; when one starts
 * or is refused, the result of the one before leaves the screen. It computes nothing itself.
 */
import { RunError } from '../core/run-error.js';
import type { Run } from '../core/run.js';
import { counted } from '../core/text.js';
import { element } from './elements.js';
import { openForm } from './form.js';
import { errorSentence, noWebGpuSentence } from './messages.js';
import { openProgress } from './progress.js';
import { openResult } from './result.js';
import { type Outcome, trainBoth } from './train-both.js';

type State = 'idle' | 'training' | 'done' | 'failed';

const page = element('page', HTMLElement);
const failure = element('failure', HTMLElement);
const noWebGpu = element('no-webgpu', HTMLElement);
const form = openForm();
const progress = openProgress();
const result = openResult();

form.onSubmit(async (readRun, signal) => {
  setState('training');
  failure.textContent = '';
  noWebGpu.hidden = true;
  try {
    const run = readRun();
    result.conceal();
    progress.start();
    const outcome = await trainBoth(run, navigator.gpu, { signal, onProgress: (report) => progress.update(report) });
    show(outcome);
    progress.end(doneText(run));
    setState('done');
  } catch (error) {
    result.clear();
    if (signal.aborted) {
      progress.end('Stopped. Nothing is shown of a training that did not end.');
      setState('idle');
      return;
    }
    if (error instanceof RunError) form.markField(error.field);
    failure.textContent = errorSentence(error);
    progress.end(error instanceof RunError ? 'Nothing was trained.' : 'There is no result.');
    setState('failed');
  }
});

function show(outcome: Outcome): void {
  const onCpu = outcome.training.backend === 'cpu';
  noWebGpu.hidden = !onCpu;
  noWebGpu.textContent = onCpu ? noWebGpuSentence({ isSecureContext, hasApi: navigator.gpu !== undefined }) : '';
  result.show(outcome);
}

function doneText({ model, training }: Run): string {
  return `Done: seed ${model.seed}, ${counted(training.epochs, 'epoch')}. The result is below.`;
}

function setState(state: State): void {
  page.dataset['state'] = state;
}
