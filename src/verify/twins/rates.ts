/** Twins of what happens between the gradients and the optimizer: regularization, clipping, rates. */
import { matrix } from '../../core/matrix.js';
import type { LearningRateSchedule } from '../../core/training.js';
import type { Pass } from '../../passes/pass.js';
import { RATES, SCHEDULE_NUMBERS } from '../../passes/rates.js';
import { clipScale } from '../../reference/optimizer.js';
import { penalty, penaltyGradient } from '../../reference/regularizer.js';
import { learningRateFactor, Plateau } from '../../reference/schedule.js';
import {
  absolute,
  add,
  type Approximate,
  divide,
  exact,
  exponential,
  horner,
  maximum,
  minimum,
  multiply,
  negative,
  reductionRoundings,
  rounded,
  squareRoot,
  subtract,
  total,
} from '../running-error.js';
import { byWorkgroup } from './reduction.js';
import { constant, exactly, isSet, keyOf, type Twin, uniform, within } from './twin.js';

const ONE = exact(1);
const HALF = exact(0.5);
const TWO = exact(2);

export const rateTwins = {
  regularize(pass, { parameters, gradients }) {
    const kernel = matrix(1, parameters!.length, parameters);
    const strength = { l1: uniform(pass, 'l1'), l2: uniform(pass, 'l2') };
    const [l1, l2] = [rounded(strength.l1), rounded(strength.l2)];
    const terms = Array.from(parameters!, (w) => penalty(matrix(1, 1, Float64Array.of(w)), strength));
    const steps = Array.from(parameters!, (value) => {
      const w = exact(value);
      return add(multiply(l1, absolute(w)), multiply(multiply(l2, w), w));
    });
    const slope = penaltyGradient(kernel, strength).values;
    const isAdded = isSet(pass, 'addsGradient');
    return {
      partials: byWorkgroup(pass, terms, steps),
      gradients: isAdded
        ? within(
            slope.map((value, i) => gradients![i]! + value),
            (i) => {
              const w = exact(parameters![i]!);
              const own = add(multiply(l1, exact(Math.sign(w.value))), multiply(multiply(TWO, l2), w));
              return add(exact(gradients![i]!), own);
            },
          )
        : exactly(gradients!),
    };
  },

  gradient_norm(pass, { gradients }) {
    const want = gradients!.map((g) => g * g);
    const steps = Array.from(gradients!, (g) => multiply(exact(g), exact(g)));
    return { squares: byWorkgroup(pass, want, steps) };
  },

  update_rates(pass, { squares, counters, rates }) {
    const [step, failed] = [counters![1]!, counters![4]!];
    if (failed !== 0) return { rates: exactly(rates!) };
    const before = Object.fromEntries(RATES.map((name, i) => [name, rates![i]!])) as Record<Rate, number>;
    const { schedule, steps } = scheduleOf(pass);
    const base = uniform(pass, 'learningRate');
    const factor = learningRateFactor(schedule, step - 1, steps);
    const clips = uniform(pass, 'squares') > 0;
    const clipNorm = uniform(pass, 'clipNorm');
    const norm = clips ? Math.sqrt(squares!.reduce((sum, square) => sum + square, 0)) : 0;

    const correction = (name: 'correction1' | 'correction2', beta: string, rest: string) =>
      add(multiply(rounded(uniform(pass, beta)), exact(before[name])), rounded(uniform(pass, rest)));
    const limit = rounded(clipNorm);
    const normSteps = squareRoot(
      total(Array.from(clips ? squares! : [], exact), reductionRoundings(squares!.length, constant(pass, 'WORKGROUP'))),
    );
    const after: Record<Rate, { want: number; steps: Approximate }> = {
      learningRate: {
        want: base * factor * before.plateauFactor,
        steps: multiply(multiply(rounded(base), factorSteps(pass, step - 1)), exact(before.plateauFactor)),
      },
      gradientScale: clips
        ? { want: clipScale(norm, clipNorm), steps: divide(limit, maximum(normSteps, limit)) }
        : { want: 1, steps: ONE },
      correction1: {
        want: uniform(pass, 'beta1') * before.correction1 + (1 - uniform(pass, 'beta1')),
        steps: correction('correction1', 'beta1', 'rest1'),
      },
      correction2: {
        want: uniform(pass, 'beta2') * before.correction2 + (1 - uniform(pass, 'beta2')),
        steps: correction('correction2', 'beta2', 'rest2'),
      },
      plateauFactor: { want: before.plateauFactor, steps: exact(before.plateauFactor) },
      plateauBest: { want: before.plateauBest, steps: exact(before.plateauBest) },
    };
    return {
      rates: within(
        RATES.map((name) => after[name].want),
        (i) => after[RATES[i]!].steps,
      ),
    };
  },

  plateau(pass, before) {
    const [epoch, failed] = [before['counters']![2]!, before['counters']![4]!];
    const rates = before['rates']!.slice();
    const waiting = before['waiting']!.slice();
    if (failed !== 0 || epoch === 0) return { rates: exactly(rates), waiting: exactly(waiting) };
    const row = (epoch - 1) % uniform(pass, 'logRows');
    const value = before['epochLog']![row * uniform(pass, 'logColumns') + uniform(pass, 'column')]!;
    const schedule = {
      name: 'reduceOnPlateau' as const,
      factor: uniform(pass, 'factor'),
      patience: uniform(pass, 'patience'),
      cooldown: uniform(pass, 'cooldown'),
      minDelta: uniform(pass, 'minDelta'),
      // As the shader has it: what is compared with it came out of it.
      minLearningRate: Math.fround(uniform(pass, 'leastFactor')),
    };
    const [factor, best] = [rates[4]!, rates[5]!];
    const endedWith = (seen: number) => {
      const plateau = new Plateau(schedule, { factor, best, wait: waiting[0]!, cooldown: waiting[1]! });
      plateau.endEpoch(seen, 1);
      return plateau.state;
    };
    const after = endedWith(value);
    // Within a rounding of what counts as lower the GPU may be of the other opinion.
    const enough = subtract(exact(best), rounded(schedule.minDelta));
    const isClose = value < best && Math.abs(value - enough.value) <= enough.error;
    const isLower = value < best - schedule.minDelta;
    const other = !isClose ? after : isLower ? endedWith(Infinity) : { ...endedWith(-Infinity), best: value };
    rates[5] = after.best;
    rates[4] = after.factor;
    const lowered = multiply(exact(factor), rounded(schedule.factor));
    const isLowered = after.factor !== factor || other.factor !== factor;
    const factorError = isLowered ? maximum(lowered, rounded(schedule.minLearningRate)).error : 0;
    const apart = (name: keyof typeof after) => Math.abs(after[name] - other[name]);
    return {
      rates: { want: rates, bound: [0, 0, 0, 0, apart('factor') + factorError, apart('best')] },
      waiting: { want: [after.wait, after.cooldown], bound: [apart('wait'), apart('cooldown')] },
    };
  },
} satisfies Record<string, Twin>;

type Rate = (typeof RATES)[number];

/** The schedule that the pass was made of, and the steps of the whole training that it assumes. */
function scheduleOf(pass: Pass): { schedule: LearningRateSchedule; steps: number } {
  const name = keyOf(SCHEDULE_NUMBERS, constant(pass, 'SCHEDULE'));
  const [warmupSteps, decaySteps] = [uniform(pass, 'warmupSteps'), uniform(pass, 'decaySteps')];
  const alpha = uniform(pass, 'alpha');
  switch (name) {
    case 'constant':
      return { schedule: { name, warmupSteps }, steps: 1 };
    case 'step':
    case 'exponential':
      return {
        schedule: { name, warmupSteps, decaySteps, decayRate: Math.exp(uniform(pass, 'logDecayRate')) },
        steps: 1,
      };
    case 'cosine':
      return { schedule: { name, warmupSteps, decaySteps, alpha }, steps: 1 };
    case 'oneCycle': {
      const [peak, descent, initial] = [uniform(pass, 'peak'), uniform(pass, 'descent'), uniform(pass, 'initial')];
      const steps = Math.round(peak + descent + 1);
      const pctStart = (peak + 1) / steps;
      return {
        schedule: { name, totalSteps: steps, pctStart, divFactor: 1 / initial, finalDivFactor: initial / alpha },
        steps,
      };
    }
    default:
      return name satisfies never;
  }
}

/** The steps of shaders/learning_rate.wgsl. */
function factorSteps(pass: Pass, step: number): Approximate {
  const name = keyOf(SCHEDULE_NUMBERS, constant(pass, 'SCHEDULE'));
  const [warmupSteps, decaySteps] = [uniform(pass, 'warmupSteps'), uniform(pass, 'decaySteps')];
  const [alpha, initial] = [rounded(uniform(pass, 'alpha')), rounded(uniform(pass, 'initial'))];
  if (name === 'oneCycle') {
    const peak = rounded(uniform(pass, 'peak'));
    const past = subtract(exact(step), peak);
    if (past.value < 0) return between(ONE, initial, divide(negative(past), peak));
    return between(ONE, alpha, minimum(divide(past, rounded(uniform(pass, 'descent'))), ONE));
  }
  if (step < warmupSteps) return divide(rounded(step + 1), rounded(warmupSteps));
  const t = step - warmupSteps;
  const rate = rounded(uniform(pass, 'logDecayRate'));
  if (name === 'step') return exponential(multiply(rounded(Math.floor(t / decaySteps)), rate));
  if (name === 'exponential') return exponential(multiply(divide(rounded(t), rounded(decaySteps)), rate));
  if (name === 'cosine') return between(ONE, alpha, minimum(divide(rounded(t), rounded(decaySteps)), ONE));
  return ONE;
}

function between(start: Approximate, end: Approximate, p: Approximate): Approximate {
  const share = add(HALF, multiply(HALF, sineOfPi(subtract(HALF, p))));
  return add(end, multiply(subtract(start, end), share));
}

function sineOfPi(u: Approximate): Approximate {
  const x = multiply(rounded(Math.PI), u);
  const series = multiply(
    x,
    horner(multiply(x, x), [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800]),
  );
  // The nested form of the shader divides where this one multiplies; six divisions, each under 1/6 of the sum.
  const divisions = 12 * 2 ** -23 * Math.abs(x.value);
  const value = Math.sin(Math.PI * u.value);
  return { value, error: series.error + divisions + Math.abs(series.value - value) };
}
