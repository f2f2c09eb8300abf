/**
 * The twins of the losses, against their shaders in float32, step by step, as exactly as it goes and as carelessly as
 * WGSL allows: whatever comes out is within the bounds, and the bounds are near.
 */
import { describe, expect, test } from 'vitest';
import type { OutputActivation } from '../../src/core/activations.js';
import { numpyRandom } from '../../src/core/random.js';
import type { Loss } from '../../src/core/training.js';
import { LOSS_NUMBERS, type LossOptions, lossPass } from '../../src/passes/loss.js';
import type { Pass } from '../../src/passes/pass.js';
import { type Arithmetic, careless, NEAREST, shaderMath, sumOverWorkgroup } from './float32.js';
import { expectedOf, judge } from './judge.js';

const f = Math.fround;
const ARITHMETICS = [NEAREST, careless(1), careless(2), careless(3)];
const buffers = { y: 'y', targets: 't', weights: 'w', dz: 'dz', partials: 'p' };

interface Held {
  readonly outputs: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly number[];
}

/** shaders/elementwise_loss.wgsl, for one workgroup. */
function elementwiseLoss(m: Arithmetic, { uniforms, constants }: Pass, { outputs, targets, weights }: Held) {
  const { sigmoid, logOnePlus, naturalLog } = shaderMath(m);
  const own = (name: string) => m.constant(uniforms[name]!);
  const lossOf = (value: number, goal: number): [loss: number, slope: number] => {
    const e = m.subtract(value, goal);
    switch (constants['LOSS']!) {
      case LOSS_NUMBERS.meanSquaredError:
        return [m.multiply(e, e), m.multiply(2, e)];
      case LOSS_NUMBERS.meanAbsoluteError:
        return [Math.abs(e), Math.sign(e)];
      case LOSS_NUMBERS.huber: {
        const delta = f(uniforms['delta']!);
        const far = m.multiply(delta, m.subtract(Math.abs(e), m.multiply(0.5, delta)));
        const near = m.multiply(m.multiply(0.5, e), e);
        return [Math.abs(e) <= delta ? near : far, Math.max(-delta, Math.min(e, delta))];
      }
      case LOSS_NUMBERS.binaryCrossentropy: {
        const [least, most] = [f(1e-7), f(1 - 1e-7)];
        const clamp = (x: number) => Math.max(least, Math.min(x, most));
        const rest = m.subtract(1, value);
        const [p, q] = [clamp(value), clamp(rest)];
        const slope = value >= least && rest >= least ? m.divide(m.subtract(p, goal), m.multiply(p, q)) : 0;
        const positive = m.multiply(goal, naturalLog(m.divide(1, p)));
        return [m.add(positive, m.multiply(m.subtract(1, goal), naturalLog(m.divide(1, q)))), slope];
      }
      case LOSS_NUMBERS.logits: {
        const positive = m.subtract(Math.max(value, 0), m.multiply(value, goal));
        const loss = m.add(positive, logOnePlus(m.exponential(-Math.abs(value))));
        return [loss, m.subtract(sigmoid(value), goal)];
      }
      default:
        return [m.multiply(m.multiply(0.5, e), e), e];
    }
  };
  const slopeOf = (y: number) => {
    if (constants['ACTIVATION'] === 1) return m.multiply(y, m.subtract(1, y));
    return constants['ACTIVATION'] === 2 ? m.multiply(m.subtract(1, y), m.add(1, y)) : 1;
  };
  const terms: number[] = [];
  const dz = outputs.map((value, i) => {
    const [loss, slope] = lossOf(value, targets[i]!).map((one) => m.multiply(one, own('share'))) as [number, number];
    const weight = uniforms['useWeights'] === 1 ? weights[Math.floor(i / uniforms['columns']!)]! : 1;
    terms.push(m.multiply(weight, loss));
    const scaled = m.multiply(m.multiply(weight, own('gradientScale')), slope);
    return m.multiply(scaled, slopeOf(value));
  });
  return { dz, partials: [sumOverWorkgroup(terms, 64, m.add)] };
}

/** shaders/softmax_crossentropy.wgsl, for one workgroup. */
function crossentropy(m: Arithmetic, { uniforms, constants }: Pass, { outputs, targets, weights }: Held) {
  const { naturalLog } = shaderMath(m);
  const [rows, columns] = [uniforms['rows']!, uniforms['columns']!];
  const goalAt = (row: number, c: number) =>
    constants['SPARSE'] === 1 ? Number(targets[row] === c) : targets[row * columns + c]!;
  const dz: number[] = [];
  const terms = Array.from({ length: rows }, (_, row) => {
    const z = outputs.slice(row * columns, (row + 1) * columns);
    const largest = Math.max(...z);
    let [exponentials, goals, product] = [0, 0, 0];
    const e = z.map((value, c) => {
      const distance = m.subtract(value, largest);
      const one = m.exponential(distance);
      exponentials = m.add(exponentials, one);
      goals = m.add(goals, goalAt(row, c));
      product = m.add(product, m.multiply(goalAt(row, c), distance));
      return one;
    });
    const weight = uniforms['useWeights'] === 1 ? weights[row]! : 1;
    e.forEach((one, c) => {
      const difference = m.subtract(m.multiply(m.divide(one, exponentials), goals), goalAt(row, c));
      dz.push(m.multiply(m.multiply(weight, m.constant(uniforms['gradientScale']!)), difference));
    });
    return m.multiply(weight, m.subtract(m.multiply(goals, naturalLog(exponentials)), product));
  });
  return { dz, partials: [sumOverWorkgroup(terms, 64, m.add)] };
}

/** The largest share of a bound that was used; fails where one is passed. */
function share(pass: Pass, held: Held, simulate: typeof elementwiseLoss): number {
  const before = {
    y: held.outputs,
    z: held.outputs,
    targets: held.targets,
    weights: held.weights,
    dz: [],
    partials: [],
  };
  const comparisons = ARITHMETICS.flatMap((arithmetic) =>
    Object.entries(simulate(arithmetic, pass, held)).map(([binding, got]) => ({
      binding,
      ...judge(pass, before, binding, got),
    })),
  );
  expect(comparisons.filter(({ ok }) => !ok)).toEqual([]);
  return Math.max(...comparisons.map(({ shareOfBound }) => shareOfBound));
}

const options = (loss: Loss, activation: OutputActivation, isWeighted: boolean): LossOptions => ({
  loss,
  activation,
  fromLogits: loss.name === 'binaryCrossentropy' && activation === 'linear',
  isWeighted,
  partials: 1,
  groupRows: 7,
});

const COLUMNS = 3;
const ROWS = 5;

/** Outputs that the activation can have, some at its ends, and targets in [0, 1]. */
function held(kind: 'logits' | 'probabilities' | 'any', seed: number): Held {
  const random = numpyRandom(seed);
  const draw = {
    logits: () => f([12, 80, 0.01, 120][Math.floor(4 * random())]! * (2 * random() - 1)),
    probabilities: () =>
      f([0, 1, 1e-7, 1 - 2 ** -24, 1 - 2 ** -22, 3e-8, 1e-38, random(), random()][Math.floor(9 * random())]!),
    any: () => f((2 * random() - 1) * [1, 1, 0.01, 1e-30][Math.floor(4 * random())]!),
  }[kind];
  return {
    outputs: Array.from({ length: ROWS * COLUMNS }, draw),
    targets: Array.from({ length: ROWS * COLUMNS }, () => f([0, 1, random()][Math.floor(3 * random())]!)),
    weights: Array.from({ length: ROWS }, () => f(3 * random())),
  };
}

describe.each<[name: string, loss: Loss, activation: OutputActivation, kind: 'logits' | 'probabilities' | 'any']>([
  ['half the squares, after tanh', { name: 'halfSumSquaredError' }, 'tanh', 'any'],
  ['squares, after sigmoid', { name: 'meanSquaredError' }, 'sigmoid', 'probabilities'],
  ['absolute errors', { name: 'meanAbsoluteError' }, 'linear', 'any'],
  ['Huber', { name: 'huber', delta: 0.3 }, 'linear', 'any'],
  ['crossentropy of probabilities, after sigmoid', { name: 'binaryCrossentropy' }, 'sigmoid', 'probabilities'],
  ['crossentropy of logits', { name: 'binaryCrossentropy' }, 'linear', 'logits'],
])('%s', (_, loss, activation, kind) => {
  test('stays within its bounds, weighted and not, and comes near them', () => {
    let most = 0;
    for (let seed = 1; seed <= 30; seed++) {
      for (const isWeighted of [false, true]) {
        const extent = { rows: ROWS, columns: COLUMNS };
        const pass = lossPass('loss', extent, options(loss, activation, isWeighted), buffers);
        most = Math.max(most, share(pass, held(kind, seed), elementwiseLoss));
      }
    }
    expect(most).toBeGreaterThan(0.2);
  });
});

describe.each<[name: string, isSparse: boolean]>([
  ['crossentropy of softmax', false],
  ['crossentropy of softmax, of class numbers', true],
])('%s', (_, isSparse) => {
  const loss: Loss = { name: isSparse ? 'sparseCategoricalCrossentropy' : 'categoricalCrossentropy' };
  test('stays within its bounds, weighted and not, and comes near them', () => {
    let most = 0;
    for (let seed = 1; seed <= 30; seed++) {
      for (const isWeighted of [false, true]) {
        const pass = lossPass('loss', { rows: ROWS, columns: COLUMNS }, options(loss, 'linear', isWeighted), buffers);
        const drawn = held('logits', seed);
        const targets = isSparse ? drawn.targets.slice(0, ROWS).map((t) => Math.floor(2.99 * t)) : drawn.targets;
        most = Math.max(most, share(pass, { ...drawn, targets }, crossentropy));
      }
    }
    expect(most).toBeGreaterThan(0.2);
  });
});

test('control: a gradient of another loss, and one that forgets a weight, are out of bounds', () => {
  const extent = { rows: ROWS, columns: COLUMNS };
  const squares = lossPass('loss', extent, options({ name: 'meanSquaredError' }, 'linear', true), buffers);
  const half = lossPass('loss', extent, options({ name: 'halfSumSquaredError' }, 'linear', true), buffers);
  const plain = lossPass('loss', extent, options({ name: 'meanSquaredError' }, 'linear', false), buffers);
  const values = held('any', 4);
  const before = { y: values.outputs, targets: values.targets, weights: values.weights, dz: [], partials: [] };
  for (const wrong of [half, plain]) {
    const { dz, partials } = elementwiseLoss(NEAREST, wrong, values);
    expect(judge(squares, before, 'dz', dz)).toMatchObject({ ok: false });
    expect(judge(squares, before, 'partials', partials)).toMatchObject({ ok: false });
  }
  expect(Math.max(...Array.from(expectedOf(squares, before)['dz']!.bound))).toBeLessThan(1e-5);
});
