/**
 * Which steps of a training are checked while it trains: all, or as many as a share of its time allows, drawn at random, each program of
 * the plan as often as the others. It knows places and the clock, and checks nothing. What it draws changes no bit of the training.
 */
import { numpyRandom, type RandomNumbers } from '../core/random.js';
import type { Place } from '../core/saved-state.js';
import { type Plan, programsOf } from '../plan/plan.js';
import type { VerifyMode } from './report.js';

/** The share of a training's own time that samples may take. */
export const SAMPLE_SHARE = 0.05;
/** What is aimed at, so that the last check, which may take longer than those before, stays within. */
const AIM = 0.8 * SAMPLE_SHARE;

export interface SamplerOptions {
  /** Draws the steps. */
  readonly seed: number;
  /** Milliseconds that checking a batch takes, as measured before the training. */
  readonly checkMilliseconds: number;
  /** Milliseconds; another clock serves tests. */
  readonly now?: () => number;
}

export class Sampler {
  readonly #plan: Plan;
  readonly #isEvery: boolean;
  readonly #random: RandomNumbers;
  readonly #now: () => number;
  readonly #started: number;
  /** How often each program was checked. */
  readonly #times: Map<string, number>;
  #listed: readonly string[] | undefined;
  #checkMilliseconds: number;
  #spent = 0;
  /** The turn of an epoch before which the next check is; undefined while there is no time for one. */
  #target: number | undefined;
  /** The place that was checked last, which is checked once. */
  #last = '';

  constructor(plan: Plan, mode: Exclude<VerifyMode, 'off'>, { seed, checkMilliseconds, now }: SamplerOptions) {
    this.#plan = plan;
    this.#isEvery = mode === 'every';
    this.#random = numpyRandom(seed);
    this.#now = now ?? (() => performance.now());
    this.#started = this.#now();
    this.#checkMilliseconds = checkMilliseconds;
    this.#times = new Map(Object.keys(plan.programs).map((name) => [name, 0]));
  }

  /** Milliseconds that checks have taken. */
  get spent(): number {
    return this.#spent;
  }

  /** Whether the work must pause exactly here. */
  endsAt({ turn }: Place): boolean {
    return this.#isEvery || turn === this.#target;
  }

  /** Whether what comes next here is to be checked, where the work pauses. */
  isDue(place: Place): boolean {
    if (keyOf(place) === this.#last) return false;
    if (this.#isEvery) return true;
    if (this.#target === undefined && this.#hasTime()) this.#target = this.#draw();
    return place.turn === this.#target;
  }

  /** Checks what comes next at a place, which is then done; what it takes is counted. */
  async check(place: Place, work: (program: string) => Promise<void>): Promise<void> {
    const program = this.#programs[place.turn]!;
    const started = this.#now();
    this.#last = keyOf(place);
    this.#target = undefined;
    this.#times.set(program, this.#times.get(program)! + 1);
    try {
      await work(program);
    } finally {
      const took = this.#now() - started;
      this.#spent += took;
      // The slower of the last ones counts: programs differ in size.
      this.#checkMilliseconds = Math.max(took, 0.9 * this.#checkMilliseconds);
    }
  }

  /** Of each turn of an epoch; listed once somebody asks, which in most trainings nobody does. */
  get #programs(): readonly string[] {
    return (this.#listed ??= [...programsOf(this.#plan.epoch)]);
  }

  #hasTime(): boolean {
    const trained = this.#now() - this.#started - this.#spent;
    return this.#spent + this.#checkMilliseconds <= AIM * trained;
  }

  /** A turn of the program that was checked least often. */
  #draw(): number {
    const least = Math.min(...new Set(this.#programs.map((name) => this.#times.get(name)!)));
    const turns = this.#programs.flatMap((name, turn) => (this.#times.get(name) === least ? [turn] : []));
    return turns[Math.floor(this.#random() * turns.length)]!;
  }
}

/** A place between two programs, as a text. */
export function keyOf({ epoch, turn }: Pick<Place, 'epoch' | 'turn'>): string {
  return `${epoch}/${turn}`;
}
