/**
 * Has the newest state of a training in hand, in case its device is lost: taken every few seconds, beside what keeps checkpoints, if
 * anything does. It keeps nothing anywhere, and takes none before the training has lasted as long.
 */
import type { LayerWeights } from '../core/initializers.js';
import type { Place, SavedState, StateKeeper } from '../core/saved-state.js';

/** Of the time, at most this share goes into states. */
const MOST_SHARE = 0.02;
/**
 * Bytes of a state that is held. Reading as much takes a graphics card some ten milliseconds, and a page can spare twice that, once in
 * staging and once in hand; with Adam it is a network of some three million parameters. What is larger has its checkpoints.
 */
export const MOST_SPARE = 2 ** 26;

export class SpareKeeper implements StateKeeper {
  readonly from: SavedState | undefined;
  readonly isSpare: boolean;
  /** The newest state, where it is not too large to be held. */
  newest: SavedState | undefined;
  /** Updates that are done in the newest state, held or not. */
  step: number;
  /** Updates that were handed to the device when it was last asked. */
  asked = 0;
  readonly #inner: StateKeeper | undefined;
  readonly #every: number;
  readonly #isAtEnd: (state: SavedState) => boolean;
  #next = 0;
  #now = 0;
  #isInnerDue = false;

  /**
   * @param every milliseconds between two states
   * @param isAtEnd whether the training ends with this state: what keeps checkpoints takes that too
   */
  constructor(
    inner: StateKeeper | undefined,
    from: SavedState | undefined,
    every: number,
    isAtEnd: (state: SavedState) => boolean,
  ) {
    this.#inner = inner;
    this.from = this.newest = from;
    this.step = from?.place.step ?? 0;
    this.isSpare = !inner;
    this.#every = every;
    this.#isAtEnd = isAtEnd;
  }

  endsAt(place: Place): boolean {
    return this.#inner?.endsAt(place) ?? false;
  }

  isDue(place: Place): boolean {
    this.asked = place.step;
    this.#now = performance.now();
    this.#next ||= this.#now + this.#every;
    this.#isInnerDue = this.#inner?.isDue(place) ?? false;
    return this.#isInnerDue || (this.#now >= this.#next && place.step > this.step);
  }

  async keep(state: SavedState, weights: () => LayerWeights[]): Promise<void> {
    const bytes = Object.values(state.tensors).reduce((sum, { byteLength }) => sum + byteLength, 0);
    const isSmall = bytes <= MOST_SPARE;
    this.newest = isSmall ? state : undefined;
    this.step = state.place.step;
    const inner = this.#inner;
    if (inner && (this.#isInnerDue || this.#isAtEnd(state))) await inner.keep(state, weights);
    const now = performance.now();
    this.#next = isSmall ? now + Math.max(this.#every, (now - this.#now) / MOST_SHARE) : Infinity;
  }

  /** There is no room for a state: none is due any more. */
  decline(): void {
    this.#next = Infinity;
  }
}
