/** Which variant a product gets, what is remembered of measured ones, and how the quickest is found. */
import { describe, expect, test } from 'vitest';
import { denseForward, denseKernelGradient, MAX_TURNS, productOf } from '../../src/passes/dense.js';
import {
  bucketOf,
  byCost,
  EVERYWHERE,
  MAX_PLAIN,
  type ProductShape,
  PRODUCTS,
  type Variant,
  VARIANT_NAMES,
  variantOf,
  VARIANTS,
} from '../../src/passes/products.js';
import { allPasses } from '../../src/plan/plan.js';
import { type Device, DeviceError } from '../../src/gpu/device.js';
import { knownProducts } from '../../src/tune/known.js';
import { recall, remember, type TuningStore } from '../../src/tune/store.js';
import type { Trial } from '../../src/tune/trial.js';
import { tunedProducts } from '../../src/tune/tuner.js';
import { workOf } from '../../src/tune/work.js';
import { makeRun } from '../support/runs.js';
import { planOf } from './plan-runs.js';

const shape = (rows: number, columns: number, inner: number): ProductShape => ({
  product: 'forward',
  rows,
  columns,
  inner,
});

const run = makeRun({ batch: 40, inputs: 30, layers: [{ units: 50, activation: 'relu' }, { units: 20 }] });
const plan = planOf(run);

/** A device as far as the tuner looks at one. */
function deviceOf({ isFallback = true, subgroups = 4 } = {}): Device {
  const gpu = {
    features: new Set(subgroups > 0 ? ['subgroups'] : []),
    adapterInfo: { subgroupMinSize: subgroups, subgroupMaxSize: subgroups },
  };
  const adapter = { vendor: 'v', architecture: 'a', description: 'd', isFallback };
  return { gpu, adapter } as unknown as Device;
}

/** Keeps its text, and what it was asked. */
function storeOf(text?: string) {
  const store = {
    text,
    reads: 0,
    read: () => {
      store.reads += 1;
      return Promise.resolve(store.text);
    },
    write: (written: string) => {
      store.text = written;
      return Promise.resolve();
    },
  };
  return store;
}

/** Trials without a GPU: each variant takes so long, and those named give other bits. */
function trialsOf(times: Partial<Record<Variant, number>>, wrong: readonly Variant[] = []) {
  const log: { shape: ProductShape; variants: readonly Variant[]; closed: boolean }[] = [];
  const open = (_: Device, of: ProductShape, variants: readonly Variant[]): Promise<Trial> => {
    const entry = { shape: of, variants, closed: false };
    log.push(entry);
    return Promise.resolve({
      bits: (name) => Promise.resolve(Uint32Array.of(1, wrong.includes(name) ? 3 : 2)),
      milliseconds: (name) => Promise.resolve(times[name] ?? 100),
      close: () => {
        entry.closed = true;
      },
    });
  };
  return { log, open };
}

describe('the variant of a product', () => {
  test('without anything measured: by the kind, and then by the shape', () => {
    expect(variantOf(shape(8, 8, 8), EVERYWHERE)).toBe('plain');
    expect(variantOf(shape(128, 256, 784), EVERYWHERE)).toBe('workgroup32');
    expect(variantOf(shape(128, 256, 784), { kind: 'quads', tuned: {} })).toBe('quads4');
    expect(variantOf(shape(16, 16, 784), { kind: 'quads', tuned: {} })).toBe('quads1');
    expect(variantOf(shape(128, 256, 784), { kind: 'registers', tuned: {} })).toBe('registers8');
    expect(variantOf(shape(16, 16, 784), { kind: 'registers', tuned: {} })).toBe('registers4');
  });

  test('what was measured goes before, for all shapes of about one size', () => {
    const choices = { kind: 'quads', tuned: { [bucketOf(shape(128, 200, 784))]: 'registers8wide' } } as const;
    expect(variantOf(shape(100, 256, 1000), choices)).toBe('registers8wide');
    expect(variantOf(shape(129, 256, 1000), choices)).not.toBe('registers8wide');
  });

  test('a sum that is longer than the plain ones is taken block by block, whatever was chosen', () => {
    const pass = (inputs: number) => {
      const sizes = { batch: 4, inputs, units: 4, useBias: true, offset: 0 };
      const choices = { kind: 'registers', tuned: { [bucketOf(shape(4, 4, inputs))]: 'registers4' } } as const;
      return denseForward('pass', sizes, 'relu', { x: 'x', parameters: 'p', y: 'y' }, choices);
    };
    expect(pass(MAX_PLAIN)).toMatchObject({ shader: 'dense_forward_registers', constants: { RAGGED: 0 } });
    expect(pass(MAX_PLAIN - 1)).toMatchObject({ shader: 'dense_forward_registers', constants: { RAGGED: 1 } });
    expect(pass(MAX_PLAIN + 1)).toMatchObject({ shader: 'dense_forward', constants: { TILE: 32, BLOCKED: 1 } });
  });

  test('every variant covers its result, and none has more turns than llvmpipe takes', () => {
    for (const name of VARIANT_NAMES) {
      const { kind, tile } = VARIANTS[name];
      const odd = shape(tile[0] + 1, tile[1] + 1, MAX_PLAIN);
      const sizes = { batch: odd.rows, inputs: odd.inner, units: odd.columns, useBias: true, offset: 0 };
      const choices = { kind, tuned: { [bucketOf(odd)]: name } };
      const { workgroups } = denseForward('pass', sizes, 'relu', { x: 'x', parameters: 'p', y: 'y' }, choices);
      expect([name, workgroups]).toEqual([name, [2, 2, 1]]);
    }
    // One turn for four terms, and one for each of a row's four results.
    expect(MAX_PLAIN / 4 + 16).toBeLessThan(MAX_TURNS);
    expect(byCost(shape(9, 9, 9), ['registers', 'quads'])).toHaveLength(5);
  });

  test('a pass says of which product it is', () => {
    expect(new Set(allPasses(plan).flatMap((pass) => productOf(pass)?.product ?? []))).toEqual(new Set(PRODUCTS));
    const sizes = { batch: 5, inputs: 6, units: 7, useBias: true, offset: 0 };
    const pass = denseKernelGradient('pass', sizes, false, { x: 'x', dz: 'dz', gradients: 'g' });
    expect(productOf(pass)).toEqual({ product: 'kernelGradient', rows: 7, columns: 7, inner: 5 });
    expect(productOf(allPasses(plan).find(({ shader }) => shader === 'sgd')!)).toBeUndefined();
  });
});

describe('what is remembered', () => {
  const choices = { 'forward 64x32x64': 'quads4' } as const;

  test('comes back, of each adapter its own, beside what was there', async () => {
    const store = storeOf();
    expect(await recall(store, 'one')).toEqual({});
    await remember(store, 'one', choices);
    await remember(store, 'other', { a: 'registers4' });
    await remember(store, 'one', { b: 'registers8' });
    expect(await recall(store, 'one')).toEqual({ ...choices, b: 'registers8' });
    expect(await recall(store, 'other')).toEqual({ a: 'registers4' });
  });

  test.for([
    'null',
    '{',
    '[]',
    '{"version":0,"adapters":{"one":{"a":"quads4"}}}',
    '{"version":1}',
    '{"version":1,"adapters":{"one":7}}',
    '{"version":1,"adapters":{"one":{"a":"quads5","b":7,"c":"toString"}}}',
  ])('a broken store holds nothing: %s', async (text) => {
    const store = storeOf(text);
    expect(await recall(store, 'one')).toEqual({});
    await remember(store, 'one', choices);
    expect(await recall(store, 'one')).toEqual(choices);
  });

  test('a store that fails is none', async () => {
    const store: TuningStore = {
      read: () => Promise.reject(new Error('read')),
      write: () => Promise.reject(new Error('write')),
    };
    expect(await recall(store, 'one')).toEqual({});
    await expect(remember(store, 'one', choices)).resolves.toBeUndefined();
  });
});

describe('the tuner', () => {
  const forward = workOf(plan).find(({ shape: { product } }) => product === 'forward')!;

  test('takes the quickest, and remembers it with the device and in the store', async () => {
    const store = storeOf();
    const { log, open } = trialsOf({ quads4: 10, quads1: 9, registers8: 3, registers4: 12 });
    const device = deviceOf();
    const products = await tunedProducts(device, plan, { store, open, leastWork: 0 });
    expect(products.kind).toBe('quads');
    expect(products.tuned[forward.bucket]).toBe('registers8');
    expect(log.length).toBe(workOf(plan).length);
    expect(log.every(({ closed, variants }) => closed && variants.length === 3)).toBe(true);
    // Again on the device: nothing is measured, and nothing read.
    const { reads } = store;
    expect(await tunedProducts(device, plan, { store, open, leastWork: 0 })).toEqual(products);
    // Another device of the kind, as after a restart.
    expect(await tunedProducts(deviceOf(), plan, { store, open, leastWork: 0 })).toEqual(products);
    expect(log.length).toBe(workOf(plan).length);
    expect(store.reads).toBe(reads + 1);
    expect(await knownProducts(deviceOf(), store)).toEqual(products);
  });

  test('refuses a candidate with other bits, however quick', async () => {
    const { open } = trialsOf({ quads1: 9, quads4: 10, registers8: 3 }, ['registers8']);
    const { tuned } = await tunedProducts(deviceOf(), plan, { open, leastWork: 0, store: storeOf() });
    expect(Object.values(tuned)).not.toContain('registers8');
    expect(Object.keys(tuned)).toHaveLength(workOf(plan).length);
  });

  test('stays with the usual variant where another is hardly quicker', async () => {
    const { log, open } = trialsOf({ quads1: 10, quads4: 10, registers8: 9.9, registers4: 9.9 });
    const { tuned } = await tunedProducts(deviceOf(), plan, { open, leastWork: 0, store: storeOf() });
    expect(Object.values(tuned)).toEqual(log.map(({ variants }) => variants[0]));
  });

  test('measures nothing for a training that is shorter than the measuring', async () => {
    const { log, open } = trialsOf({});
    const products = await tunedProducts(deviceOf(), plan, { open, store: storeOf() });
    expect([log.length, products]).toEqual([0, { kind: 'quads', tuned: {} }]);
  });

  test('takes what is usual where measuring fails, but hides no mistake of its own', async () => {
    const failing = (error: Error) => ({
      open: () => Promise.reject(error),
      leastWork: 0,
      store: storeOf(),
    });
    const { tuned } = await tunedProducts(deviceOf(), plan, failing(new DeviceError('no memory')));
    expect(tuned).toEqual({});
    await expect(tunedProducts(deviceOf(), plan, failing(new TypeError('x')))).rejects.toThrow(TypeError);
  });

  test('measures part of a large product, and leaves out the small ones beside it', async () => {
    const large = planOf(makeRun({ batch: 500, inputs: 600, layers: [{ units: 700 }, { units: 1 }] }));
    const { log, open } = trialsOf({});
    await tunedProducts(deviceOf(), large, { open, leastWork: 0, store: storeOf() });
    const sizes = log.map(({ shape: { rows, columns, inner } }) => rows * columns * inner);
    expect(sizes.length).toBe(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 22);
    expect(Math.min(...sizes)).toBeGreaterThan(2 ** 20);
  });

  test('workgroup memory on graphics cards, quads only where four are a whole subgroup', async () => {
    const kind = async (device: Device) => (await knownProducts(device)).kind;
    expect(await kind(deviceOf({ isFallback: false }))).toBe('workgroup');
    expect(await kind(deviceOf({ isFallback: false, subgroups: 32 }))).toBe('workgroup');
    expect(await kind(deviceOf({ subgroups: 8 }))).toBe('registers');
    expect(await kind(deviceOf({ subgroups: 0 }))).toBe('registers');
    const { log, open } = trialsOf({});
    await tunedProducts(deviceOf({ isFallback: false }), plan, { open, leastWork: 0, store: storeOf() });
    expect(log.flatMap(({ variants }) => variants).filter((name) => name.startsWith('quads'))).toEqual([]);
  });

  test('control: what was remembered of an adapter that could do more is not taken', async () => {
    const store = storeOf();
    const { open } = trialsOf({ quads1: 1 });
    await tunedProducts(deviceOf(), plan, { open, leastWork: 0, store });
    const text = store.text!.replaceAll('|true"', '|false"');
    expect((await knownProducts(deviceOf({ subgroups: 0 }), storeOf(text))).tuned).toEqual({});
    expect(Object.values((await knownProducts(deviceOf(), store)).tuned)).toContain('quads1');
  });
});
