/**
 * How much work goes into one submit. Drivers stop work that keeps a GPU busy for too long, and a page wants
 * to draw, so a training is cut into slices: the first is short by estimate, the next follow the clock.
 * Cutting changes no bit of the result.
 */

/** What one slice should take, in milliseconds. */
export const TARGET_MILLISECONDS = 50;
/** Turns of the first slice: at a software adapter's 10 to 100 µs a turn, well under a second. */
const FIRST_SLICE_TURNS = 4096;
/** Dispatches of the first slice: where each takes a millisecond, as in Firefox on llvmpipe, half a second. */
const FIRST_SLICE_DISPATCHES = 512;
/** Batches of few passes that go together even where the clock asks for fewer: a submit costs more than they do. */
const MIN_BATCHES = 32;
/** Dispatches of one submit; more gain nothing and fill the command buffer. */
export const MAX_DISPATCHES = 4096;

/** What a slice has so far. */
export interface SliceLoad {
  readonly turns: number;
  readonly dispatches: number;
  readonly batches: number;
}

export class SliceLength {
  #turns = FIRST_SLICE_TURNS;
  #dispatches = FIRST_SLICE_DISPATCHES;

  /** Turns (of all passes together) that the next slice should come to. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether one more batch of so many turns and passes belongs into a slice. */
  hasRoom(slice: SliceLoad, batch: { readonly turns: number; readonly passes: number }): boolean {
    const turns = slice.turns + batch.turns;
    const dispatches = slice.dispatches + batch.passes;
    const isSmall = slice.batches < MIN_BATCHES && turns <= FIRST_SLICE_TURNS && dispatches <= FIRST_SLICE_DISPATCHES;
    return isSmall || (turns <= this.#turns && dispatches <= this.#dispatches);
  }

  /** Learns from a slice that is done; grows at most twofold, so that one lucky measurement cannot mislead. */
  learn(turns: number, milliseconds: number): void {
    const perTurn = Math.max(milliseconds, 0.1) / turns;
    this.#turns = Math.max(1, Math.min(TARGET_MILLISECONDS / perTurn, 2 * this.#turns));
    this.#dispatches = Math.min(2 * this.#dispatches, MAX_DISPATCHES);
  }
}
