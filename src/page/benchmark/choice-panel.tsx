/** Which workloads are timed and how often, and the hand on it: start, stop, how far it is. */
import { CheckField, NumberField } from '../parts/fields.js';
import type { BenchProgress, BenchStore } from './bench-store.js';
import { CHOICES, type Weight } from './choices.js';

const WEIGHT_TEXTS: Readonly<Record<Weight, string>> = {
  small: 'small',
  middle: 'middle',
  large: 'large: takes a while without a graphics card',
};
const MOST_REPETITIONS = 50;

export function ChoicePanel({ store }: { readonly store: BenchStore }) {
  const progress = store.progress.value;
  const isRunning = progress.status === 'running' || progress.status === 'stopping';
  const chosen = store.chosen.value;
  const isReady = store.adapter.value !== undefined;
  return (
    <section class="panel choices" id="choices" aria-labelledby="choices-title" data-status={progress.status}>
      <h2 id="choices-title">Workloads</h2>
      <fieldset class="choice-list">
        <legend class="visually-hidden">Workloads to be timed</legend>
        {CHOICES.map(({ id, title, weight }) => (
          <CheckField
            key={id}
            checked={chosen.has(id)}
            disabled={isRunning}
            onChange={(isChosen) => store.choose(id, isChosen)}
            label={
              <span>
                {title} <small class="choice-weight">{WEIGHT_TEXTS[weight]}</small>
              </span>
            }
          />
        ))}
      </fieldset>
      <div class="fields choice-fields">
        <NumberField
          label="Repetitions of each"
          value={store.repetitions.value}
          whole
          min={1}
          max={MOST_REPETITIONS}
          disabled={isRunning}
          onChange={store.repeat}
        />
      </div>
      <div class="buttons">
        <button type="button" disabled={isRunning || !isReady || chosen.size === 0} onClick={store.begin}>
          {store.card.value ? 'Start again' : 'Start'}
        </button>
        <button type="button" class="quiet" disabled={progress.status !== 'running'} onClick={store.stop}>
          Stop
        </button>
      </div>
      {chosen.size === 0 && <p class="problem">Nothing is chosen: tick at least one workload.</p>}
      <Progress progress={progress} />
    </section>
  );
}

function Progress({ progress: { status, done, of, doing, problem } }: { readonly progress: BenchProgress }) {
  const isRunning = status === 'running' || status === 'stopping';
  return (
    <>
      {isRunning && (
        <div class="work-progress">
          <progress aria-label="Benchmark" max={Math.max(1, of)} value={done} />
          <p class="note">{status === 'stopping' ? 'Stopping …' : doing}</p>
        </div>
      )}
      <div role="status">
        {status === 'done' && <p class="note">Done.</p>}
        {status === 'stopped' && <p class="note">Stopped. What was finished before is on the card.</p>}
        {problem !== undefined && <p class="problem">{problem}</p>}
      </div>
    </>
  );
}
