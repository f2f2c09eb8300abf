/**
 * How much work goes into one submit. Drivers stop work that keeps a GPU busy for too long, and a page wants
 * to draw, so a training is cut into slices: the first is short by estimate, the next follow the clock.
 * Cutting changes no bit of the result.
 */

/** What one slice should take, in milliseconds. */
export const TARGET_MILLISECONDS = 50;
/** Turns of the first slice: at a software adapter's 10 to 100 µs a turn, well under a second. */
const FIRST_SLICE_TURNS = 4096;
/** Batches that go into a slice even where the clock asks for fewer: a submit costs more than small batches do. */
const MIN_BATCHES = 32;
/** Dispatches of one submit; more gain nothing and fill the command buffer. */
export const MAX_DISPATCHES = 4096;

export class SliceLength {
  #turns = FIRST_SLICE_TURNS;

  /** Turns (of all passes together) that the next slice should come to. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether one more batch of so many turns belongs into a slice that has so many turns and batches already. */
  hasRoom(turns: number, batches: number, more: number): boolean {
    const isSmall = batches < MIN_BATCHES && turns + more <= FIRST_SLICE_TURNS;
    return isSmall || turns + more <= this.#turns;
  }

  /** Learns from a slice that is done; grows at most twofold, so that one lucky measurement cannot mislead. */
  learn(turns: number, milliseconds: number): void {
    const perTurn = Math.max(milliseconds, 0.1) / turns;
    this.#turns = Math.max(1, Math.min(TARGET_MILLISECONDS / perTurn, 2 * this.#turns));
  }
}
