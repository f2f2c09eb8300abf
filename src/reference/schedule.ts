/**
 * The learning rate in float64, as a factor of the optimizer's: schedules that follow from the step alone, and
 * Plateau, which follows the loss. Twin of the schedule shader.
 */
import type { LearningRateSchedule } from '../core/training.js';

type ReduceOnPlateau = Extract<LearningRateSchedule, { name: 'reduceOnPlateau' }>;
type OneCycle = Extract<LearningRateSchedule, { name: 'oneCycle' }>;

/**
 * @param step updates done before this one, from 0
 * @param totalSteps updates of the whole training
 */
export function learningRateFactor(schedule: LearningRateSchedule, step: number, totalSteps: number): number {
  const warmupSteps = 'warmupSteps' in schedule ? schedule.warmupSteps : 0;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const t = step - warmupSteps;
  switch (schedule.name) {
    case 'constant':
    case 'linearWarmup':
    case 'reduceOnPlateau':
      return 1;
    case 'step':
      return schedule.decayRate ** Math.floor(t / schedule.decaySteps);
    case 'exponential':
      return schedule.decayRate ** (t / schedule.decaySteps);
    case 'cosine': {
      const decaySteps = schedule.decaySteps ?? Math.max(totalSteps - warmupSteps, 1);
      return alongCosine(1, schedule.alpha, Math.min(t / decaySteps, 1));
    }
    case 'oneCycle':
      return oneCycle(schedule, step, schedule.totalSteps ?? totalSteps);
    default:
      return schedule satisfies never;
  }
}

/**
 * Smith & Topin (2018), "Super-convergence", as torch's OneCycleLR with cosine annealing: up to the step
 * pctStart · totalSteps − 1, which need not be whole, then down to the last, totalSteps − 1, and no further. Where
 * the first is below 0 there is no way up, and the way down has begun before the first step. Momentum stays as it is.
 */
function oneCycle({ pctStart, divFactor, finalDivFactor }: OneCycle, step: number, totalSteps: number): number {
  const top = pctStart * totalSteps - 1;
  const last = totalSteps - 1;
  const start = 1 / divFactor;
  if (step < top) return alongCosine(start, 1, step / top);
  return alongCosine(1, start / finalDivFactor, Math.min((step - top) / (last - top), 1));
}

/** From `start` at share 0 to `end` at share 1, along half a cosine. */
function alongCosine(start: number, end: number, share: number): number {
  return end + (start - end) * 0.5 * (1 + Math.cos(Math.PI * share));
}

export interface PlateauState {
  readonly factor: number;
  /** The least value so far. */
  readonly best: number;
  /** Epochs without a lower one, and epochs for which none are counted. */
  readonly wait: number;
  readonly cooldown: number;
}

/**
 * The factor of reduceOnPlateau, fed with the monitored value at the end of each epoch. The order of Keras'
 * ReduceLROnPlateau:
 * 1. In cooldown (cooldown > 0): cooldown −= 1, wait = 0.
 * 2. If value < best − minDelta: best = value, wait = 0. (NaN is never less.)
 * 3. Else, if not in cooldown after 1: wait += 1, and if then wait ≥ patience and baseRate · factor >
 *    minLearningRate: factor = max(factor · schedule.factor, minLearningRate / baseRate), cooldown =
 *    schedule.cooldown, wait = 0.
 */
export class Plateau {
  readonly schedule: ReduceOnPlateau;
  readonly state: { -readonly [K in keyof PlateauState]: PlateauState[K] };

  /** @param state to go on from. Default: the first epoch is still to come */
  constructor(schedule: ReduceOnPlateau, state: PlateauState = { factor: 1, best: Infinity, wait: 0, cooldown: 0 }) {
    this.schedule = schedule;
    this.state = { ...state };
  }

  get factor(): number {
    return this.state.factor;
  }

  /** @param baseRate the optimizer's learning rate */
  endEpoch(value: number, baseRate: number): void {
    const { factor, patience, minDelta, cooldown, minLearningRate } = this.schedule;
    const { state } = this;
    if (state.cooldown > 0) {
      state.cooldown -= 1;
      state.wait = 0;
    }
    if (value < state.best - minDelta) {
      state.best = value;
      state.wait = 0;
    } else if (state.cooldown === 0) {
      state.wait += 1;
      if (state.wait >= patience && baseRate * state.factor > minLearningRate) {
        state.factor = Math.max(state.factor * factor, minLearningRate / baseRate);
        state.cooldown = cooldown;
        state.wait = 0;
      }
    }
  }
}
