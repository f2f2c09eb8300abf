/** How far the training is: a sentence, a bar and numbers, and the reference's own bar. Read out politely, and not at every number. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { wholeText } from '../../../core/text.js';
import { useLab } from '../lab-context.js';
import { errorText } from './outcome.js';
import { stateText } from './state-words.js';
import { isUnderWay, type TrainingView } from './training-view.js';
import { secondsText } from './words.js';

/** Milliseconds between two sentences that are read out, while only numbers change. */
const READ_EVERY = 5000;
const NONE = '–';

export function TrainingProgress() {
  const { training } = useLab();
  const text = textOf(training);
  const { step, steps, examplesPerSecond, secondsLeft, secondsSpent } = training.progress.value;
  const isRunning = training.status.value === 'running';
  const epochs = training.history.value.loss.length;
  const of = training.start.value?.epochs;
  const reference = training.reference;
  const error = training.error.value;
  return (
    <div class="training-progress">
      <p class="training-state" data-status={training.status.value}>
        {text}
      </p>
      <Spoken text={text} status={training.status.value} />
      {error !== undefined && <p class="problem">{errorText(error)}</p>}
      <progress aria-label="Training" max={Math.max(1, steps)} value={step} />
      <dl class="training-numbers">
        <Number term="Epoch" value={of === undefined ? NONE : `${wholeText(epochs)} of ${wholeText(of)}`} />
        <Number term="Step" value={steps === 0 ? NONE : `${wholeText(step)} of ${wholeText(steps)}`} />
        <Number term="Examples/s" value={examplesPerSecond === undefined ? NONE : wholeText(examplesPerSecond)} />
        <Number
          term={isRunning ? 'Left' : 'Spent'}
          value={isRunning ? (secondsLeft === undefined ? NONE : secondsText(secondsLeft)) : secondsText(secondsSpent)}
        />
      </dl>
      {isUnderWay(reference.status.value) && <ReferenceProgress view={reference} />}
    </div>
  );
}

/** That the worker may be gone, and what to do then. */
export function Silence() {
  const { training } = useLab();
  if (!training.isSilent.value) return null;
  return (
    <div class="training-offer">
      <p>
        A worker has not answered for a while: it computes something long, or the browser has ended it. What is kept as
        a checkpoint stays.
      </p>
      <button type="button" class="quiet" onClick={training.restart}>
        End the workers
      </button>
    </div>
  );
}

function ReferenceProgress({ view }: { readonly view: TrainingView }) {
  const epochs = view.history.value.loss.length;
  const of = view.start.value?.epochs ?? 0;
  return (
    <div class="training-reference">
      <p class="note">
        Reference, float64 on the CPU: epoch {wholeText(epochs)} of {wholeText(of)}
      </p>
      <progress aria-label="Reference" max={Math.max(1, of)} value={epochs} />
    </div>
  );
}

function Number({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function textOf({ status, isStopping, start, progress, history }: TrainingView): string {
  return stateText({
    status: status.value,
    isStopping: isStopping.value,
    start: start.value,
    progress: progress.value,
    epochs: history.value.loss.length,
  });
}

/** For screen readers: a change of state at once, numbers every few seconds. */
function Spoken({ text, status }: { readonly text: string; readonly status: string }) {
  const spoken = useSignal('');
  const last = useRef({ status: '', time: 0 });
  useEffect(() => {
    const now = performance.now();
    const isNew = last.current.status !== status;
    // Nothing has happened yet, and nobody need hear so.
    if (isNew && last.current.status === '' && status === 'idle') {
      last.current = { status, time: now };
      return;
    }
    if (!isNew && now - last.current.time < READ_EVERY) return;
    last.current = { status, time: now };
    spoken.value = text;
  }, [text, status]);
  return (
    <p class="visually-hidden" role="status" aria-label="Training">
      {spoken.value}
    </p>
  );
}
