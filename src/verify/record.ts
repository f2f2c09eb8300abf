/**
 * Collects the checks of a training: for each pass and each buffer it writes, how often it was compared, the largest error, the largest
 * share of a bound, and the worst element. Of bounded size, however long the training. It compares nothing.
 */
import type { Place } from '../core/saved-state.js';
import type { PassParity, VerifyMode } from './report.js';
import type { PassVerification, Verification } from './verification.js';

/** Takes checks as they are made. */
export class VerificationRecord {
  readonly #mode: VerifyMode;
  readonly #passes = new Map<string, PassVerification>();
  #checks = 0;
  #samples = 0;
  #steps = 0;
  #lastStep: number | undefined;
  #milliseconds = 0;

  constructor(mode: VerifyMode) {
    this.#mode = mode;
  }

  /**
   * @param place where the training stood before what was checked; places come in the order of the training
   * @param checks batches that the comparisons are of
   * @param isSample whether that was within the training
   */
  add(parity: readonly PassParity[], place: Place, checks: number, isSample = false): void {
    this.#checks += checks;
    if (isSample) this.#samples += checks;
    if (place.step !== this.#lastStep) this.#steps += 1;
    this.#lastStep = place.step;
    for (const one of parity) {
      const { program, pass, shader, buffer, computed, maxDifference, shareOfBound, worst, ok } = one;
      const key = JSON.stringify([program, pass, buffer]);
      const before = this.#passes.get(key);
      const found: PassVerification = {
        ...{ program, pass, shader, buffer, times: 1, values: computed, maxDifference, shareOfBound, ok },
        worst: { ...worst, place },
      };
      this.#passes.set(key, before ? joined(before, found) : found);
    }
  }

  /** Takes note of what a check within the training took. */
  spend(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }

  get milliseconds(): number {
    return this.#milliseconds;
  }

  get verification(): Verification {
    const passes = [...this.#passes.values()];
    return {
      mode: this.#mode,
      checks: this.#checks,
      samples: this.#samples,
      steps: this.#steps,
      values: passes.reduce((sum, { values }) => sum + values, 0),
      passes,
      worst: passes.reduce<PassVerification | undefined>(
        (a, b) => (a && a.shareOfBound >= b.shareOfBound ? a : b),
        undefined,
      ),
      milliseconds: this.#milliseconds,
      ok: passes.every(({ ok }) => ok),
    };
  }
}

function joined(a: PassVerification, b: PassVerification): PassVerification {
  return {
    ...a,
    times: a.times + b.times,
    values: a.values + b.values,
    maxDifference: Math.max(a.maxDifference, b.maxDifference),
    shareOfBound: Math.max(a.shareOfBound, b.shareOfBound),
    worst: b.shareOfBound > a.shareOfBound ? b.worst : a.worst,
    ok: a.ok && b.ok,
  };
}
