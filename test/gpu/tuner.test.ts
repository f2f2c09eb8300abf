/**
 * Measuring on a real device: what is chosen gives the right bits, what does not is refused however quick it is, and
 * what is remembered is not measured again.
 */
import { taskOf } from '../../src/core/task.js';
import { compileTask } from '../../src/plan/compile.js';
import type { Variant } from '../../src/passes/products.js';
import { VARIANTS } from '../../src/passes/products.js';
import { candidatesFor, knownProducts } from '../../src/tune/known.js';
import { openTrial } from '../../src/tune/trial.js';
import { tunedProducts } from '../../src/tune/tuner.js';
import { workOf } from '../../src/tune/work.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { countingDevice } from '../support/counting-device.js';
import { expect, test } from '../support/device.js';
import { flat } from '../support/golden.js';
import { broken, productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const run = makeRun({
  batch: 70,
  inputs: 45,
  layers: [{ units: 66, activation: 'relu' }, { units: 33, activation: 'relu' }, { units: 10 }],
  epochs: 3,
  learningRate: 0.0005,
  training: { batchSize: 32 },
});
const plan = compileTask(taskOf(run));

function storeOf() {
  const store = {
    text: undefined as string | undefined,
    read: () => Promise.resolve(store.text),
    write: (text: string) => {
      store.text = text;
      return Promise.resolve();
    },
  };
  return store;
}

test('a variant of each large product is chosen, and a second time nothing is measured', async ({
  device,
  adapterInfo,
}) => {
  const store = storeOf();
  const first = productDevice(countingDevice(device).device, adapterInfo);
  const products = await tunedProducts(first, plan, { store, leastWork: 0 });
  const works = workOf(plan);
  expect(Object.keys(products.tuned).length).toBeGreaterThan(0);
  for (const [bucket, name] of Object.entries(products.tuned)) {
    const { shape } = works.find((work) => work.bucket === bucket)!;
    expect(candidatesFor(first, shape)).toContain(name);
  }
  // As after a restart: another device of the same adapter, and the same store.
  const { device: again, counts } = countingDevice(device);
  const second = productDevice(again, adapterInfo);
  expect(await knownProducts(second, store)).toEqual(products);
  expect(counts.calls['createBuffer']).toBeUndefined();
  expect(counts.calls['submit']).toBeUndefined();
});

test('control: a candidate whose shader is wrong is refused, though it is the quickest', async ({
  device,
  adapterInfo,
}) => {
  const counted = productDevice(countingDevice(device).device, adapterInfo);
  const refused: Variant[] = [];
  const products = await tunedProducts(counted, plan, {
    store: storeOf(),
    leastWork: 0,
    open: async (on, shape, variants) => {
      // The second of the candidates leaves out half of the terms, and is said to take no time.
      const wrong = variants.find((name, i) => i > 0 && VARIANTS[name].kind === 'registers')!;
      refused.push(wrong);
      const half = (['forward', 'input_gradient', 'kernel_gradient'] as const).reduce(
        (shaders, name) => ({
          ...shaders,
          [`dense_${name}_registers`]: broken(`dense_${name}_registers`, 'k += 4u', 'k += 8u')[
            `dense_${name}_registers`
          ],
        }),
        broken('sgd', 'w', 'w'),
      );
      const trial = await openTrial(on, shape, variants, half);
      return {
        ...trial,
        milliseconds: (name, repeats) =>
          VARIANTS[name].kind === 'registers' ? Promise.resolve(0.001) : trial.milliseconds(name, repeats),
      };
    },
  });
  expect(refused.length).toBeGreaterThan(0);
  const usual = (await knownProducts(counted)).kind;
  // Where all candidates are of that kind there is none with other bits; the first of them stands.
  if (usual !== 'registers')
    expect(Object.values(products.tuned).map((name) => VARIANTS[name].kind)).not.toContain('registers');
});

test('with products of every kind a training has the same bits', async ({ device, adapterInfo }) => {
  const product = productDevice(device, adapterInfo);
  const kinds = (['workgroup', 'registers', 'quads'] as const).filter(
    (kind) => kind !== 'quads' || device.features.has('subgroups'),
  );
  const words: number[][] = [];
  for (const kind of kinds) {
    const parameters = await withExecution(
      product,
      run,
      async (execution) => {
        for await (const { counters } of execution.run()) expect(counters.failed).toBe(0);
        return (await execution.read(['parameters'])).parameters;
      },
      { products: { kind, tuned: {} } },
    );
    words.push(Array.from(new Uint32Array(parameters)));
  }
  for (const other of words) expect(other).toEqual(words[0]);
  expect(new Set(words[0]).size).toBeGreaterThan(1000);
});

test('tuned or not, a training ends with the same weights', async ({ device, adapterInfo }) => {
  const weightsWith = async (tune: boolean) => {
    const on = productDevice(countingDevice(device).device, adapterInfo);
    if (tune) await tunedProducts(on, plan, { store: storeOf(), leastWork: 0 });
    return flat((await trainOnDevice(on, taskOf(run), { verify: false, tune })).weights);
  };
  expect(await weightsWith(true)).toEqual(await weightsWith(false));
});
