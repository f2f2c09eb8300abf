/**
 * One training in one worker, as signals: that of the GPU or that of the reference. It starts it and takes its news; it shows and
 * computes nothing.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { proxy, type Remote } from 'comlink';
import { type ConfusionMatrices, type History, HistoryBuilder, logsOf } from '../../../core/history.js';
import type { Place } from '../../../core/saved-state.js';
import type { LabSession } from '../worker/lab-session.js';
import type { Stride } from '../worker/training-pace.js';
import type { Snapshot, TrainingBefore, TrainingEnd, TrainingNews, TrainingStart, TrainRequest } from './news.js';
import { PaceMeter } from './pace-meter.js';

export type TrainingStatus = 'idle' | 'starting' | 'running' | 'paused' | 'done' | 'stopped' | 'failed';

/** What is known of one training, that of the GPU or that of the reference. */
export interface TrainingView {
  readonly status: ReadonlySignal<TrainingStatus>;
  readonly start: ReadonlySignal<TrainingStart | undefined>;
  readonly progress: ReadonlySignal<Progress>;
  /** A new object with every news. */
  readonly history: ReadonlySignal<History>;
  readonly confusionMatrices: ReadonlySignal<ConfusionMatrices>;
  readonly snapshot: ReadonlySignal<Snapshot | undefined>;
  /** The last that is safe. */
  readonly checkpoint: ReadonlySignal<Place | undefined>;
  readonly end: ReadonlySignal<TrainingEnd | undefined>;
  readonly error: ReadonlySignal<unknown>;
  /** Whether it was told to stop and has not yet. */
  readonly isStopping: ReadonlySignal<boolean>;
  /** When the worker last told anything, by `performance.now()`. */
  readonly heard: ReadonlySignal<number>;
}

export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** By the clock of the page, without rests; undefined before there is something to measure. */
  readonly examplesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly secondsSpent: number;
}

export type Session = () => Promise<Remote<LabSession>>;

const NOTHING: Progress = {
  step: 0,
  steps: 0,
  examplesPerSecond: undefined,
  secondsLeft: undefined,
  secondsSpent: 0,
};
const NO_HISTORY: History = { loss: [] };

export function isUnderWay(status: TrainingStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}

/** @param onWarning told what went wrong without ending the training, in a sentence */
export function openView(session: Session, onWarning: (sentence: string) => void) {
  const status = signal<TrainingStatus>('idle');
  const start = signal<TrainingStart | undefined>(undefined);
  const progress = signal<Progress>(NOTHING);
  const history = signal<History>(NO_HISTORY);
  const confusionMatrices = signal<ConfusionMatrices>({});
  const snapshot = signal<Snapshot | undefined>(undefined);
  const checkpoint = signal<Place | undefined>(undefined);
  const end = signal<TrainingEnd | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const isStopping = signal(false);
  const heard = signal(0);
  // Which training is listened to: what an earlier one still tells is no news.
  let count = 0;
  let built = new HistoryBuilder();
  let meter = new PaceMeter();

  const showHistory = () => {
    history.value = { ...built.history };
    confusionMatrices.value = { ...built.confusionMatrices };
  };

  const clear = () =>
    batch(() => {
      count += 1;
      built = new HistoryBuilder();
      status.value = 'idle';
      isStopping.value = false;
      start.value = snapshot.value = checkpoint.value = end.value = error.value = undefined;
      progress.value = NOTHING;
      history.value = NO_HISTORY;
      confusionMatrices.value = {};
    });

  const begun = (found: TrainingStart, startsPaused: boolean) =>
    batch(() => {
      heard.value = performance.now();
      built = builderOf(found.from);
      meter = new PaceMeter();
      start.value = found;
      if (status.peek() === 'starting') status.value = startsPaused ? 'paused' : 'running';
      progress.value = { ...NOTHING, step: found.from?.place.step ?? 0, steps: found.steps };
      checkpoint.value = found.keepsCheckpoints ? found.from?.place : undefined;
      showHistory();
    });

  const take = (news: TrainingNews) => {
    batch(() => {
      heard.value = performance.now();
      if (news.reports.length > 0) {
        for (const { logs, confusionMatrices: matrices } of news.reports) built.add(logs, matrices);
        showHistory();
      }
      if (news.snapshot) snapshot.value = news.snapshot;
      if (news.checkpoint) checkpoint.value = news.checkpoint;
      if (status.peek() === 'running' && news.isPaused) {
        status.value = 'paused';
      } else if (status.peek() === 'paused' && !news.isPaused) {
        status.value = 'running';
        meter.resume(performance.now());
      }
      if (news.progress) progress.value = measured(news.progress);
      if (news.isPaused) meter.rest();
    });
    news.warnings.forEach(onWarning);
  };

  const measured = ({ step, steps }: { readonly step: number; readonly steps: number }): Progress => {
    const { stepsPerSecond: rate, secondsSpent } = meter.take(step, performance.now());
    return {
      step,
      steps,
      examplesPerSecond: rate && rate * (start.peek()?.batchSize ?? 0),
      secondsLeft: rate && (steps - step) / rate,
      secondsSpent,
    };
  };

  const fail = (thrown: unknown) =>
    batch(() => {
      error.value = thrown;
      isStopping.value = false;
      status.value = 'failed';
    });

  const call = (act: (training: Remote<LabSession>['training']) => unknown) =>
    // What becomes of it the training itself tells.
    void session()
      .then(({ training }) => act(training))
      .catch(() => undefined);

  const view: TrainingView = {
    ...{ status, start, progress, history, confusionMatrices, snapshot, checkpoint, end, error, isStopping, heard },
  };
  return {
    view,
    begin(request: TrainRequest, onStart?: (start: TrainingStart) => void) {
      clear();
      const own = count;
      const isOwn = () => own === count;
      status.value = 'starting';
      heard.value = performance.now();
      const train = async () => {
        const { training } = await session();
        return training.train(
          request,
          proxy((found: TrainingStart) => {
            if (!isOwn()) return;
            const isFirst = start.peek() === undefined;
            begun(found, request.startsPaused);
            if (isFirst) onStart?.(found);
          }),
          proxy((news: TrainingNews) => {
            if (isOwn()) take(news);
          }),
        );
      };
      train().then(
        (ended) => {
          if (!isOwn()) return;
          batch(() => {
            end.value = ended;
            // Where there is nothing left to do, nothing is told on the way.
            history.value = ended.history;
            confusionMatrices.value = ended.confusionMatrices;
            isStopping.value = false;
            status.value = ended.isStopped ? 'stopped' : 'done';
          });
        },
        (thrown: unknown) => {
          if (isOwn()) fail(thrown);
        },
      );
    },
    call(what: 'pause' | 'resume' | 'stop' | 'save') {
      if (!isUnderWay(status.peek())) return;
      if (what === 'stop') isStopping.value = true;
      call((training) => training[what]());
    },
    step(stride: Stride) {
      if (isUnderWay(status.peek())) call((training) => training.step(stride));
    },
    /** Whether the worker answers. */
    async isAlive(): Promise<boolean> {
      return (await session()).training.isAlive();
    },
    /** Ends it here, whatever the worker does; what it still tells is no news. */
    abandon(thrown: unknown) {
      count += 1;
      fail(thrown);
    },
    reset() {
      if (isUnderWay(status.peek())) call((training) => training.stop());
      clear();
    },
  };
}

function builderOf(from: TrainingBefore | undefined): HistoryBuilder {
  const built = new HistoryBuilder();
  if (!from) return built;
  const { history, confusionMatrices } = from;
  for (let epoch = 0; epoch < history.loss.length; epoch++) {
    const matrices = Object.entries(confusionMatrices).map(([key, all]) => [key, all[epoch]!] as const);
    built.add(logsOf(history, epoch), Object.fromEntries(matrices));
  }
  return built;
}
