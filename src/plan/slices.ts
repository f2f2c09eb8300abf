/**
 * How much work goes into one submit. Drivers stop work that keeps a GPU busy for too long, and a page wants
 * to draw, so a training is cut into slices: the first is short by estimate, the next follow the clock.
 * Cutting changes no bit of the result.
 */
import { SAFE_TURNS } from '../gpu/safe-turns.js';

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

/** How long the slices of a schedule may be. */
export interface SliceLimits {
  readonly firstTurns: number;
  readonly firstDispatches: number;
  /** However little time they take. */
  readonly mostTurns: number;
  readonly mostDispatches: number;
}

export const LAYERED_SLICES: SliceLimits = {
  firstTurns: FIRST_SLICE_TURNS,
  firstDispatches: FIRST_SLICE_DISPATCHES,
  mostTurns: Infinity,
  mostDispatches: MAX_DISPATCHES,
};

/**
 * One dispatch, however many passes there are in it. Turns of a single workgroup take a software adapter 0.1 µs, and a
 * GPU, which has them wait for each other, hardly a microsecond.
 */
export const PERSISTENT_SLICES: SliceLimits = {
  firstTurns: SAFE_TURNS,
  firstDispatches: Infinity,
  mostTurns: SAFE_TURNS,
  mostDispatches: Infinity,
};

export class SliceLength {
  readonly #limits: SliceLimits;
  #turns: number;
  #dispatches: number;
  #most: number;

  constructor(limits: SliceLimits = LAYERED_SLICES) {
    this.#limits = limits;
    this.#turns = limits.firstTurns;
    this.#dispatches = limits.firstDispatches;
    this.#most = limits.mostTurns;
  }

  /** Takes another limit of turns from now on. */
  allow(mostTurns: number): void {
    this.#most = mostTurns;
  }

  /** Turns (of all passes together) that the next slice should come to. */
  get turns(): number {
    return this.#turns;
  }

  /** Whether one more batch of so many turns and passes belongs into a slice. */
  hasRoom(slice: SliceLoad, batch: { readonly turns: number; readonly passes: number }): boolean {
    const turns = slice.turns + batch.turns;
    const dispatches = slice.dispatches + batch.passes;
    const { firstTurns, firstDispatches } = this.#limits;
    const isSmall = slice.batches < MIN_BATCHES && turns <= firstTurns && dispatches <= firstDispatches;
    const isTimely = turns <= this.#turns && dispatches <= this.#dispatches;
    return turns <= this.#most && (isSmall || isTimely);
  }

  /** Learns from a slice that is done; grows at most twofold, so that one lucky measurement cannot mislead. */
  learn(turns: number, milliseconds: number): void {
    const perTurn = Math.max(milliseconds, 0.1) / turns;
    this.#turns = Math.max(1, Math.min(TARGET_MILLISECONDS / perTurn, 2 * this.#turns));
    this.#dispatches = Math.min(2 * this.#dispatches, this.#limits.mostDispatches);
  }
}
