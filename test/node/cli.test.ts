/** The command line as a user has it: built, started as a process of its own, read on stdout and stderr. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/report.js';
import { article } from '../../src/runs/article.js';
import { CURVE_TOLERANCE } from '../../src/verify/parity.js';
import { golden, PUBLISHED } from '../support/golden.js';
import { changed, MISSING } from '../support/runs.js';

// Built beside dist/, so that a test run never changes what a user of this folder has.
const OUT = 'test-results/cli';
const folder = mkdtempSync(join(tmpdir(), 'idli-cli-'));

beforeAll(() => build({ mode: 'node', logLevel: 'warn', build: { outDir: OUT } }));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function idli(...args: readonly string[]): Promise<Outcome> {
  return run(`${OUT}/cli.js`, ...args);
}

/** The command line where Vulkan has only the driver that this manifest names. */
function idliWithDriver(manifest: string, ...args: readonly string[]): Promise<Outcome> {
  return start([`${OUT}/cli.js`, ...args], { ...process.env, IDLI_VK_ICD: manifest });
}

function run(script: string, ...args: readonly string[]): Promise<Outcome> {
  return start([script, ...args], process.env);
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const outcome = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (outcome.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (outcome.stderr += String(chunk)));
    child.on('error', reject);
    // 'close' comes only if the process ends by itself: nothing of Dawn keeps it alive.
    child.on('close', (code) => resolve({ code, ...outcome }));
  });
}

/** The path of a new file with this text, or this value as JSON. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function json({ code, stdout, stderr }: Outcome): JsonReport {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as JsonReport;
}

const furthest = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length ? Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) : NaN;

describe('idli train article', () => {
  test('prints the adapter, the plan, the loss of every epoch, the table and the difference', async () => {
    const { code, stdout } = await idli('train', 'article');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Adapter +\S/);
    expect(stdout).toMatch(/^Plan +layered schedule, 3-4-1 network, 16 parameters, 8 passes a step, 50 steps/m);
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
    expect(furthest(report.history.meanAbsoluteError, golden.mean_absolute_error)).toBeLessThan(CURVE_TOLERANCE);
    expect(furthest(report.predictions.flat(), golden.predictions_of_epoch_50)).toBeLessThan(CURVE_TOLERANCE);
    expect(furthest(report.reference.history.loss, golden.half_sum_squared_error)).toBeLessThan(1e-12);
    report.weights.forEach(({ kernel, bias }, l) => {
      expect(furthest(kernel.flat(), golden.final_kernels[l]!.flat())).toBeLessThan(CURVE_TOLERANCE);
      expect(bias).toBeUndefined();
    });
    expect(report.parity.maxAbsoluteDifference).toBeGreaterThan(0);
    expect(report.parity.maxAbsoluteDifference).toBeLessThan(CURVE_TOLERANCE);
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

test('a run document of another shape trains, with biases in the report', async () => {
  const layers = [{ units: 5, activation: 'sigmoid' }, { units: 2 }];
  const run = changed(article, {
    'model.layers': layers,
    'data.y': [
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    'training.optimizer.learningRate': 0.1,
  });
  const report = json(await idli('train', file('wide.json', run), '--json'));
  expect(report.weights.map(({ kernel, bias }) => [kernel.length, kernel[0]!.length, bias?.length])).toEqual([
    [3, 5, 5],
    [5, 2, 2],
  ]);
  expect(report.parity.maxAbsoluteDifference).toBeLessThan(CURVE_TOLERANCE);
});

describe('bad input ends with code 2, one sentence on stderr that names the field, and nothing on stdout', () => {
  const WIDE = Array.from({ length: 4 }, () => Array.from({ length: 200 }, () => 1));

  // prettier-ignore
  const cases: [name: string, changes: Record<string, unknown>, sentence: string][] = [
    ['an unknown field', { 'training.epoch': 5 }, 'training.epoch: found an unknown field, '],
    ['an unknown name', { 'model.layers.0.activation': 'sigmoit' }, 'model.layers[0].activation: found "sigmoit", '],
    ['ragged x', { 'data.x.1': [1] }, 'data.x[1]: found 1 number, '],
    ['empty x', { 'data.x': [], 'data.y': [] }, 'data.x: found no rows, '],
    ['x and y of different length', { 'data.y': [[0]] }, 'data.y: found 1 row, '],
    ['no units', { 'model.layers.0.units': 0 }, 'model.layers[0].units: found 0, '],
    ['no epochs', { 'training.epochs': 0 }, 'training.epochs: found 0, '],
    ['weights that do not fit', { 'model.weights': [{ kernel: [[1]] }, { kernel: [[1]] }] }, 'model.weights[0].kernel: found 1 row, '],
    ['no training', { training: MISSING }, 'training: found nothing, '],
    ['a network over the limits of the device', { 'data.x': WIDE, 'data.y': WIDE, 'model.layers': [{ units: 900_000 }, { units: 200 }] }, 'model.layers[0].units: found a size of 360900200 '],
  ];

  test.each(cases)('%s', async (name, changes, sentence) => {
    const outcome = await idli('train', file(`${name}.json`, changed(article, changes)), '--backend', 'webgpu');
    expectRefusal(outcome, sentence);
  });

  test.each([
    [
      'Infinity in the data, as JSON can say it',
      '{"data":{"x":[[1e999]],"y":[[1]]},"model":{"layers":[{"units":1}]},"training":{"loss":"halfSumSquaredError","optimizer":{"name":"sgd"},"epochs":1}}',
      'data.x[0][0]: found Infinity, ',
    ],
    [
      'an infinite learning rate',
      '{"data":{"x":[[1]],"y":[[1]]},"model":{"layers":[{"units":1}]},"training":{"loss":"halfSumSquaredError","optimizer":{"name":"sgd","learningRate":1e999},"epochs":1}}',
      'training.optimizer.learningRate: found Infinity, ',
    ],
    ['broken JSON', '{"data": ', 'broken JSON ('],
    ['an empty file', '', 'broken JSON ('],
    ['a list', '[]', 'run: found a list of 0, '],
  ])('%s', async (name, text, sentence) => {
    expectRefusal(await idli('train', file(`${name}.json`, text)), sentence);
  });

  test('a file that is not there', async () => {
    const outcome = await idli('train', join(folder, 'nowhere.json'));
    expectRefusal(
      outcome,
      'nowhere.json: found no such file, expected a run document in JSON, or a built-in run: article.',
    );
  });

  test.each([
    ['--epochs', '0', 'training.epochs: found 0, '],
    ['--epochs', '1.5', "option '--epochs <n>' argument '1.5' is invalid. Expected a whole number."],
    ['--seed', '-1', "option '--seed <n>' argument '-1' is invalid. Expected a whole number."],
    ['--seed', '4294967296', 'model.seed: found 4294967296, '],
    ['--backend', 'gpu', "option '--backend <name>' argument 'gpu' is invalid. Allowed choices are auto, webgpu, cpu."],
  ])('%s %s', async (option, value, sentence) => {
    expectRefusal(await idli('train', 'article', option, value), sentence);
  });

  test('a seed for a run that gives its weights', async () => {
    const weights = golden.initial_kernels.map((kernel) => ({ kernel }));
    const outcome = await idli(
      'train',
      file('given.json', changed(article, { 'model.weights': weights })),
      '--seed',
      '3',
    );
    expectRefusal(outcome, '--seed: found 3 for a run that gives its own model.weights, ');
  });

  test('no run, an unknown option, an unknown command', async () => {
    expectRefusal(await idli('train'), "missing required argument 'run'");
    expectRefusal(await idli('train', 'article', '--fast'), "unknown option '--fast'");
    expectRefusal(await idli('frobnicate'), "unknown command 'frobnicate'");
  });
});

test('a training that diverges ends with code 1 and says what to change', async () => {
  const run = changed(article, { 'model.layers': [{ units: 1 }], 'training.optimizer.learningRate': 1e20 });
  const outcome = await idli('train', file('wild.json', run), '--backend', 'cpu');
  expect([outcome.code, outcome.stdout]).toEqual([1, '']);
  expect(outcome.stderr).toMatch(/^The training diverged: the loss of epoch \d+ is not a finite number\. Lower .*\n$/);
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
    expect(outcome.stderr).toMatch(/^So the CPU trains instead, with the float64 reference\.$/m);
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

function expectRefusal({ code, stdout, stderr }: Outcome, sentence: string): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}
