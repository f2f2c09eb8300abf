/**
 * When a training rests, when its weights are looked at and its state is kept: the page's hand on it. To the trainer it is a keeper
 * of states, which may ask for a rest between any two updates, on either backend; it changes no bit of the result.
 */
import type { LayerWeights } from '../../../core/initializers.js';
import type { Place, SavedState, StateKeeper } from '../../../core/saved-state.js';

/** Milliseconds between two snapshots of the weights, at least. */
const SNAPSHOT_EVERY = 120;
/** Snapshots take this share of the time, at most; checkpoints as much again. */
const MOST_SHARE = 0.1;
const BEGINNING: Place = { epoch: 0, turn: 0, step: 0 };

export type Stride = 'step' | 'epoch';

export interface PaceOptions {
  readonly startsPaused: boolean;
  /** Given the weights now and then; without it nobody wants them. */
  readonly onWeights?: ((place: Place, weights: readonly LayerWeights[]) => void) | undefined;
  /** Told when it begins to rest, and when it goes on. */
  readonly onRest: (isPaused: boolean) => void;
}

export interface PaceTask {
  readonly epochs: number;
  /** What writes checkpoints, if anything does. It is given the state at each rest, when it is due, and at the end. */
  readonly inner?: StateKeeper | undefined;
}

export class TrainingPace implements StateKeeper {
  readonly #options: PaceOptions;
  #task: PaceTask = { epochs: Infinity };
  #from: SavedState | undefined;
  #isPaused: boolean;
  /** How far it goes on before it rests again. */
  #stride: Stride | undefined;
  /** Whether a state is wanted at the next rest, whatever the clock says. */
  #isWanted = false;
  #isStopped = false;
  #last = BEGINNING;
  #lastTime = performance.now();
  /** When it was last asked whether a state is due; what is done with the state begins there. */
  #asked = 0;
  #wait = SNAPSHOT_EVERY;
  #innerFrom = 0;
  #released = rest();

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#isPaused = options.startsPaused;
  }

  /** Says what is trained, once that is known; before the trainer begins. */
  begin(task: PaceTask): void {
    this.#task = task;
    this.#from = task.inner?.from;
    this.#last = this.#from?.place ?? BEGINNING;
  }

  get from(): SavedState | undefined {
    return this.#from;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#isWanted = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#stride = undefined;
    this.#options.onRest(false);
    this.#release();
  }

  /** Goes on for one update, or to the end of an epoch, and rests again. */
  step(stride: Stride): void {
    this.#isPaused = true;
    this.#stride = stride;
    this.#release();
  }

  stop(): void {
    this.#isStopped = true;
    this.#release();
  }

  /** Has the state kept as soon as may be. What rests was kept when it came to rest. */
  save(): void {
    if (!this.#isPaused || this.#stride) this.#isWanted = true;
  }

  /** What the trainer asks before it hands work over. */
  hold(): Promise<void> | undefined {
    const isResting = this.#isPaused && !this.#stride && !this.#isWanted && !this.#isStopped;
    if (!isResting) return undefined;
    this.#options.onRest(true);
    return this.#released.promise;
  }

  endsAt(place: Place): boolean {
    return this.#endsStride(place) || (this.#task.inner?.endsAt(place) ?? false);
  }

  isDue(place: Place): boolean {
    this.#asked = performance.now();
    return this.#isWanted || this.#endsStride(place) || this.#isTime(place) || this.#isInnerDue(place);
  }

  async keep(state: SavedState, weights: () => LayerWeights[]): Promise<void> {
    const { place } = state;
    const { inner, epochs } = this.#task;
    const isRest = this.#isWanted || this.#endsStride(place);
    const isEnd = this.#isStopped || state.isOver || place.epoch >= epochs;
    const isForInner = isRest || isEnd || this.#isInnerDue(place);
    this.#isWanted = false;
    if (this.#endsStride(place)) this.#stride = undefined;
    this.#last = place;
    this.#options.onWeights?.(place, weights());
    const taken = performance.now();
    // The GPU has nothing to do from the question on.
    this.#wait = Math.max(SNAPSHOT_EVERY, (taken - this.#asked) / MOST_SHARE);
    if (inner && isForInner) {
      await inner.keep(state, weights);
      const written = performance.now();
      this.#innerFrom = written + (written - this.#asked) / MOST_SHARE;
    }
    this.#lastTime = performance.now();
  }

  #endsStride({ epoch, turn, step }: Place): boolean {
    if (this.#stride === 'step') return step !== this.#last.step;
    return this.#stride === 'epoch' && turn === 0 && epoch !== this.#last.epoch;
  }

  #isTime(place: Place): boolean {
    const { onWeights } = this.#options;
    return onWeights !== undefined && place.step !== this.#last.step && this.#asked - this.#lastTime >= this.#wait;
  }

  #isInnerDue(place: Place): boolean {
    return this.#asked >= this.#innerFrom && (this.#task.inner?.isDue(place) ?? false);
  }

  #release(): void {
    this.#released.resolve();
    this.#released = rest();
  }
}

/** A promise, and what fulfils it. */
function rest(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
