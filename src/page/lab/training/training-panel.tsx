/**
 * How the network is trained, and the hand on it: the controls, which stay in sight, what comes of them, and the settings, those that
 * rarely change folded away.
 */
import { wholeText } from '../../../core/text.js';
import { sentenceOf } from '../../worker/errors.js';
import { type Lab, useLab } from '../lab-context.js';
import { placeOf } from '../problem-place.js';
import { Controls } from './controls.js';
import { KeptList } from './kept-list.js';
import { Offer } from './offer.js';
import { Outcome } from './outcome.js';
import { firstProblem } from './problems.js';
import { Silence, TrainingProgress } from './progress.js';
import { ComputingFields } from './settings/computing-fields.js';
import { MainFields } from './settings/main-fields.js';
import { MetricFields } from './settings/metric-fields.js';
import { MoreFields } from './settings/more-fields.js';
import { ScheduleFields } from './settings/schedule-fields.js';
import { StoppingFields } from './settings/stopping-fields.js';
import './training.css';

/** What is started, and what becomes of it. */
export function TrainingPanel() {
  return (
    <section id="lab-training" class="training training-hand" aria-labelledby="lab-training-title">
      <h2 id="lab-training-title" class="visually-hidden">
        Training
      </h2>
      <div class="training-bar">
        <Controls />
        <TrainingProgress />
      </div>
      <div class="training-said">
        <Obstacle />
        <Silence />
        <Offer />
        <Changed />
        <Outcome />
      </div>
    </section>
  );
}

export function TrainingSettings() {
  return (
    <section id="lab-training-settings" class="panel training" aria-labelledby="lab-training-settings-title">
      <h2 id="lab-training-settings-title">How it is trained</h2>
      <MainFields />
      <ValidationHint />
      <div class="folds">
        <ScheduleFields />
        <MetricFields />
        <StoppingFields />
        <MoreFields />
        <ComputingFields />
        <KeptList />
      </div>
    </section>
  );
}

/** That there is nothing to start, and where the reason stands; the reason itself only where nothing else says it. */
function Obstacle() {
  const lab = useLab();
  const problem = firstProblem(lab);
  // Why a training was refused stands in the bar.
  if (!problem || problem.sentence === refusal(lab)) return <p class="problem" />;
  const place = lab.faults.place.value ?? placeOf(lab, problem);
  if (!place) return <p class="problem">Nothing to start yet. {problem.sentence}</p>;
  return (
    <p class="problem">
      Nothing to start yet: see{' '}
      <button type="button" class="link" onClick={() => goTo(place.id)}>
        {place.name}
      </button>
      .
    </p>
  );
}

function refusal({ training }: Lab): string | undefined {
  const error = training.error.value;
  return error === undefined ? undefined : sentenceOf(error);
}

/** Into sight, and where it can be typed into, the focus with it. */
function goTo(id: string): void {
  const found = document.getElementById(id);
  const wrong = found?.matches('input, select') ? found : found?.querySelector<HTMLElement>('[aria-invalid="true"]');
  (wrong ?? found)?.scrollIntoView({ block: wrong ? 'center' : 'start' });
  wrong?.focus({ preventScroll: true });
}

/** That what trains, or was trained, is not what the settings say. */
function Changed() {
  const { state, training } = useLab();
  const run = training.run.value;
  const status = training.status.value;
  const isOther = status !== 'idle' && run !== undefined && run !== state.value.run && !isSame(run, state.value.run);
  return (
    <p class="training-changed" hidden={!isOther}>
      {['starting', 'running', 'paused'].includes(status)
        ? 'Settings changed: this training keeps those of its start. Stop it and start again to use the new ones.'
        : 'Settings changed since: start again to use them.'}
    </p>
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function ValidationHint() {
  const { data } = useLab();
  const rows = data.summary.value?.rows;
  if (!rows) return null;
  const { train, validation } = rows;
  return (
    <p class="note">
      {validation > 0
        ? `${wholeText(train)} rows train, ${wholeText(validation)} are held back for validation.`
        : `All ${wholeText(train)} rows train; rows for validation are held back under Data.`}
    </p>
  );
}
