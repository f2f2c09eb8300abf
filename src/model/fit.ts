/**
 * A training under way, as its caller holds it: a promise of the history, an iterator over the epochs, and the
 * controls. It trains nothing itself (run-fit.ts), and nothing about it is lazy: the training goes on whether or not
 * anybody looks.
 */
import type { History } from '../core/history.js';
import type { EpochReport } from '../core/trained.js';
import type { FitResult } from './callbacks.js';

/** What the caller and the training tell each other. */
export class FitState {
  readonly reports: EpochReport[] = [];
  isPaused = false;
  isStopped = false;
  /** Whether a callback is being waited for. */
  isTelling = false;
  /** Whether the training has ended, one way or the other. */
  isOver = false;
  #waiting: (() => void)[] = [];

  /** Lets everybody who waits look again; to be called after each change. */
  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Calls a callback and waits for it. */
  async telling(call: () => unknown): Promise<void> {
    this.isTelling = true;
    try {
      await call();
    } finally {
      this.isTelling = false;
    }
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/**
 * A training under way. `await` gives its history; `for await (const { epoch, logs } of fit)` gives each epoch, from
 * the first, however late the loop begins, and leaving the loop stops the training. If the training fails, both throw
 * what it failed with; if nobody awaits or iterates when it fails, the engine reports an unhandled rejection.
 */
export class Fit implements Promise<History>, AsyncIterable<EpochReport> {
  readonly [Symbol.toStringTag] = 'Fit';
  readonly #state: FitState;
  readonly #result: Promise<FitResult>;

  constructor(state: FitState, result: Promise<FitResult>) {
    this.#state = state;
    this.#result = result;
  }

  /** How the training went: its history, what computed it, what was checked. Rejected as the training is. */
  get result(): Promise<FitResult> {
    return this.#result;
  }

  /** Whether the training is held, or will be after the work under way. */
  get paused(): boolean {
    return this.#state.isPaused && !this.#state.isOver;
  }

  /** Holds the training after the work under way: on the CPU one update, on the GPU what was handed to it. */
  pause(): void {
    this.#state.isPaused = true;
    this.#state.ring();
  }

  /** Lets a paused training go on. */
  resume(): void {
    this.#state.isPaused = false;
    this.#state.ring();
  }

  /** Ends the training after the work under way. What it has by then is its result, and no error. */
  stop(): void {
    this.#state.isStopped = true;
    this.#state.ring();
  }

  /** Each epoch, from the first, however late the loop begins. Leaving the loop stops the training. */
  async *[Symbol.asyncIterator](): AsyncGenerator<EpochReport, void> {
    const { reports } = this.#state;
    // Who iterates hears of a failure here.
    this.#result.catch(() => undefined);
    try {
      for (let seen = 0; ; seen++) {
        await this.#state.until(() => seen < reports.length || this.#state.isOver);
        if (seen >= reports.length) break;
        yield reports[seen]!;
      }
    } finally {
      // When the loop is over the model can be trained again; if its body threw, that is thrown on.
      if (!this.#state.isOver) this.stop();
      await this.#result;
    }
  }

  // As properties, since so their types can be those of any promise.
  readonly then: Promise<History>['then'] = (onFulfilled, onRejected) =>
    this.#result.then(({ history }) => history).then(onFulfilled, onRejected);

  readonly catch: Promise<History>['catch'] = (onRejected) => this.then(undefined, onRejected);

  readonly finally: Promise<History>['finally'] = (onFinally) => this.then().finally(onFinally);
}
