/**
 * Walks through the programs of all epochs, one at a time, and knows what each costs. It runs nothing.
 */
import type { Place } from '../core/saved-state.js';
import { type Plan, programsOf } from './plan.js';

export class Cursor {
  readonly #plan: Plan;
  readonly #costs: ReadonlyMap<string, { readonly turns: number; readonly isUpdate: boolean }>;
  #programs: Generator<string>;
  #upcoming: string;
  #epoch = 0;
  #turn = 0;
  #steps = 0;
  #turnsDone = 0;

  /** @param start how far the training has come already */
  constructor(plan: Plan, start: Pick<Place, 'epoch' | 'turn'> = { epoch: 0, turn: 0 }) {
    this.#plan = plan;
    this.#costs = new Map(
      Object.entries(plan.programs).map(([name, passes]) => [
        name,
        {
          turns: passes.reduce((sum, pass) => sum + pass.turns, 0),
          isUpdate: passes.some(({ uniforms }) => uniforms['isUpdate'] === 1),
        },
      ]),
    );
    this.#programs = programsOf(plan.epoch);
    this.#upcoming = this.#programs.next().value as string;
    this.#epoch = start.epoch;
    this.#steps = (start.epoch * plan.steps) / plan.epochs;
    this.#turnsDone = start.epoch * this.epochTurns;
    while (this.#turn < start.turn) this.next();
  }

  /** Where it is. */
  get place(): Place {
    return { epoch: this.#epoch, turn: this.#turn, step: this.#steps };
  }

  /** Epochs that are behind it. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Updates that are behind it. */
  get steps(): number {
    return this.#steps;
  }

  get isAtEnd(): boolean {
    return this.#epoch === this.#plan.epochs;
  }

  /** Of all programs of one epoch. */
  get epochTurns(): number {
    return this.#plan.epoch.reduce(
      (sum, { times, programs }) =>
        sum + times * programs.reduce((turns, one) => turns + one.times * this.#costs.get(one.program)!.turns, 0),
      0,
    );
  }

  /** Of the turns of all epochs, how many are behind it, from 0 to 1. */
  get share(): number {
    return this.#turnsDone / (this.epochTurns * this.#plan.epochs);
  }

  /** Of the program that comes next. */
  get turns(): number {
    return this.#costs.get(this.#upcoming)!.turns;
  }

  get passes(): number {
    return this.#plan.programs[this.#upcoming]!.length;
  }

  /** The place of the program that comes next in its epoch, from 0. */
  get turn(): number {
    return this.#turn;
  }

  /** The program that comes next, which is behind it then. */
  next(): string {
    const name = this.#upcoming;
    const { isUpdate, turns } = this.#costs.get(name)!;
    this.#turnsDone += turns;
    if (isUpdate) this.#steps += 1;
    const following = this.#programs.next();
    if (following.done) {
      this.#epoch += 1;
      this.#turn = 0;
      this.#programs = programsOf(this.#plan.epoch);
      this.#upcoming = this.#programs.next().value as string;
    } else {
      this.#turn += 1;
      this.#upcoming = following.value;
    }
    return name;
  }
}
