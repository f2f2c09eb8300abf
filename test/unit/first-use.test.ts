/** That the test of a device at its first use leaves out no pass of any plan, and stays small however large the plan is. */
import { describe, expect, test } from 'vitest';
import { type Task, taskOf } from '../../src/core/task.js';
import { INTERFACES } from '../../src/passes/shaders.js';
import { compileEvaluation, compilePrediction } from '../../src/plan/compile-use.js';
import { compileTask } from '../../src/plan/compile.js';
import { DEFAULT_WORKGROUP } from '../../src/plan/persistent.js';
import { allPasses, type Plan, planBytes } from '../../src/plan/plan.js';
import { planTask } from '../../src/plan/schedule.js';
import { evaluationTest, predictionTest, trainingTest, untested } from '../../src/trainer/first-use.js';
import { VARIANT_NAMES, VARIANTS } from '../../src/passes/products.js';
import { selfTestRuns } from '../../src/verify/self-test-runs.js';
import { smallSize, smallTask, withPassesOf } from '../../src/verify/stand-in.js';
import { makeRun } from '../support/runs.js';

/** Plans that together have every shader, with every text and every constant that the self-test knows. */
const PLANS = selfTestRuns({ isFast: true, hasQuads: true }).map(({ name, run, schedule, products }) => {
  const task = taskOf(run);
  const plan = planTask(task, {
    schedule: schedule === 'layered' ? schedule : 'persistent',
    workgroup: { ...DEFAULT_WORKGROUP, isFast: schedule === 'persistent' },
    products,
  });
  return { name: `${name}, ${schedule}`, task, plan };
});

const large = taskOf(
  makeRun({
    batch: 300,
    inputs: 302,
    layers: [{ units: 250, activation: 'relu' }, { type: 'batchNormalization' }, { units: 9, activation: 'softmax' }],
    training: {
      batchSize: 128,
      loss: 'categoricalCrossentropy',
      optimizer: 'adam',
      metrics: ['accuracy'],
      shuffle: true,
    },
  }),
);

/** Shaders that some plan of a list has in its test. */
function shadersIn(plans: readonly { readonly task: Task; readonly plan: Plan }[]): Set<string> {
  const tests = plans.map(({ task, plan }) => trainingTest(task, plan).plan);
  return new Set(
    tests.flatMap((plan) => (plan.loop ? [plan.loop.shader] : allPasses(plan).map(({ shader }) => shader))),
  );
}

test.each(PLANS)('nothing is left out of $name', ({ task, plan }) => {
  expect(untested(plan, trainingTest(task, plan).plan)).toEqual([]);
});

test('every shader is tested by the plans that have it', () => {
  expect([...shadersIn(PLANS)].sort()).toEqual(Object.keys(INTERFACES).sort());
});

test('control: without the plan that has it a shader is missed', () => {
  const less = PLANS.filter(({ name }) => !name.includes('adagrad'));
  expect(less.length).toBeLessThan(PLANS.length);
  expect(shadersIn(less).has('adagrad')).toBe(false);
});

test('every shader that measures or predicts is tested where a plan does', () => {
  for (const { task } of PLANS) {
    const measuring = compileEvaluation(task);
    expect(untested(measuring, evaluationTest(task, measuring).plan)).toEqual([]);
    const predicting = compilePrediction(task.model, task.widths, 50);
    expect(untested(predicting, predictionTest(task, 50, predicting).plan)).toEqual([]);
  }
});

describe('a large plan', () => {
  test.each(VARIANT_NAMES)('with products by %s is tested by a small one', (variant) => {
    const plan = compileTask(large, { products: { kind: VARIANTS[variant].kind, tuned: {} } });
    const standIn = trainingTest(large, plan);
    expect(untested(plan, standIn.plan)).toEqual([]);
    expect(planBytes(standIn.plan)).toBeLessThan(planBytes(plan) / 10);
    // Of both lengths of batches.
    const kinds = (of: Plan) =>
      new Set(allPasses(of).map(({ shader, constants }) => JSON.stringify([shader, constants])));
    expect(kinds(standIn.plan)).toEqual(kinds(plan));
  });

  test('control: by one of other products it is not', () => {
    const plan = compileTask(large, { products: { kind: 'registers', tuned: {} } });
    const other = withPassesOf(compileTask(large), compileTask(smallTask(large).task));
    expect(untested(plan, other).join()).toContain('dense_forward_registers');
  });

  test('its contents are never zero where the network’s may be, and of the plan’s sizes', () => {
    const { plan, contents } = trainingTest(large, compileTask(large));
    const { data, state } = contents();
    for (const { name, shape } of plan.buffers) {
      const values = data[name] ?? state[name];
      if (values && name !== 'parameters') continue;
      if (name === 'parameters') {
        expect(values).toHaveLength(shape.reduce((a, b) => a * b));
        expect(Array.from(values!).filter((value) => value === 0)).toEqual([]);
      }
    }
    expect(Object.keys(data).length).toBeGreaterThan(0);
  });
});

test('sizes are cut to ones with the same rest modulo four', () => {
  const sizes = [1, 5, 39, 40, 41, 42, 43, 784, 2051];
  expect(sizes.map(smallSize)).toEqual([1, 5, 39, 36, 37, 38, 39, 36, 39]);
  expect(sizes.every((size) => smallSize(size) % 4 === size % 4)).toBe(true);
});
