/**
 * The page's two workers: one has the GPU, one the CPU's float64 reference, so neither waits for the other and the page waits for
 * none. Each is started when it is first needed. When one is ended, whatever it was asked fails and can be asked of the next.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { type Remote, wrap } from 'comlink';
import { Calls } from './calls.js';
import { CarriedError, carryErrors } from './errors.js';
import type { WorkerApi } from './worker.js';

export type WorkerName = 'gpu' | 'cpu';

export interface Workers {
  /** The same object until the worker is ended. */
  get(name: WorkerName): Remote<WorkerApi>;
  /** Ends both with all they were doing; the next `get` starts another. */
  restart(): void;
  /** How often they were ended: whoever has left something in a worker leaves it there again when it changes. */
  readonly restarts: ReadonlySignal<number>;
}

interface Open {
  readonly worker: Worker;
  readonly calls: Calls;
  readonly api: Remote<WorkerApi>;
}

const ENDED = 'The worker that computed this was ended. Start again what it was to do.';

/** @param onCrash told of an error that no call was waiting for */
export function openWorkers(onCrash: (name: WorkerName, sentence: string) => void): Workers {
  carryErrors();
  const open = new Map<WorkerName, Open>();
  const restarts = signal(0);
  return {
    get(name) {
      const known = open.get(name);
      if (known) return known.api;
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `idli ${name}` });
      worker.addEventListener('error', (event) => onCrash(name, event.message));
      const calls = new Calls();
      const api = calls.watch(wrap<WorkerApi>(worker));
      open.set(name, { worker, calls, api });
      return api;
    },
    restart() {
      const ended = [...open.values()];
      open.clear();
      for (const { worker, calls } of ended) {
        worker.terminate();
        calls.end(new CarriedError('WorkerEndedError', ENDED, true, undefined));
      }
      restarts.value += 1;
    },
    restarts,
  };
}

/** A session in a worker, opened when it is first asked for; in a worker that was started anew, anew. */
export function sessionIn<S>(
  workers: Workers,
  name: WorkerName,
  open: (worker: Remote<WorkerApi>) => Promise<Remote<S>>,
): () => Promise<Remote<S>> {
  const sessions = new WeakMap<Remote<WorkerApi>, Promise<Remote<S>>>();
  return () => {
    const worker = workers.get(name);
    const known = sessions.get(worker) ?? open(worker);
    sessions.set(worker, known);
    return known;
  };
}
