/** That the self-test leaves nothing out: every shader with every text of it, every entry of the tables, every variant. */
import { expect, test } from 'vitest';
import { ACTIVATION_NAMES, ACTIVATIONS } from '../../src/core/activations.js';
import { METRICS } from '../../src/core/metrics.js';
import { LOSS_NAMES, OPTIMIZER_NAMES, SCHEDULE_NAMES } from '../../src/core/training.js';
import { taskOf } from '../../src/core/task.js';
import { productOf } from '../../src/passes/dense.js';
import type { Pass } from '../../src/passes/pass.js';
import { PRODUCTS, VARIANT_NAMES, variantOf, MAX_PLAIN } from '../../src/passes/products.js';
import { INTERFACES } from '../../src/passes/shaders.js';
import { DEFAULT_WORKGROUP } from '../../src/plan/persistent.js';
import { allPasses, type Plan } from '../../src/plan/plan.js';
import { planTask } from '../../src/plan/schedule.js';
import { leftOut, type SelfTestRun, selfTestRuns } from '../../src/verify/self-test-runs.js';
import { SHADERS } from '../support/shaders.js';

const EVERYTHING = { isFast: true, hasQuads: true };

function planOf({ run, schedule, products }: SelfTestRun): Plan {
  return planTask(taskOf(run), {
    schedule: schedule === 'layered' ? schedule : 'persistent',
    workgroup: { ...DEFAULT_WORKGROUP, isFast: schedule === 'persistent' },
    products,
  });
}

/** What a list of runs leaves out, in words. */
function missing(list: readonly SelfTestRun[]): string[] {
  const seen = new Set<string>();
  for (const one of list) {
    const plan = planOf(one);
    const where = plan.loop ? 'in the loop' : 'layered';
    if (plan.loop) seen.add(`shader ${plan.loop.shader}`);
    for (const pass of allPasses(plan)) {
      if (!plan.loop) notePass(seen, pass, one);
      // Kinds of passes are the same in both; which shader stands for a product is the layered schedule's.
      else seen.add(`${kindOf(pass)} ${where}`);
    }
    const { training, model } = one.run;
    seen.add(`loss ${training.loss.name} ${where}`);
    seen.add(`optimizer ${training.optimizer.name} ${where}`);
    if (training.optimizer.name === 'sgd') {
      const { momentum, nesterov } = training.optimizer;
      seen.add(`sgd ${momentum > 0 ? (nesterov ? 'nesterov' : 'momentum') : 'plain'} ${where}`);
    }
    seen.add(`learning rate ${training.learningRateSchedule.name} ${where}`);
    for (const { name } of training.metrics) seen.add(`metric ${name} ${where}`);
    for (const layer of model.layers) {
      seen.add(`layer ${layer.type} ${where}`);
      if ('activation' in layer) seen.add(`activation ${layer.activation} of a ${layer.type} layer ${where}`);
    }
  }
  return wanted().filter((name) => !seen.has(name));
}

function notePass(seen: Set<string>, pass: Pass, { products }: SelfTestRun): void {
  seen.add(`shader ${pass.shader}`);
  seen.add(`${kindOf(pass)} layered`);
  if (pass.constants['WORKGROUP'] === 1) seen.add(`shader ${pass.shader} alone`);
  for (const name of ['ACTIVATION', 'SPARSE', 'BLOCKED', 'RAGGED']) {
    if (name in pass.constants) seen.add(`${pass.shader} ${name}=${pass.constants[name]}`);
  }
  const shape = productOf(pass);
  if (shape && shape.inner <= MAX_PLAIN) seen.add(`${shape.product} by ${variantOf(shape, products)}`);
}

/** Which of the passes of a step it is, whatever its shader. */
const kindOf = ({ shader }: Pass) => `pass ${shader.replace(/_(plain|registers|quads)$/, '')}`;

function wanted(): string[] {
  const shaders = Object.keys(INTERFACES) as (keyof typeof INTERFACES)[];
  const passes = shaders.filter((name) => !name.startsWith('persistent'));
  const kinds = new Set(passes.map((shader) => kindOf({ shader } as Pass)));
  const both = [
    ...kinds,
    ...LOSS_NAMES.map((name) => `loss ${name}`),
    ...OPTIMIZER_NAMES.map((name) => `optimizer ${name}`),
    ...['plain', 'momentum', 'nesterov'].map((name) => `sgd ${name}`),
    ...SCHEDULE_NAMES.map((name) => `learning rate ${name}`),
    ...Object.keys(METRICS).map((name) => `metric ${name}`),
    ...['dense', 'dropout', 'batchNormalization', 'layerNormalization', 'activation'].map((type) => `layer ${type}`),
    ...ACTIVATION_NAMES.flatMap((name) =>
      ['dense', 'activation'].map((type) => `activation ${name} of a ${type} layer`),
    ),
  ].flatMap((name) => [`${name} layered`, `${name} in the loop`]);
  const alone = shaders.filter((name) => SHADERS[name].alone !== undefined);
  const having = (constant: string) => shaders.filter((name) => INTERFACES[name].constants.includes(constant));
  const flags = ['SPARSE', 'BLOCKED', 'RAGGED'].flatMap((constant) =>
    having(constant)
      .filter((name) => !name.startsWith('persistent'))
      .flatMap((name) => [`${name} ${constant}=0`, `${name} ${constant}=1`]),
  );
  const elementwise = Object.values(ACTIVATIONS);
  return [
    ...shaders.map((name) => `shader ${name}`),
    ...alone.map((name) => `shader ${name} alone`),
    ...both,
    ...flags,
    // Linear needs no pass of its own.
    ...elementwise.filter((n) => n !== ACTIVATIONS.linear).map((n) => `activation_forward ACTIVATION=${n}`),
    ...elementwise.filter((n) => n !== ACTIVATIONS.linear).map((n) => `activation_gradient ACTIVATION=${n}`),
    ...PRODUCTS.flatMap((product) => VARIANT_NAMES.map((name) => `${product} by ${name}`)),
  ];
}

test('every shader, every entry of the tables and every variant of the products is in it', () => {
  expect(missing(selfTestRuns(EVERYTHING))).toEqual([]);
});

test('what a device leaves out is what nothing may choose there, and all that is missing', () => {
  const software = { isFast: false, hasQuads: true };
  expect(leftOut(EVERYTHING)).toEqual([]);
  expect(leftOut(software)).toEqual(['workgroup32', 'workgroup64']);
  expect(missing(selfTestRuns(software))).toEqual(
    PRODUCTS.flatMap((product) => leftOut(software).map((name) => `${product} by ${name}`)),
  );
  const graphics = { isFast: true, hasQuads: false };
  expect(leftOut(graphics)).toEqual(['quads1', 'quads4']);
  const left = missing(selfTestRuns(graphics));
  expect(left.length).toBeGreaterThan(0);
  expect(left.filter((name) => !name.includes('quads'))).toEqual([]);
});

test('its runs have names of their own', () => {
  const names = selfTestRuns(EVERYTHING).map(({ name, schedule }) => `${name}, ${schedule}`);
  expect(new Set(names).size).toBe(names.length);
});

test.each([
  ['products by registers8wide', 'forward by registers8wide'],
  ['huber, adagrad, a warm-up', 'shader adagrad'],
  ['long sums over rows', 'dense_kernel_gradient BLOCKED=1'],
  ['squared error, nesterov, a cosine', 'activation elu of a activation layer in the loop'],
  ['weighted rows, rmsprop', 'metric r2Score layered'],
])('control: without "%s", "%s" is missed', (name, expected) => {
  const list = selfTestRuns(EVERYTHING);
  const less = list.filter((one) => one.name !== name);
  expect(less.length).toBeLessThan(list.length);
  expect(missing(less)).toContain(expected);
});
