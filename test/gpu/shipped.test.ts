/**
 * The shaders as they are shipped, in short names: they compile on every engine and compute what the reference says, as
 * the texts do that people read and all other tests run. Their declarations are held against these, one by one, in
 * test/unit/wgsl-pack.test.ts.
 */
import { describe } from 'vitest';
import type { Device } from '../../src/gpu/device.js';
import type { Run } from '../../src/core/run.js';
import type { ShaderName } from '../../src/passes/pass.js';
import type { ProductChoices } from '../../src/passes/products.js';
import type { Shaders } from '../../src/passes/shaders.js';
import type { Schedule } from '../../src/plan/plan.js';
import { kindsOf } from '../../src/tune/known.js';
import { verifyPlan } from '../../src/verify/parity.js';
import { explainFailure } from '../../src/verify/report.js';
import { expect, test } from '../support/device.js';
import { productDevice, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';
import { SHADERS, SHIPPED } from '../support/shaders.js';
import { RUNS } from '../unit/plan-runs.js';

/** With products of every kind, which single tiles do without. */
const WIDE = makeRun({ batch: 9, inputs: 9, layers: [{ units: 9 }, { units: 9 }] });

interface Found {
  readonly failures: readonly string[];
  readonly used: readonly ShaderName[];
}

async function found(
  device: Device,
  run: Run,
  shaders: Shaders,
  schedule: Schedule,
  products?: ProductChoices,
): Promise<Found> {
  return withExecution(
    device,
    run,
    async (execution) => {
      const parity = await verifyPlan(execution);
      const used = parity.map(({ shader }): ShaderName => shader);
      const failures = parity.filter(({ ok }) => !ok).map(explainFailure);
      return { failures, used: execution.plan.loop ? [execution.plan.loop.shader] : used };
    },
    { shaders, schedule, ...(products && { products }) },
  );
}

describe('every shipped shader computes what the reference says', () => {
  test('a dispatch a pass', async ({ device, adapterInfo }) => {
    const product = productDevice(device, adapterInfo);
    const used = new Set<ShaderName>();
    for (const run of [...Object.values(RUNS), WIDE]) {
      for (const kind of run === WIDE
        ? new Set(['workgroup', ...kindsOf(product)] as const)
        : kindsOf(product).slice(0, 1)) {
        const own = await found(product, run, SHIPPED, 'layered', { kind, tuned: {} });
        expect(own.failures).toEqual([]);
        own.used.forEach((name) => used.add(name));
      }
    }
    const unused = Object.keys(SHIPPED).filter((name) => !used.has(name as ShaderName));
    // What a device cannot run, or takes for larger shapes only, is the same text to a declaration.
    expect(unused.filter((name) => !name.startsWith('dense_') && !name.startsWith('persistent'))).toEqual([]);
  });

  test('a whole training a dispatch', async ({ device, adapterInfo }) => {
    const product = productDevice(device, adapterInfo);
    // Each is compiled for a second or more on a software adapter; one declaration is the text of another either way.
    for (const run of [RUNS.article, RUNS['rmsprop, a row weighted, values clipped']]) {
      const { failures, used } = await found(product, run, SHIPPED, 'persistent');
      expect(failures).toEqual([]);
      expect(used[0]).toMatch(/^persistent/);
    }
  });
});

test('control: one that is wrong is found', async ({ device, adapterInfo }) => {
  const short = SHIPPED.sgd.code;
  const wrong = short.replace('return clamp(', 'return -clamp(');
  expect(wrong).not.toBe(short);
  const shaders = { ...SHADERS, sgd: { ...SHIPPED.sgd, code: wrong } };
  const { failures } = await found(productDevice(device, adapterInfo), RUNS.article, shaders, 'layered');
  expect(failures[0]).toContain('Pass update is wrong: parameters');
});
