/** Twins of the optimizers: one step of the reference's, and the steps of the shaders for each weight. */
import type { Optimizer } from '../../core/training.js';
import type { optimizerInterfaces } from '../../passes/optimizer.js';
import type { Pass } from '../../passes/pass.js';
import { clipValue, updateParameters } from '../../reference/optimizer.js';
import {
  add,
  type Approximate,
  divide,
  exact,
  maximum,
  minimum,
  multiply,
  negative,
  rounded,
  squareRoot,
  subtract,
} from '../running-error.js';
import { type Before, constant, exactly, type Expected, type Twin, uniform } from './twin.js';

export const optimizerTwins = {
  sgd: (pass, before) => updated(pass, before, []),
  momentum: (pass, before) => updated(pass, before, ['velocity']),
  rmsprop: (pass, before) => updated(pass, before, ['meanSquare']),
  adagrad: (pass, before) => updated(pass, before, ['accumulator']),
  adam: (pass, before) => updated(pass, before, ['firstMoment', 'secondMoment']),
} satisfies Record<OptimizerShader, Twin>;

type OptimizerShader = keyof typeof optimizerInterfaces;

/** One step of an optimizer over all weights. */
function updated(pass: Pass, before: Before, names: readonly string[]): Readonly<Record<string, Expected>> {
  const { gradients, rates, counters, parameters, previous } = before;
  const states = names.map((name) => before[name]!);
  if (counters![4] !== 0) {
    const kept = Object.fromEntries(names.map((name) => [name, exactly(before[name]!)]));
    return { parameters: exactly(parameters!), previous: exactly(previous!), ...kept };
  }
  const [learningRate, scale, correction1, correction2] = Array.from(rates!) as [number, number, number, number];
  const limit = uniform(pass, 'clipValue');
  const optimizer = optimizerOf(pass);
  const w = parameters!.slice();
  const state = states.map((values) => values.slice());
  const dw = gradients!.map((g) => clipValue(g * scale, limit));
  updateParameters(optimizer, { learningRate, correction1, correction2 }, w, dw, state);

  // Weight by weight and not kept: there may be millions, and each takes dozens of steps.
  const bounds = [w, ...state].map(({ length }) => new Float64Array(length));
  const clip = { most: rounded(limit), least: negative(rounded(limit)), scale: exact(scale) };
  const step = stepsOf(pass, rates!);
  for (let i = 0; i < w.length; i++) {
    const g = maximum(minimum(multiply(exact(gradients![i]!), clip.scale), clip.most), clip.least);
    const after = step(
      parameters![i]!,
      g,
      states.map((values) => exact(values[i]!)),
    );
    bounds[0]![i] = after.w.error;
    after.states.forEach(({ error }, s) => (bounds[s + 1]![i] = error));
  }
  return {
    parameters: { want: w, bound: bounds[0]! },
    previous: exactly(parameters!),
    ...Object.fromEntries(names.map((name, s) => [name, { want: state[s]!, bound: bounds[s + 1]! }])),
  };
}

/** What an update makes of one weight, its gradient and its states. */
type WeightStep = (
  weight: number,
  g: Approximate,
  states: readonly Approximate[],
) => { readonly w: Approximate; readonly states: readonly Approximate[] };

/** The steps of an optimizer's shader; what is the same for all weights is looked up once. */
function stepsOf(pass: Pass, rates: Float64Array): WeightStep {
  const [learningRate, correction1, correction2] = [exact(rates[0]!), exact(rates[2]!), exact(rates[3]!)];
  const own = (name: string) => rounded(uniform(pass, name));
  const decay = multiply(learningRate, own('weightDecay'));
  const changed = (weight: number, change: Approximate) => {
    const kept = subtract(exact(weight), multiply(decay, exact(weight)));
    return subtract(kept, multiply(learningRate, change));
  };
  const shader = pass.shader as OptimizerShader;
  switch (shader) {
    case 'sgd':
      return (weight, g) => ({ w: changed(weight, g), states: [] });
    case 'momentum': {
      const momentum = own('momentum');
      const isNesterov = constant(pass, 'NESTEROV') === 1;
      return (weight, g, [velocity]) => {
        const v = add(multiply(momentum, velocity!), g);
        return { w: changed(weight, isNesterov ? add(g, multiply(momentum, v)) : v), states: [v] };
      };
    }
    case 'rmsprop': {
      const [rho, rest, epsilon] = [own('rho'), own('rest'), own('epsilon')];
      return (weight, g, [meanSquare]) => {
        const v = add(multiply(rho, meanSquare!), multiply(multiply(rest, g), g));
        return { w: changed(weight, divide(g, add(squareRoot(v), epsilon))), states: [v] };
      };
    }
    case 'adagrad': {
      const epsilon = own('epsilon');
      return (weight, g, [accumulator]) => {
        const a = add(accumulator!, multiply(g, g));
        return { w: changed(weight, divide(g, add(squareRoot(a), epsilon))), states: [a] };
      };
    }
    case 'adam': {
      const [beta1, rest1, beta2, rest2] = [own('beta1'), own('rest1'), own('beta2'), own('rest2')];
      const epsilon = own('epsilon');
      return (weight, g, [first, second]) => {
        const m = add(multiply(beta1, first!), multiply(rest1, g));
        const v = add(multiply(beta2, second!), multiply(multiply(rest2, g), g));
        const size = add(squareRoot(divide(v, correction2)), epsilon);
        return { w: changed(weight, divide(divide(m, correction1), size)), states: [m, v] };
      };
    }
    default:
      return shader satisfies never;
  }
}

function optimizerOf(pass: Pass): Optimizer {
  const base = { learningRate: 0, weightDecay: uniform(pass, 'weightDecay') };
  const own = (name: string) => uniform(pass, name);
  const shader = pass.shader as OptimizerShader;
  switch (shader) {
    case 'sgd':
      return { ...base, name: 'sgd', momentum: 0, nesterov: false };
    case 'momentum':
      return { ...base, name: 'sgd', momentum: own('momentum'), nesterov: constant(pass, 'NESTEROV') === 1 };
    case 'rmsprop':
      return { ...base, name: 'rmsprop', rho: own('rho'), epsilon: own('epsilon') };
    case 'adagrad':
      return { ...base, name: 'adagrad', epsilon: own('epsilon'), initialAccumulatorValue: 0 };
    case 'adam':
      return { ...base, name: 'adam', beta1: own('beta1'), beta2: own('beta2'), epsilon: own('epsilon') };
    default:
      return shader satisfies never;
  }
}
