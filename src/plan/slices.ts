/**
 * How many steps go into one submit. Drivers stop work that keeps a GPU busy for too long, and a page wants
 * to draw, so a training is cut into slices: the first is short by estimate, the next follow the clock.
 * Cutting changes no bit of the result.
 */
import type { Plan } from './plan.js';

/** What one slice should take, in milliseconds. */
export const TARGET_MILLISECONDS = 50;
/** Turns of the first slice: at a software adapter's 10 to 100 µs a turn, well under a second. */
const FIRST_SLICE_TURNS = 4096;
/** Dispatches of one submit; more gain nothing and fill the command buffer. */
export const MAX_DISPATCHES = 4096;

export class SliceLength {
  readonly #most: number;
  #steps: number;

  constructor(plan: Plan) {
    const turns = plan.passes.reduce((sum, pass) => sum + pass.turns, 0);
    this.#most = Math.max(1, Math.floor(MAX_DISPATCHES / plan.passes.length));
    this.#steps = this.#clamp(FIRST_SLICE_TURNS / turns);
  }

  /** Steps of the next slice, at least 1. */
  get steps(): number {
    return this.#steps;
  }

  /** Learns from a slice that is done; grows at most twofold, so that one lucky measurement cannot mislead. */
  learn(steps: number, milliseconds: number): void {
    const perStep = Math.max(milliseconds, 0.1) / steps;
    this.#steps = this.#clamp(Math.min(TARGET_MILLISECONDS / perStep, 2 * this.#steps));
  }

  #clamp(steps: number): number {
    return Math.min(this.#most, Math.max(1, Math.floor(steps)));
  }
}
