/** The tutorial's run on the command line, and how a GPU is found there. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';
import { CURVE_TOLERANCE } from '../../src/verify/curves.js';
import { furthest, golden, PUBLISHED } from '../support/golden.js';
import { file, folder, idli, idliWithDriver, json, OUT, run, useCli } from './cli-driver.js';

useCli();

describe('idli train article', () => {
  test('prints the adapter, the plan, the loss of every epoch, the table and the difference', async () => {
    const { code, stdout } = await idli('train', 'article');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Adapter +\S/);
    expect(stdout).toMatch(
      /^Plan +persistent schedule, 3-4-1 network, 16 parameters, \d+ passes a step in one dispatch of \d+ invocations, 50 steps/m,
    );
    const epochs = [...stdout.matchAll(/^ +(\d+) +(0\.\d{8}) +0\.\d{8} +0\.\d{8} /gm)].map(([, , loss]) =>
      Number(loss),
    );
    expect(furthest(epochs, golden.half_sum_squared_error)).toBeLessThan(CURVE_TOLERANCE);
    const table = [...stdout.matchAll(/^ +([01]) {2}(0\.\d{8}) +(0\.\d{8})$/gm)];
    expect(table.map(([, actual, , reference]) => [Number(actual), reference])).toEqual(
      golden.y.map(([actual], row) => [actual, PUBLISHED[row]]),
    );
    const predicted = table.map(([, , value]) => Number(value));
    expect(furthest(predicted, golden.predictions_of_epoch_50)).toBeLessThan(CURVE_TOLERANCE);
    expect(stdout).toMatch(/^Checked +\d+ values .*pass by pass/m);
    expect(stdout).toMatch(
      /^Difference +WebGPU and the CPU reference differ by at most \d\.\de-\d.*within the stated tolerance of 2e-6/m,
    );
    expect(stdout).toMatch(/^Time +[\d.]+ m?s for 50 epochs/m);
  });

  test('--json prints one document and nothing else, with the numbers of NumPy', async () => {
    const outcome = await idli('train', 'article', '--json');
    expect([outcome.code, outcome.stdout.trim().split('\n').length]).toEqual([0, 1]);
    const report = json(outcome);
    // prettier-ignore
    expect(Object.keys(report)).toEqual(['backend', 'adapter', 'epochs', 'history', 'predictions', 'targets', 'weights', 'reference', 'parity', 'milliseconds']);
    expect(Object.keys(report.adapter!)).toEqual(['vendor', 'architecture', 'description', 'isFallback']);
    expect([report.backend, report.epochs, report.targets]).toEqual(['webgpu', 50, golden.y]);
    expect(furthest(report.history.loss, golden.half_sum_squared_error)).toBeLessThan(CURVE_TOLERANCE);
    expect(furthest(report.history['meanAbsoluteError']!, golden.mean_absolute_error)).toBeLessThan(CURVE_TOLERANCE);
    expect(furthest(report.predictions.flat(), golden.predictions_of_epoch_50)).toBeLessThan(CURVE_TOLERANCE);
    expect(furthest(report.reference!.history.loss, golden.half_sum_squared_error)).toBeLessThan(1e-12);
    report.weights.forEach(({ kernel, bias }, l) => {
      expect(furthest(kernel!.flat(), golden.final_kernels[l]!.flat())).toBeLessThan(CURVE_TOLERANCE);
      expect(bias).toBeUndefined();
    });
    expect(report.parity!.maxAbsoluteDifference).toBeGreaterThan(0);
    expect(report.parity!.maxAbsoluteDifference).toBeLessThan(CURVE_TOLERANCE);
    expect(report.milliseconds).toBeGreaterThan(0);
  });

  test('--backend cpu is the reference, and needs no adapter', async () => {
    const report = json(await idli('train', 'article', '--backend', 'cpu', '--json'));
    expect([report.backend, report.adapter, report.parity]).toEqual(['cpu', null, { maxAbsoluteDifference: 0 }]);
    expect(report.predictions.flat().map((value) => value.toFixed(8))).toEqual(PUBLISHED);
  });

  test('--epochs and --seed change the run', async () => {
    const shorter = json(await idli('train', 'article', '--backend', 'cpu', '--json', '--epochs', '10'));
    expect(shorter.history.loss).toHaveLength(10);
    expect(furthest(shorter.history.loss, golden.half_sum_squared_error.slice(0, 10))).toBeLessThan(1e-12);
    const other = json(await idli('train', 'article', '--backend', 'cpu', '--json', '--seed', '2'));
    expect(other.history.loss[0]).not.toBe(golden.half_sum_squared_error[0]);
  });
});

describe('where there is no adapter', () => {
  const manifest = () =>
    file('icd.json', {
      file_format_version: '1.0.0',
      ICD: { library_path: './no-such-library.so', api_version: '1.1.0' },
    });

  test('--backend webgpu fails with code 1 and says what to install', async () => {
    const { code, stdout, stderr } = await idliWithDriver(manifest(), 'train', 'article', '--backend', 'webgpu');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^No WebGPU adapter in Node: .* Install a Vulkan driver, or Chrome, or run: npm install /m);
  });

  test('auto trains on the CPU and says so', async () => {
    const outcome = await idliWithDriver(manifest(), 'train', 'article', '--json');
    const report = JSON.parse(outcome.stdout) as JsonReport;
    expect([outcome.code, report.backend, report.adapter]).toEqual([0, 'cpu', null]);
    expect(outcome.stderr).toMatch(/^So the CPU computes instead, with the float64 reference\.$/m);
  });

  test('a driver asked for by name and not there ends with one sentence, also for auto', async () => {
    const { code, stderr } = await idliWithDriver(join(folder, 'nowhere.json'), 'train', 'article');
    expect([code, stderr]).toEqual([
      1,
      `IDLI_VK_ICD names ${join(folder, 'nowhere.json')}, and there is no such file.\n`,
    ]);
  });
});

test("the library's entry for Node opens a GPU, trains on it, and the process ends by itself", async () => {
  const script = file(
    'library.mjs',
    `import { article, train } from ${JSON.stringify(pathToFileURL(`${OUT}/index.js`).href)};
     import { openNodeGpu } from ${JSON.stringify(pathToFileURL(`${OUT}/node.js`).href)};
     const node = await openNodeGpu();
     const { backend, history } = await train(article, { backend: 'webgpu', gpu: node.gpu });
     node.close();
     console.log(JSON.stringify([backend, history.loss.at(-1)]));`,
  );
  const { code, stdout } = await run(script);
  const [backend, loss] = JSON.parse(stdout) as [string, number];
  expect([code, backend]).toEqual([0, 'webgpu']);
  expect(Math.abs(loss - golden.half_sum_squared_error.at(-1)!)).toBeLessThan(CURVE_TOLERANCE);
});

test('--help and --version end with code 0', async () => {
  expect(await idli('train', '--help')).toMatchObject({ code: 0, stderr: '' });
  expect((await idli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
