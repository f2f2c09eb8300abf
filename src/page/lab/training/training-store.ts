/**
 * The lab's training on the page's side: starts it in the GPU's worker and the reference in the CPU's, and keeps what they tell as
 * signals. It shows nothing and computes nothing.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { CarriedError } from '../../worker/errors.js';
import type { LabRun, LabState } from '../lab-state.js';
import type { Stride } from '../worker/training-pace.js';
import { type CheckpointShelf, openShelf } from './checkpoint-shelf.js';
import { openPreferences, type Preferences } from './preferences.js';
import { isUnderWay, openView, type Session, type TrainingView } from './training-view.js';

export type { Progress, TrainingStatus, TrainingView } from './training-view.js';

export interface TrainingStore extends TrainingView {
  /** The run that trains or trained last, as it was when it started. */
  readonly run: ReadonlySignal<LabRun | undefined>;
  readonly files: ReadonlySignal<readonly File[]>;
  /** The float64 reference, where it trains beside. */
  readonly reference: TrainingView;
  /** The checkpoints in the browser's storage. */
  readonly shelf: CheckpointShelf;
  readonly preferences: Preferences;
  /** Whether a worker has not answered for a while, though it has a training under way. */
  readonly isSilent: ReadonlySignal<boolean>;
  readonly begin: (state: LabState, files: readonly File[], options?: BeginOptions) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly step: (stride: Stride) => void;
  readonly stop: () => void;
  /** Has a checkpoint kept as soon as may be. */
  readonly save: () => void;
  /** Forgets it all, as before the first start. */
  readonly reset: () => void;
  /** Ends both workers with all that they do; a checkpoint that is safe stays. */
  readonly restart: () => void;
}

export interface BeginOptions {
  readonly startsPaused?: boolean;
  /** Whether it goes on from the checkpoint that is kept of this run. */
  readonly goesOn?: boolean;
}

export interface TrainingParts {
  /** Sessions in the two workers, opened when they are first needed. */
  readonly gpu: Session;
  readonly cpu: Session;
  /** Told what went wrong without ending the training, in a sentence. */
  readonly onWarning: (sentence: string) => void;
  /** Ends both workers; the next sessions are in others. */
  readonly endWorkers: () => void;
}

/** Milliseconds between two questions whether the worker still answers, and after which silence is worth a word. */
const ASK_EVERY = 2000;
const SILENCE = 8000;
const ENDED = 'The worker that trained was ended. Start again, or go on from the last checkpoint.';
const REFERENCE_ENDED = 'The worker of the reference was ended. Start again.';

export function openTraining({ gpu, cpu, onWarning, endWorkers }: TrainingParts): TrainingStore {
  const main = openView(gpu, onWarning);
  const reference = openView(cpu, onWarning);
  const run = signal<LabRun | undefined>(undefined);
  const files = signal<readonly File[]>([]);
  const preferences = openPreferences();
  const shelf = openShelf(cpu);
  const isSilent = signal(false);
  const both = (act: (view: ReturnType<typeof openView>) => void) => [main, reference].forEach(act);

  const begin: TrainingStore['begin'] = (state, given, { startsPaused = false, goesOn = false } = {}) => {
    run.value = state.run;
    files.value = given;
    reference.reset();
    const request = { run: state.run, files: [...given], startsPaused };
    const asked = {
      backend: state.backend,
      schedule: state.schedule,
      sendsWeights: true,
      verify: preferences.verify.peek(),
      checkpoints: goesOn ? 'goOn' : preferences.keepsCheckpoints.peek() ? 'keep' : 'none',
    } as const;
    main.begin({ ...request, ...asked }, (start) => {
      // Where the CPU trains it is the reference itself.
      if (start.backend === 'cpu' || !state.comparesReference) return;
      reference.begin({
        ...request,
        startsPaused: main.view.status.peek() === 'paused',
        backend: 'cpu',
        sendsWeights: false,
      });
    });
  };

  /** When each last said that it is there. */
  const answered = new Map<unknown, number>();
  setInterval(() => {
    both((one) => {
      const now = performance.now();
      if (isUnderWay(one.view.status.peek())) {
        void one.isAlive().then(
          () => answered.set(one, performance.now()),
          () => undefined,
        );
      } else {
        answered.set(one, now);
      }
    });
    const heard = [main, reference].map((one) => Math.max(answered.get(one) ?? 0, one.view.heard.peek()));
    isSilent.value = performance.now() - Math.min(...heard) > SILENCE;
  }, ASK_EVERY);
  const onHidden = () => {
    if (document.visibilityState === 'hidden') main.call('save');
  };
  const onLeaving = () => main.call('save');
  document.addEventListener('visibilitychange', onHidden);
  addEventListener('pagehide', onLeaving);

  const reset = () => both((view) => view.reset());
  return {
    ...main.view,
    run,
    files,
    reference: reference.view,
    shelf,
    preferences,
    isSilent,
    begin,
    pause: () => both((view) => view.call('pause')),
    resume: () => both((view) => view.call('resume')),
    step: (stride) => both((view) => view.step(stride)),
    stop: () => both((view) => view.call('stop')),
    save: onLeaving,
    reset,
    restart() {
      batch(() => {
        for (const [view, sentence] of [
          [main, ENDED],
          [reference, REFERENCE_ENDED],
        ] as const) {
          if (isUnderWay(view.view.status.peek())) {
            view.abandon(new CarriedError('WorkerEndedError', sentence, true, undefined));
          }
        }
        isSilent.value = false;
      });
      endWorkers();
    },
  };
}
