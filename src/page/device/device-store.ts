/**
 * The device view's state on the page's side: what the worker tells of the device, of the self-test, of a measured run, as signals. What
 * was found outlives the view; the device and what is under way on it do not. It shows nothing and computes nothing.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { proxy, releaseProxy, type Remote } from 'comlink';
import type { RunResult, SelfTestReport } from '../../trainer/self-test.js';
import type { LabRun } from '../lab/lab-state.js';
import { CarriedError, sentenceOf } from '../worker/errors.js';
import type { Workers } from '../worker/open-workers.js';
import type { LookResult, RunMeasure } from './look.js';
import type { DeviceSession } from './worker/device-session.js';

export type WorkStatus = 'idle' | 'running' | 'stopping' | 'done' | 'stopped' | 'failed';

export interface TestView {
  readonly status: WorkStatus;
  readonly results: readonly RunResult[];
  /** Runs of the whole test; 0 before the first has ended. */
  readonly of: number;
  readonly report: SelfTestReport | undefined;
  readonly problem: string | undefined;
}

export interface MeasureView {
  readonly status: WorkStatus;
  readonly share: number;
  readonly result: RunMeasure | undefined;
  readonly problem: string | undefined;
}

export interface DeviceStore {
  /** Undefined while the browser is asked. */
  readonly look: ReadonlySignal<LookResult | undefined>;
  /** Why there is no look, though there is an adapter. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** That the device was lost, in a sentence. */
  readonly lost: ReadonlySignal<string | undefined>;
  readonly test: ReadonlySignal<TestView>;
  readonly measure: ReadonlySignal<MeasureView>;
  /** Opens the device, or another. */
  readonly open: () => void;
  readonly beginTest: () => void;
  readonly beginMeasure: (run: LabRun | undefined) => void;
  readonly stop: () => void;
  /** Gives the device back and ends what is under way; what was found stays, and `open` opens another. */
  readonly leave: () => void;
}

const NO_TEST: TestView = { status: 'idle', results: [], of: 0, report: undefined, problem: undefined };
const NO_MEASURE: MeasureView = { status: 'idle', share: 0, result: undefined, problem: undefined };

export function openDeviceStore(workers: Workers): DeviceStore {
  const look = signal<LookResult | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const lost = signal<string | undefined>(undefined);
  const test = signal<TestView>(NO_TEST);
  const measure = signal<MeasureView>(NO_MEASURE);
  // Another number with each session: what an earlier one still tells is no news.
  const kept = {
    count: 0,
    session: undefined as Promise<Remote<DeviceSession>> | undefined,
    opening: Promise.resolve(),
  };
  const session = () => (kept.session ??= workers.get('gpu').openDevice());
  /** With its device open. */
  const ready = async () => {
    await kept.opening;
    return session();
  };
  const listener = () => {
    const own = kept.count;
    return () => own === kept.count;
  };

  const open = async () => {
    const isOwn = listener();
    const before = nameOf(look.peek());
    problem.value = lost.value = undefined;
    // What was found is shown on, unless there is nothing to show it beside.
    if (before === undefined) look.value = undefined;
    try {
      const onLost = (message: string) => {
        if (isOwn()) lost.value = `The GPU device was lost: ${message || 'the browser gives no reason.'}`;
      };
      const found = await (await session()).look(proxy(onLost));
      if (!isOwn()) return;
      batch(() => {
        if (before !== undefined && nameOf(found) !== before) {
          test.value = NO_TEST;
          measure.value = NO_MEASURE;
        }
        look.value = found;
      });
    } catch (error) {
      if (isOwn()) problem.value = sentenceOf(error);
    }
  };

  const beginTest = async () => {
    const isOwn = listener();
    test.value = { ...NO_TEST, status: 'running' };
    try {
      const onResult = (result: RunResult, _: number, of: number) => {
        if (isOwn()) test.value = { ...test.peek(), results: [...test.peek().results, result], of };
      };
      const report = await (await ready()).test(proxy(onResult));
      if (isOwn()) test.value = { ...test.peek(), status: 'done', results: report.runs, report };
    } catch (error) {
      if (isOwn()) test.value = { ...test.peek(), ...endOf(error) };
    }
  };

  const beginMeasure = async (run: LabRun | undefined) => {
    const isOwn = listener();
    measure.value = { ...NO_MEASURE, status: 'running' };
    try {
      const onProgress = (share: number) => {
        if (isOwn()) measure.value = { ...measure.peek(), share };
      };
      const result = await (await ready()).measure(run, proxy(onProgress));
      if (isOwn()) measure.value = { ...NO_MEASURE, status: 'done', share: 1, result };
    } catch (error) {
      if (isOwn()) measure.value = { ...measure.peek(), ...endOf(error) };
    }
  };

  const isBusy = () => [test, measure].some(({ value }) => value.status === 'running');
  return {
    ...{ look, problem, lost, test, measure },
    open: () => void (kept.opening = open()),
    beginTest: () => void (isBusy() || beginTest()),
    beginMeasure: (run) => void (isBusy() || beginMeasure(run)),
    stop() {
      if (test.peek().status === 'running') test.value = { ...test.peek(), status: 'stopping' };
      if (measure.peek().status === 'running') measure.value = { ...measure.peek(), status: 'stopping' };
      void session().then((one) => one.stop());
    },
    leave() {
      const { session: left } = kept;
      kept.session = undefined;
      kept.count += 1;
      // A worker that is gone has nothing to close.
      void left?.then((one) => one.close().then(() => one[releaseProxy]())).catch(() => undefined);
      if (isUnderWay(test.peek().status)) test.value = { ...test.peek(), status: 'stopped' };
      if (isUnderWay(measure.peek().status)) measure.value = { ...measure.peek(), status: 'stopped' };
    },
  };
}

function isUnderWay(status: WorkStatus): boolean {
  return status === 'running' || status === 'stopping';
}

/** Of the adapter; undefined where there is none, or it is not known. */
function nameOf(found: LookResult | undefined): string | undefined {
  return found && 'look' in found ? found.look.name : undefined;
}

function endOf(error: unknown): { status: WorkStatus; problem: string | undefined } {
  if (error instanceof CarriedError && error.name === 'StoppedError') return { status: 'stopped', problem: undefined };
  return { status: 'failed', problem: sentenceOf(error) };
}
