/** The self-test on this device: everything passes, a wrong shader is named, and it can be stopped. */
import { describe } from 'vitest';
import type { ShaderName } from '../../src/passes/pass.js';
import { type RunResult, selfTest } from '../../src/trainer/self-test.js';
import { expect, test } from '../support/device.js';
import { broken, productDevice } from '../support/plans.js';

// It compiles every shader there is.
test('every pass is within its bound', { timeout: 600_000 }, async ({ device, adapterInfo }) => {
  const seen: [done: number, of: number][] = [];
  const report = await selfTest(productDevice(device, adapterInfo), {
    onResult: (_, done, of) => seen.push([done, of]),
  });
  expect(problemsOf(report.runs)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(seen).toEqual(report.runs.map((_, i) => [i + 1, report.runs.length]));
  const passes = report.runs.flatMap((run) => run.passes);
  expect(passes.every(({ shareOfBound }) => shareOfBound <= 1)).toBe(true);
  // Nothing is called tested that had nothing to compute.
  expect(passes.filter(({ values }) => values === 0).map(({ pass, shader }) => `${pass} ${shader}`)).toEqual([]);
});

describe('control: a wrong shader is reported by its name, with what it did', () => {
  // prettier-ignore
  const mistakes: [shader: ShaderName, right: string, wrong: string, run: string][] = [
    ['dense_kernel_gradient_registers', 'row + i % 4u', 'row + i % 3u', 'products by registers4'],
    ['adagrad', 'accumulator[i] = next.y', 'accumulator[i] = next.x', 'huber, adagrad, a warm-up'],
    ['softmax_crossentropy', 'f32(exponent) * LN_2', 'f32(exponent) * 0.6932', 'class numbers, momentum'],
    ['persistent_in_storage', 'w - rate * g', 'w + rate * g', 'the tutorial'],
    ['persistent', 'w - rate * g', 'w + rate * g', 'the tutorial'],
  ];
  test.for(mistakes)('%s', async ([shader, right, wrong, run], { device, adapterInfo }) => {
    const report = await selfTest(productDevice(device, adapterInfo), {
      shaders: broken(shader, right, wrong),
      chosen: ({ name }) => name === run,
    });
    expect(report.ok).toBe(false);
    const failed = report.runs.flatMap(({ passes }) => passes).filter(({ ok }) => !ok);
    expect(new Set(failed.map((one) => one.shader))).toEqual(new Set([shader]));
    expect(failed[0]!.failure).toMatch(
      /^Pass .+ is wrong: .+\[\d+\] is .+ on the GPU and .+ in the reference, .+ allowed\.$/,
    );
  });
});

test('control: a shader that does not compile is the result of its runs, and the others go on', async ({
  device,
  adapterInfo,
}) => {
  const shaders = broken('adagrad', 'shape.count', 'shape.cuont');
  const chosen = ({ name }: { readonly name: string }) => name === 'the tutorial' || name.includes('adagrad');
  const { runs, ok } = await selfTest(productDevice(device, adapterInfo), { shaders, chosen });
  expect(ok).toBe(false);
  expect(problemsOf(runs)).toEqual([expect.stringMatching(/The shader adagrad does not compile on this device/)]);
  expect(runs.filter((run) => run.ok)).toHaveLength(runs.length - 1);
  expect(runs.length).toBeGreaterThan(2);
});

test('stops after the run under way', async ({ device, adapterInfo }) => {
  const controller = new AbortController();
  const seen: string[] = [];
  const work = selfTest(productDevice(device, adapterInfo), {
    signal: controller.signal,
    onResult: ({ name }) => {
      seen.push(name);
      controller.abort(new Error('enough'));
    },
  });
  await expect(work).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
});

function problemsOf(runs: readonly RunResult[]): string[] {
  return runs.flatMap(({ name, schedule, problem, passes }) => [
    ...(problem === undefined ? [] : [`${name} (${schedule}): ${problem}`]),
    ...passes.flatMap(({ failure }) => (failure === undefined ? [] : [`${name} (${schedule}): ${failure}`])),
  ]);
}
