/**
 * Judging whole plans in GPU tests: every program run, every pass compared, as often as a test likes.
 */
import type { Run } from '../../src/core/run.js';
import type { SHADERS } from './shaders.js';
import { verifyPlan } from '../../src/verify/parity.js';
import { explainFailure, type PassParity } from '../../src/verify/report.js';
import { expect, type TestGpu } from './device.js';
import { productDevice, type TestPlanOptions, withExecution } from './plans.js';

/** Runs every program of a run's plan so many times, each time from where the last left off, and compares. */
export function verifyTimes(
  { device, adapterInfo }: TestGpu,
  run: Run,
  times: number,
  options: TestPlanOptions & { readonly shaders?: typeof SHADERS } = {},
): Promise<PassParity[]> {
  return withExecution(
    productDevice(device, adapterInfo),
    run,
    async (execution) => {
      const parity: PassParity[] = [];
      for (let time = 0; time < times; time++) parity.push(...(await verifyPlan(execution)));
      return parity;
    },
    options,
  );
}

/** Expects every pass to be within its bound, and names of passes that must have been among them. */
export async function expectParity(
  gpu: TestGpu,
  run: Run,
  passes: readonly string[],
  { times = 1, ...options }: TestPlanOptions & { readonly times?: number } = {},
): Promise<void> {
  const parity = await verifyTimes(gpu, run, times, options);
  expect(failuresOf(parity)).toEqual([]);
  const seen = new Set(parity.map(({ pass }) => pass));
  expect(passes.filter((pass) => !seen.has(pass))).toEqual([]);
}

export function failuresOf(parity: readonly PassParity[]): string[] {
  return parity.filter(({ ok }) => !ok).map(explainFailure);
}
