/**
 * The benchmark's state on the page's side: what was chosen, what is under way, what was found, as signals. One workload after the other,
 * first on the CPU and then on the GPU, so that neither takes the other's time. What was found outlives the view; what is under way does
 * not, since whatever is looked at instead would take its time.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { proxy, releaseProxy, type Remote } from 'comlink';
import { version } from '../../../package.json';
import { browserName } from '../parts/browser-name.js';
import { CarriedError, sentenceOf } from '../worker/errors.js';
import type { WorkerName, Workers } from '../worker/open-workers.js';
import type { Card } from './card.js';
import { type Choice, CHOICES, choiceOf, CHOSEN_AT_FIRST } from './choices.js';
import type { WorkloadResult } from './result.js';
import type { AdapterFound, BenchSession, NoAdapter } from './worker/bench-session.js';

export type BenchStatus = 'idle' | 'running' | 'stopping' | 'done' | 'stopped' | 'failed';

export interface BenchProgress {
  readonly status: BenchStatus;
  /** Parts that are done, of how many: a workload on one of the two. */
  readonly done: number;
  readonly of: number;
  /** What is under way, in a few words. */
  readonly doing: string;
  readonly problem: string | undefined;
}

export interface BenchStore {
  /** Undefined while the browser is asked. */
  readonly adapter: ReadonlySignal<AdapterFound | NoAdapter | undefined>;
  readonly chosen: ReadonlySignal<ReadonlySet<string>>;
  readonly repetitions: ReadonlySignal<number>;
  readonly progress: ReadonlySignal<BenchProgress>;
  /** Of what is done, while more is under way too. */
  readonly card: ReadonlySignal<Card | undefined>;
  readonly choose: (id: string, isChosen: boolean) => void;
  readonly repeat: (repetitions: number) => void;
  readonly open: () => void;
  readonly begin: () => void;
  readonly stop: () => void;
  /** Ends what is under way and gives the sessions back; what was found stays. */
  readonly leave: () => void;
}

const REST: BenchProgress = { status: 'idle', done: 0, of: 0, doing: '', problem: undefined };
const REPETITIONS = 5;

export function openBenchStore(workers: Workers): BenchStore {
  const adapter = signal<AdapterFound | NoAdapter | undefined>(undefined);
  const chosen = signal<ReadonlySet<string>>(new Set(CHOSEN_AT_FIRST));
  const repetitions = signal(REPETITIONS);
  const progress = signal<BenchProgress>(REST);
  const card = signal<Card | undefined>(undefined);
  const sessions = new Map<WorkerName, Promise<Remote<BenchSession>>>();
  // Another number after each `leave`: what an earlier session still tells is no news.
  const kept = { count: 0 };
  const session = (name: WorkerName) => {
    const known = sessions.get(name) ?? workers.get(name).openBenchmark();
    sessions.set(name, known);
    return known;
  };
  const change = (part: Partial<BenchProgress>) => (progress.value = { ...progress.peek(), ...part });

  const open = async () => {
    const own = kept.count;
    try {
      const found = await (await session('gpu')).adapter();
      if (own === kept.count) adapter.value = found;
    } catch (error) {
      if (own !== kept.count) return;
      adapter.value = { hasApi: true, isSecureContext };
      change({ problem: sentenceOf(error) });
    }
  };

  /** One workload, on both; what the GPU cannot do is in the result, and no end to the others. */
  const measure = async (choice: Choice, hasGpu: boolean): Promise<WorkloadResult> => {
    const own = kept.count;
    const told = (on: string) =>
      proxy((doing: string) => {
        if (own === kept.count) change({ doing: `${choice.title}, ${on}: ${doing}` });
      });
    const times = repetitions.peek();
    const { unit, ...cpu } = await (await session('cpu')).reference(choice.id, times, told('on the CPU'));
    // Nobody looks any more.
    if (own !== kept.count) throw new CarriedError('StoppedError', 'It was stopped.', true, undefined);
    change({ done: progress.peek().done + 1 });
    const before = { id: choice.id, title: choice.title, ...unit, cpu, gpu: undefined, refusal: undefined };
    if (!hasGpu) return before;
    try {
      const gpu = await (await session('gpu')).onGpu(choice.id, cpu.losses, times, told('on WebGPU'));
      return { ...before, gpu };
    } catch (error) {
      if (isStop(error)) throw error;
      return { ...before, refusal: sentenceOf(error) };
    } finally {
      if (own === kept.count) change({ done: progress.peek().done + 1 });
    }
  };

  const begin = async () => {
    const ids = CHOICES.map(({ id }) => id).filter((id) => chosen.peek().has(id));
    const found = adapter.peek();
    const hasGpu = found !== undefined && 'name' in found;
    progress.value = { ...REST, status: 'running', of: ids.length * (hasGpu ? 2 : 1), doing: 'Starting' };
    card.value = undefined;
    const results: WorkloadResult[] = [];
    const own = kept.count;
    try {
      for (const id of ids) {
        results.push(await measure(choiceOf(id), hasGpu));
        if (own !== kept.count) return;
        card.value = {
          version,
          date: new Date().toISOString(),
          adapter: hasGpu ? found.name : undefined,
          isSoftware: hasGpu && found.isSoftware,
          browser: browserName(navigator.userAgent),
          cores: navigator.hardwareConcurrency,
          results: [...results],
        };
        // A word to stop that came between two workloads has found nothing to stop.
        if (progress.peek().status === 'stopping') return void change({ status: 'stopped' });
      }
      change({ status: 'done' });
    } catch (error) {
      if (own === kept.count)
        change(isStop(error) ? { status: 'stopped' } : { status: 'failed', problem: sentenceOf(error) });
    }
  };

  const stop = () => {
    if (progress.peek().status !== 'running') return;
    change({ status: 'stopping' });
    for (const one of sessions.values()) void one.then((open) => open.stop());
  };
  return {
    ...{ adapter, chosen, repetitions, progress, card },
    choose(id, isChosen) {
      const next = new Set(chosen.peek());
      if (isChosen) next.add(id);
      else next.delete(id);
      chosen.value = next;
    },
    repeat: (count) => (repetitions.value = count),
    open: () => void open(),
    begin: () => {
      if (!['running', 'stopping'].includes(progress.peek().status)) void begin();
    },
    stop,
    leave() {
      kept.count += 1;
      // A worker that is gone has nothing to stop.
      const release = (one: Remote<BenchSession>) => one.stop().then(() => one[releaseProxy]());
      for (const one of sessions.values()) void one.then(release).catch(() => undefined);
      sessions.clear();
      if (['running', 'stopping'].includes(progress.peek().status)) change({ status: 'stopped' });
    },
  };
}

function isStop(error: unknown): boolean {
  return error instanceof CarriedError && error.name === 'StoppedError';
}
