/**
 * All checks of one training on a device: of a first batch of each program, of steps within the training, and of one more from the trained
 * weights. Loaded with what checks (checked.ts).
 */
import type { Place } from '../core/saved-state.js';
import type { Task } from '../core/task.js';
import type { Execution, Pause } from '../plan/execute.js';
import { isTraining } from '../plan/plan.js';
import { firstBeyond } from '../verify/beyond.js';
import { verifyPlan } from '../verify/parity.js';
import { VerificationRecord } from '../verify/record.js';
import type { VerifyMode } from '../verify/report.js';
import type { Verification } from '../verify/verification.js';
import { checkParity } from './check-parity.js';
import type { DeviceState } from './device-state.js';
import { joinedPauses } from './joined-pauses.js';
import { Replays } from './replays.js';

const BEGINNING: Place = { epoch: 0, turn: 0, step: 0 };

export class TrainingCheck {
  readonly #execution: Execution;
  readonly #mode: Exclude<VerifyMode, 'off'>;
  readonly #seed: number;
  readonly #record: VerificationRecord;
  #firstMilliseconds = 0;

  constructor(execution: Execution, { model }: Task, mode: Exclude<VerifyMode, 'off'>) {
    this.#execution = execution;
    this.#mode = mode;
    this.#seed = model.seed;
    this.#record = new VerificationRecord(mode);
  }

  /**
   * Checks each program once, and puts everything back to before the first batch: what is timed is the whole training.
   * @returns the tensor with which the training leaves float32 in its very first step, if it does
   * @throws ParityError for a value out of its bound
   */
  async first(): Promise<string | undefined> {
    const execution = this.#execution;
    await execution.approved;
    const begun = performance.now();
    const parity = await verifyPlan(execution, { isFromStart: true });
    this.#firstMilliseconds = performance.now() - begun;
    const tensor = firstBeyond(parity, (program) => isTraining(execution.plan, program));
    if (tensor === undefined) this.#record.add(checkParity(parity), BEGINNING, this.#programs);
    execution.restart();
    return tensor;
  }

  /**
   * Checks steps while the training goes on.
   * @param state made when it is first needed
   * @param other what the training pauses for besides
   */
  within(state: () => Promise<DeviceState>, other: Pause | undefined): Pause {
    const replays = new Replays(this.#execution, {
      ...{ mode: this.#mode, record: this.#record, seed: this.#seed, state },
      checkMilliseconds: this.#firstMilliseconds,
    });
    return other ? joinedPauses([replays, other]) : replays;
  }

  /** Checks each program once more, from what the training has left. @throws ParityError for a value out of its bound */
  async last(place: Place): Promise<void> {
    this.#record.add(checkParity(await verifyPlan(this.#execution)), place, this.#programs);
  }

  /** What checks within the training have taken of its time. */
  get milliseconds(): number {
    return this.#record.milliseconds;
  }

  get verification(): Verification {
    return this.#record.verification;
  }

  get #programs(): number {
    return Object.keys(this.#execution.plan.programs).length;
  }
}
