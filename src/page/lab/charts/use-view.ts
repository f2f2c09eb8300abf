/**
 * Asks the worker for a view of the network whenever there are newer weights: the latest wins, one request at a time, and none while
 * the view cannot be seen. Between two of a training under way it waits, so that the reference beside it goes on.
 */
import { effect, type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import type { Remote } from 'comlink';
import { useEffect, useRef } from 'preact/hooks';
import { wantsCalm } from '../../parts/paced.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import { weightsPlace } from '../training/weights-place.js';
import type { LabViews } from '../worker/lab-views.js';
import type { Nothing, ViewRequest } from './view-results.js';

export interface ShownView<T> {
  readonly view: T | Nothing;
  /** `after epoch 3` */
  readonly when: string;
}

export interface ViewState<T> {
  readonly shown: ShownView<T> | undefined;
  readonly problem: string | undefined;
}

/** Milliseconds between two requests, at least; so many times as long as the last one took. */
const PAUSE = 100;
const CALM_PAUSE = 1000;
const REST = 2;

type Ask<T, C> = (views: Remote<LabViews>, request: ViewRequest, choice: C) => Promise<T | Nothing>;

/** @param ask the same function at each call */
export function useView<T, C>(
  ask: Ask<T, C>,
  choice: ReadonlySignal<C>,
  isSeen: ReadonlySignal<boolean>,
): ReadonlySignal<ViewState<T>> {
  const { training, cpuSession } = useLab();
  const state = useSignal<ViewState<T>>({ shown: undefined, problem: undefined });
  const latest = useRef(ask);
  const subject = useComputed(() => {
    const run = training.run.value;
    const end = training.end.value;
    const snapshot = training.snapshot.value;
    const weights = end?.weights ?? snapshot?.weights;
    if (!run || !weights) return undefined;
    const request = { weights, isLive: training.status.value === 'running' };
    return { run, files: training.files.value, request, when: weightsPlace(training)! };
  });
  useEffect(() => {
    let isUnderWay = false;
    let isWanted = false;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked: C | undefined;
    let used: { readonly session: unknown; readonly run: unknown } | undefined;
    const pump = async () => {
      const now = subject.peek();
      if (!now || !isWanted) return;
      isWanted = false;
      isUnderWay = true;
      asked = choice.peek();
      const started = performance.now();
      try {
        const session = await cpuSession();
        if (used?.run !== now.run || used.session !== session) await session.views.use(now.run, [...now.files]);
        used = { session, run: now.run };
        const view = await latest.current(session.views, now.request, asked);
        if (!isOver && subject.peek()) state.value = { shown: { view, when: now.when }, problem: undefined };
      } catch (error) {
        if (!isOver) state.value = { shown: undefined, problem: sentenceOf(error) };
      }
      isUnderWay = false;
      const took = performance.now() - started;
      const least = wantsCalm() ? CALM_PAUSE : PAUSE;
      const wait = asked !== choice.peek() ? 0 : now.request.isLive ? Math.max(least, REST * took) : PAUSE;
      timer = setTimeout(() => {
        timer = undefined;
        if (!isOver) void pump();
      }, wait);
    };
    const end = effect(() => {
      const chosen = choice.value;
      if (!subject.value) {
        state.value = { shown: undefined, problem: undefined };
        return;
      }
      if (!isSeen.value) return;
      isWanted = true;
      if (isUnderWay || (timer !== undefined && chosen === asked)) return;
      clearTimeout(timer);
      timer = undefined;
      void pump();
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      end();
    };
  }, [subject, choice, isSeen, state, cpuSession]);
  return state;
}
