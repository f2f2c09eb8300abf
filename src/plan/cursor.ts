/**
 * Walks through the programs of all epochs, one at a time, and knows what each costs. It runs nothing.
 */
import type { Pass } from '../passes/pass.js';
import { type Plan, programsOf } from './plan.js';

export class Cursor {
  readonly #plan: Plan;
  readonly #costs: ReadonlyMap<string, { readonly turns: number; readonly isUpdate: boolean }>;
  #programs: Generator<string>;
  #upcoming: string;
  #epoch = 0;
  #steps = 0;

  constructor(plan: Plan) {
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

  /** Of the program that comes next. */
  get turns(): number {
    return this.#costs.get(this.#upcoming)!.turns;
  }

  get passes(): number {
    return this.#plan.programs[this.#upcoming]!.length;
  }

  next(): readonly Pass[] {
    const name = this.#upcoming;
    if (this.#costs.get(name)!.isUpdate) this.#steps += 1;
    const following = this.#programs.next();
    if (following.done) {
      this.#epoch += 1;
      this.#programs = programsOf(this.#plan.epoch);
      this.#upcoming = this.#programs.next().value as string;
    } else this.#upcoming = following.value;
    return this.#plan.programs[name]!;
  }
}
