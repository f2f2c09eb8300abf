/** What the scripts in Python share: where the rows come from, and the learning rate's schedule as a function of the update. */
import type { LearningRateSchedule } from '../../../../core/training.js';
import type { CodeFacts } from './code-facts.js';

/** What a script says of the rows that it reads. */
export const DATA_REMARK = 'The rows as the network sees them, in float32: the button “Save data.npz” writes the file.';

/** `def rate_factor(step)`: what the learning rate is multiplied by, after so many updates. */
export function rateFactorLines(schedule: LearningRateSchedule, { updates }: Pick<CodeFacts, 'updates'>): string[] {
  const warmup = 'warmupSteps' in schedule ? schedule.warmupSteps : 0;
  const warming = warmup > 0 ? [`    if step < ${warmup}:`, `        return (step + 1) / ${warmup}`] : [];
  const t = warmup > 0 ? `(step - ${warmup})` : 'step';
  return [
    'def rate_factor(step):',
    ...warming,
    ...factorLines(schedule, t, warmup, updates).map((line) => `    ${line}`),
  ];
}

function factorLines(schedule: LearningRateSchedule, t: string, warmup: number, updates: number): string[] {
  switch (schedule.name) {
    case 'step':
      return [`return ${schedule.decayRate} ** (${t} // ${schedule.decaySteps})`];
    case 'exponential':
      return [`return ${schedule.decayRate} ** (${t} / ${schedule.decaySteps})`];
    case 'cosine': {
      const steps = schedule.decaySteps ?? Math.max(updates - warmup, 1);
      const { alpha } = schedule;
      return [
        `share = min(${t} / ${steps}, 1)`,
        `return ${alpha} + (1 - ${alpha}) * 0.5 * (1 + math.cos(math.pi * share))`,
      ];
    }
    case 'oneCycle': {
      const { pctStart, divFactor, finalDivFactor } = schedule;
      const steps = schedule.totalSteps ?? updates;
      return [
        `top, last, start = ${pctStart} * ${steps} - 1, ${steps} - 1, 1 / ${divFactor}`,
        'if step < top:',
        '    return 1 + (start - 1) * 0.5 * (1 + math.cos(math.pi * step / top))',
        'share = min((step - top) / (last - top), 1)',
        `return start / ${finalDivFactor} + (1 - start / ${finalDivFactor}) * 0.5 * (1 + math.cos(math.pi * share))`,
      ];
    }
    case 'constant':
    case 'linearWarmup':
    case 'reduceOnPlateau':
      return ['return 1'];
    default:
      return schedule satisfies never;
  }
}

/** Whether the rate changes with the updates, and not only with what is measured. */
export function hasRateFactor(schedule: LearningRateSchedule): boolean {
  if (schedule.name === 'reduceOnPlateau') return false;
  return schedule.name !== 'constant' || schedule.warmupSteps > 0;
}

/** A name of a run's in Python's way: `meanAbsoluteError` is `mean_absolute_error`. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
