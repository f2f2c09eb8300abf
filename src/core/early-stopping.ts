/**
 * Early stopping as a small state machine, fed with one epoch's numbers at a time. It decides; whoever trains
 * keeps and puts back the weights. The rule is that of Keras' EarlyStopping.
 */
import { defaultMonitor, type EpochLogs, isLargerBetter } from './history.js';
import type { EarlyStopping } from './training.js';

export interface EpochVerdict {
  /** The best epoch so far: its weights are worth keeping. */
  readonly isBest: boolean;
  readonly isEnough: boolean;
}

export class EarlyStopper {
  readonly monitor: string;
  readonly #options: EarlyStopping;
  #best = Infinity;
  #bestEpoch = 0;
  #waited = 0;

  constructor(options: EarlyStopping, hasValidation: boolean) {
    this.#options = options;
    this.monitor = options.monitor ?? defaultMonitor(hasValidation);
  }

  /** From 1; 0 before the first epoch. */
  get bestEpoch(): number {
    return this.#bestEpoch;
  }

  /** @param epoch from 1 */
  judge(epoch: number, logs: EpochLogs): EpochVerdict {
    const value = isLargerBetter(this.monitor) ? -logs[this.monitor]! : logs[this.monitor]!;
    // Written so that NaN is no improvement.
    const isBest = value < this.#best - this.#options.minDelta;
    if (isBest) {
      this.#best = value;
      this.#bestEpoch = epoch;
      this.#waited = 0;
    } else this.#waited += 1;
    return { isBest, isEnough: !isBest && this.#waited >= this.#options.patience };
  }
}
