/**
 * Checks steps of a training while it trains: between two slices the step that comes next is done pass by pass under observation,
 * compared with the reference from the GPU's own state, and taken back; then the training goes on as if nobody had looked. Loaded with
 * what checks (checked.ts).
 */
import type { Place } from '../core/saved-state.js';
import type { Execution, Pause } from '../plan/execute.js';
import { epochTurns } from '../plan/plan.js';
import type { Continuity } from '../verify/continuity.js';
import { continuityOf, verifyProgram } from '../verify/parity.js';
import type { VerificationRecord } from '../verify/record.js';
import type { PassParity } from '../verify/report.js';
import { keyOf, Sampler, type SamplerOptions } from '../verify/sampler.js';
import { reproductionOf } from '../verify/reproduction.js';
import { checkParity } from './check-parity.js';
import type { DeviceState } from './device-state.js';
import { ParityError } from './errors.js';

export interface ReplayOptions extends SamplerOptions {
  readonly mode: 'sample' | 'every';
  readonly record: VerificationRecord;
  /** Made when it is first needed: most trainings are over before. */
  readonly state: () => Promise<DeviceState>;
}

export class Replays implements Pause {
  readonly #execution: Execution;
  readonly #options: ReplayOptions;
  readonly #sampler: Sampler;
  /** Of the places before, where they follow one another: what was checked must be what the training then did. */
  #continuity: { readonly of: Continuity; readonly next: string } | undefined;

  constructor(execution: Execution, options: ReplayOptions) {
    this.#execution = execution;
    this.#options = options;
    this.#sampler = new Sampler(execution.plan, options.mode, options);
  }

  endsAt(place: Place): boolean {
    return this.#sampler.endsAt(place);
  }

  isDue(place: Place): boolean {
    return this.#sampler.isDue(place);
  }

  /** @throws ParityError for a value out of its bound, with the place */
  async work(place: Place): Promise<void> {
    const { spent } = this.#sampler;
    await this.#sampler.check(place, async (program) => {
      const { record } = this.#options;
      const state = await this.#options.state();
      const before = await state.read(place);
      const { plan } = this.#execution;
      const isNext = this.#continuity?.next === keyOf(place);
      const continuity = isNext ? this.#continuity!.of : continuityOf(plan);
      const parity = await verifyProgram(this.#execution, program, continuity);
      state.write(before);
      const { epoch, turn } = place;
      const isLast = turn + 1 === epochTurns(plan);
      this.#continuity = {
        of: continuity,
        next: keyOf(isLast ? { epoch: epoch + 1, turn: 0 } : { epoch, turn: turn + 1 }),
      };
      record.add(await this.#judged(parity, place), place, 1, true);
    });
    this.#options.record.spend(this.#sampler.spent - spent);
  }

  /** @throws ParityError with the pass by itself, while the state is still that of before it */
  async #judged(parity: readonly PassParity[], place: Place): Promise<PassParity[]> {
    try {
      return checkParity(parity, place);
    } catch (error) {
      if (!(error instanceof ParityError)) throw error;
      const reproduction = await reproductionOf(this.#execution, error.failures[0]!);
      throw new ParityError(error.failures, reproduction);
    }
  }

  atEnd(): Promise<void> {
    // What comes after the training is checked by its caller.
    return Promise.resolve();
  }
}
