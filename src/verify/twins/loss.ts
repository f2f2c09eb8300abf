/** Twins of the losses: partial sums, and the gradient that goes back. */
import { hasSlopeFromOutput } from '../../core/activations.js';
import { type Matrix, matrix } from '../../core/matrix.js';
import type { Loss } from '../../core/training.js';
import { LOSS_NUMBERS } from '../../passes/loss.js';
import type { Pass } from '../../passes/pass.js';
import { activations } from '../../reference/activation.js';
import { exampleLosses, fusedGradient, fusedLosses, lossGradient } from '../../reference/loss.js';
import { activationBounds } from '../activation-bounds.js';
import { logOnePlusSteps, naturalLogSteps, sigmoidSteps } from '../activation-steps.js';
import {
  absolute,
  add,
  type Approximate,
  divide,
  exact,
  exponential,
  maximum,
  minimum,
  multiply,
  negative,
  rounded,
  subtract,
  total,
} from '../running-error.js';
import { exponentialsOf, rows } from './elementwise.js';
import { byWorkgroup } from './reduction.js';
import { activationOf, constant, isSet, keyOf, type Twin, uniform, within } from './twin.js';

const ZERO = exact(0);
const ONE = exact(1);
const HALF = exact(0.5);

export const lossTwins = {
  elementwise_loss(pass, { y, targets, weights }) {
    const columns = uniform(pass, 'columns');
    const name = keyOf(LOSS_NUMBERS, constant(pass, 'LOSS'));
    const loss = lossNamed(name, uniform(pass, 'delta'));
    const [outputs, goals] = [asRows(y!, columns), asRows(targets!, columns)];
    const isFused = name === 'logits';
    const gradient = (isFused ? fusedGradient : lossGradient)(loss, outputs, goals).values;
    const slopes = y!.map(activations[activationOf(pass)].slope);
    const weightAt = (i: number) => (isSet(pass, 'useWeights') ? weights![Math.floor(i / columns)]! : 1);
    const scale = rounded(uniform(pass, 'gradientScale'));
    const share = rounded(uniform(pass, 'share'));
    const steps = Array.from(y!, (value, i) => lossSteps(name, uniform(pass, 'delta'), value, targets![i]!));

    const want = gradient.map((value, i) => weightAt(i) * uniform(pass, 'gradientScale') * value * slopes[i]!);
    // Each output alone, since workgroups take outputs and not rows.
    const single = asRows(y!, 1);
    const terms = (isFused ? fusedLosses : exampleLosses)(loss, single, asRows(targets!, 1)).map(
      (value, i) => weightAt(i) * uniform(pass, 'share') * value,
    );
    const termSteps = steps.map(({ loss: term }, i) => multiply(exact(weightAt(i)), multiply(term, share)));
    return {
      dz: within(want, (i) => {
        const { slope } = steps[i]!;
        const scaled = multiply(multiply(exact(weightAt(i)), scale), multiply(slope, share));
        return multiply(scaled, activationSlope(pass, slopes[i]!));
      }),
      partials: byWorkgroup(pass, terms, termSteps),
    };
  },

  softmax_crossentropy(pass, { z, targets, weights }) {
    const [count, columns] = [uniform(pass, 'rows'), uniform(pass, 'columns')];
    const isSparse = constant(pass, 'SPARSE') === 1;
    const name = isSparse ? 'sparseCategoricalCrossentropy' : 'categoricalCrossentropy';
    const logits = matrix(count, columns, z);
    const goals = matrix(count, isSparse ? 1 : columns, targets);
    const weightAt = (row: number) => (isSet(pass, 'useWeights') ? weights![row]! : 1);
    const gradient = fusedGradient({ name }, logits, goals).values;
    const scale = rounded(uniform(pass, 'gradientScale'));
    const goalAt = (row: number, column: number) =>
      isSparse ? Number(targets![row] === column) : targets![row * columns + column]!;

    const losses = fusedLosses({ name }, logits, goals).map((value, row) => weightAt(row) * value);
    const rowSteps = rows(logits).map((row, r) => {
      const goal = row.map((_, c) => exact(goalAt(r, c)));
      return { weight: exact(weightAt(r)), goal, ...crossentropySteps(row, goal) };
    });
    return {
      dz: within(
        gradient.map((value, i) => weightAt(Math.floor(i / columns)) * uniform(pass, 'gradientScale') * value),
        (i) => {
          const { weight, goal, shares, goals: sum } = rowSteps[Math.floor(i / columns)]!;
          const difference = subtract(multiply(shares[i % columns]!, sum), goal[i % columns]!);
          return multiply(multiply(weight, scale), difference);
        },
      ),
      partials: byWorkgroup(
        pass,
        losses,
        rowSteps.map(({ weight, loss }) => multiply(weight, loss)),
      ),
    };
  },
} satisfies Record<string, Twin>;

export function asRows(values: Float64Array, columns: number): Matrix {
  return matrix(values.length / columns, columns, values);
}

function lossNamed(name: keyof typeof LOSS_NUMBERS, delta: number): Loss {
  if (name === 'huber') return { name, delta };
  return { name: name === 'logits' ? 'binaryCrossentropy' : name };
}

function activationSlope(pass: Pass, slope: number): Approximate {
  const activation = activationOf(pass);
  if (!hasSlopeFromOutput(activation)) throw new Error(`The loss does not go through ${activation}.`);
  return { value: slope, error: activationBounds[activation].slope(slope) };
}

/** The loss of one output and its derivative, as elementwise_loss.wgsl computes them. */
function lossSteps(
  name: keyof typeof LOSS_NUMBERS,
  delta: number,
  output: number,
  target: number,
): { readonly loss: Approximate; readonly slope: Approximate } {
  const [value, goal] = [exact(output), exact(target)];
  const e = subtract(value, goal);
  switch (name) {
    case 'halfSumSquaredError':
      return { loss: multiply(multiply(HALF, e), e), slope: e };
    case 'meanSquaredError':
      return { loss: multiply(e, e), slope: multiply(exact(2), e) };
    case 'meanAbsoluteError':
      return { loss: absolute(e), slope: exact(Math.sign(e.value)) };
    case 'huber': {
      const limit = rounded(delta);
      const far = multiply(limit, subtract(absolute(e), multiply(HALF, limit)));
      const near = multiply(multiply(HALF, e), e);
      const slope = maximum(minimum(e, limit), negative(limit));
      return { loss: Math.abs(e.value) <= delta ? near : far, slope };
    }
    case 'binaryCrossentropy': {
      const p = clippedProbability(value);
      const q = clippedProbability(subtract(ONE, value));
      const positive = multiply(goal, naturalLogSteps(divide(ONE, p)));
      const negativeShare = multiply(subtract(ONE, goal), naturalLogSteps(divide(ONE, q)));
      const isInside = output >= 1e-7 && 1 - output >= 1e-7;
      return {
        loss: add(positive, negativeShare),
        slope: isInside ? divide(subtract(p, goal), multiply(p, q)) : ZERO,
      };
    }
    case 'logits': {
      const positive = subtract(maximum(value, ZERO), multiply(value, goal));
      const rest = logOnePlusSteps(exponential(negative(absolute(value))));
      return { loss: add(positive, rest), slope: subtract(sigmoidSteps(value), goal) };
    }
    default:
      return name satisfies never;
  }
}

/** Keras' clip. */
function clippedProbability(value: Approximate): Approximate {
  const [least, most] = [1e-7, 1 - 1e-7];
  if (value.value < least) return rounded(least);
  return value.value > most ? rounded(most) : value;
}

/** The crossentropy of one row, its exponentials as shares of their sum, and the sum of the targets. */
function crossentropySteps(row: readonly Approximate[], goal: readonly Approximate[]) {
  const largest = exact(row.reduce((most, { value }) => Math.max(most, value), -Infinity));
  const { terms, sum } = exponentialsOf(row);
  const goals = total(goal, goal.length);
  const products = row.map((z, c) => multiply(goal[c]!, subtract(z, largest)));
  return {
    loss: subtract(multiply(goals, naturalLogSteps(sum)), total(products, row.length)),
    shares: terms.map((term) => divide(term, sum)),
    goals,
  };
}
