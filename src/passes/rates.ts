/**
 * What changes from update to update without being a weight: learning rate, Adam's corrections, what clipping
 * leaves. Descriptors of shaders/update_rates.wgsl and shaders/plateau.wgsl.
 */
import type { LearningRateSchedule, Optimizer } from '../core/training.js';
import type { LogPlace } from './log.js';
import { type Pass, REDUCE_WORKGROUP, type ShaderInterface } from './pass.js';

export const rateInterfaces = {
  update_rates: {
    constants: ['WORKGROUP', 'SCHEDULE'],
    uniforms: {
      squares: 'u32',
      warmupSteps: 'u32',
      decaySteps: 'u32',
      logDecayRate: 'f32',
      alpha: 'f32',
      initial: 'f32',
      peak: 'f32',
      descent: 'f32',
      learningRate: 'f32',
      clipNorm: 'f32',
      beta1: 'f32',
      rest1: 'f32',
      beta2: 'f32',
      rest2: 'f32',
    },
    bindings: { squares: 'read', counters: 'read', rates: 'read_write' },
  },
  plateau: {
    constants: [],
    uniforms: {
      column: 'u32',
      logColumns: 'u32',
      logRows: 'u32',
      patience: 'u32',
      cooldown: 'u32',
      factor: 'f32',
      minDelta: 'f32',
      leastFactor: 'f32',
    },
    bindings: { counters: 'read', epochLog: 'read', rates: 'read_write', waiting: 'read_write' },
  },
} as const satisfies Record<string, ShaderInterface>;

/** Fields of the buffers that these passes keep their state in, in order. */
export const COUNTERS = ['batch', 'step', 'epoch', 'position', 'failed'] as const;
export const RATES = [
  'learningRate',
  'gradientScale',
  'correction1',
  'correction2',
  'plateauFactor',
  'plateauBest',
] as const;

/** What learning_rate.wgsl knows each schedule by. */
export const SCHEDULE_NUMBERS = { constant: 0, step: 1, exponential: 2, cosine: 3, oneCycle: 4 } as const;

/** A schedule as the shader has it. */
interface ShaderSchedule {
  readonly number: number;
  readonly warmupSteps: number;
  readonly decaySteps: number;
  readonly logDecayRate: number;
  readonly alpha: number;
  readonly initial: number;
  readonly peak: number;
  readonly descent: number;
}

function shaderSchedule(schedule: LearningRateSchedule, totalSteps: number): ShaderSchedule {
  const constant = {
    number: 0,
    warmupSteps: 0,
    decaySteps: 1,
    logDecayRate: 0,
    alpha: 0,
    initial: 0,
    peak: 1,
    descent: 1,
  };
  switch (schedule.name) {
    case 'reduceOnPlateau':
      return constant;
    case 'constant':
    case 'linearWarmup':
      return { ...constant, warmupSteps: schedule.warmupSteps };
    case 'step':
    case 'exponential': {
      const { warmupSteps, decaySteps, decayRate } = schedule;
      const number = SCHEDULE_NUMBERS[schedule.name];
      return { ...constant, number, warmupSteps, decaySteps, logDecayRate: Math.log(decayRate) };
    }
    case 'cosine': {
      const { warmupSteps, alpha, decaySteps = Math.max(1, totalSteps - warmupSteps) } = schedule;
      return { ...constant, number: SCHEDULE_NUMBERS.cosine, warmupSteps, decaySteps, alpha };
    }
    case 'oneCycle': {
      const { totalSteps: steps = totalSteps, pctStart, divFactor, finalDivFactor } = schedule;
      const number = SCHEDULE_NUMBERS.oneCycle;
      const initial = 1 / divFactor;
      const peak = pctStart * steps - 1;
      const alpha = initial / finalDivFactor;
      return { ...constant, number, alpha, initial, peak, descent: steps - 1 - peak };
    }
    default:
      return schedule satisfies never;
  }
}

/** Whether the learning rate, or anything beside it, changes from update to update. */
export function needsRates(
  optimizer: Optimizer,
  schedule: LearningRateSchedule,
  clipNorm: number | undefined,
): boolean {
  const isConstant = schedule.name === 'constant' && schedule.warmupSteps === 0;
  return !isConstant || clipNorm !== undefined || isAdam(optimizer);
}

function isAdam(optimizer: Optimizer): optimizer is Extract<Optimizer, { beta1: number }> {
  return optimizer.name === 'adam' || optimizer.name === 'adamW';
}

/** rates ← those of the next update */
export function updateRates(
  label: string,
  optimizer: Optimizer,
  schedule: LearningRateSchedule,
  totalSteps: number,
  { clipNorm, squares }: { readonly clipNorm: number | undefined; readonly squares: number },
  buffers: Record<'squares' | 'counters' | 'rates', string>,
): Pass {
  const { number, ...shape } = shaderSchedule(schedule, totalSteps);
  const { beta1, beta2 } = isAdam(optimizer) ? optimizer : { beta1: 1, beta2: 1 };
  return {
    label,
    shader: 'update_rates',
    constants: { WORKGROUP: REDUCE_WORKGROUP, SCHEDULE: number },
    uniforms: {
      squares: clipNorm === undefined ? 0 : squares,
      ...shape,
      learningRate: optimizer.learningRate,
      clipNorm: clipNorm ?? 1,
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
    },
    buffers,
    workgroups: [1, 1, 1],
    turns: Math.ceil(squares / REDUCE_WORKGROUP) + 1,
  };
}

/** rates.plateauFactor ← lower, where what is watched has stopped falling */
export function plateau(
  label: string,
  schedule: Extract<LearningRateSchedule, { name: 'reduceOnPlateau' }>,
  learningRate: number,
  { firstColumn, logColumns, logRows }: LogPlace,
  buffers: Record<'counters' | 'epochLog' | 'rates' | 'waiting', string>,
): Pass {
  const { patience, cooldown, factor, minDelta, minLearningRate } = schedule;
  // A rate that is below the least from the start stays as it is.
  const leastFactor = learningRate > 0 ? Math.min(1, minLearningRate / learningRate) : 0;
  return {
    label,
    shader: 'plateau',
    constants: {},
    uniforms: { column: firstColumn, logColumns, logRows, patience, cooldown, factor, minDelta, leastFactor },
    buffers,
    workgroups: [1, 1, 1],
    turns: 1,
  };
}
