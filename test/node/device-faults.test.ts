/**
 * The command line whose device goes wrong: one that is really lost in the middle of a training is gone on without, to the same numbers and
 * with one sentence on stderr; one that computes wrongly is not used.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';
import { file, folder, idli, idliBeside, idliIn, useCli } from './cli-driver.js';

useCli();

/** Destroys the first device that trains, with this slice of its training. */
const breaks = (slice: number) => `
import { globals } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('webgpu')).href)};
const { prototype } = globals.GPUDevice;
const encode = prototype.createCommandEncoder;
let slices = 0;
prototype.createCommandEncoder = function (descriptor) {
  if (descriptor?.label === 'slice' && ++slices === ${slice}) this.destroy();
  return encode.call(this, descriptor);
};
`;

const RUN = {
  data: {
    x: Array.from({ length: 24 }, (_, row) => [row / 24, (row * 5) % 7]),
    y: Array.from({ length: 24 }, (_, row) => [row % 2]),
  },
  model: {
    seed: 3,
    layers: [
      { units: 6, activation: 'tanh' },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  training: { loss: 'binaryCrossentropy', optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 40, batchSize: 8 },
};

/** Has shaders compute wrongly: whatever has an exponential in it, as the sigmoid. Names are others in what is shipped. */
const WRONG = `
import { globals } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('webgpu')).href)};
const { prototype } = globals.GPUDevice;
const create = prototype.createShaderModule;
prototype.createShaderModule = function ({ code, ...more }) {
  return create.call(this, { ...more, code: code.replace(/\\bexp\\(/g, '1.01 * exp(') });
};
`;

test('a GPU that computes wrongly is refused by its name, and auto has the CPU', async () => {
  const run = { ...RUN, training: { ...RUN.training, optimizer: { name: 'sgd', learningRate: 0.1 } } };
  const cache = { IDLI_CACHE: join(folder, 'cache of a wrong GPU') };
  const beside = ['--import', pathToFileURL(file('wrong.mjs', WRONG)).href].join(' ');
  const command = ['train', file('wrong.json', run), '--no-reference', '--verify', 'off', '--json'];
  const wrong = { ...cache, NODE_OPTIONS: beside };
  const refused = await idliIn(wrong, ...command, '--backend', 'webgpu');
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(
    /The adapter .+ computes wrongly and is not used, since in pass .+ the value .+: update its driver/,
  );
  const onCpu = await idliIn(wrong, ...command, '--backend', 'auto');
  expect(onCpu.stderr).toMatch(/computes wrongly[^\n]+\nSo the CPU computes instead, with the float64 reference\./);
  expect(onCpu.code).toBe(0);
  expect((JSON.parse(onCpu.stdout) as JsonReport).backend).toBe('cpu');
  // Control: the same without what makes it wrong.
  const right = await idliIn(cache, ...command, '--backend', 'auto');
  expect([right.code, right.stderr, (JSON.parse(right.stdout) as JsonReport).backend]).toEqual([0, '', 'webgpu']);
});

test.each([
  ['layered', 2],
  ['persistent', 1],
] as const)('%s: it goes on to the same numbers, and says so', async (schedule, slice) => {
  const command = [
    'train',
    file('lost.json', RUN),
    '--backend',
    'webgpu',
    '--schedule',
    schedule,
    '--no-reference',
    '--json',
  ];
  const whole = await idli(...command);
  const lost = await idliBeside(file('breaks.mjs', breaks(slice)), ...command);
  expect(whole.stderr).toBe('');
  expect(lost.code, lost.stderr).toBe(0);
  expect(lost.stderr.trim()).toMatch(
    /^The GPU device was lost: .*\. The training goes on from its beginning \(attempt 1 of 3\)\.\nThe GPU device was lost once; the training went on by itself, with [\d,]+ steps? computed anew\.$/,
  );
  const numbers = ({ stdout }: { readonly stdout: string }) => {
    const { history, weights, predictions } = JSON.parse(stdout) as JsonReport;
    return { history, weights, predictions };
  };
  expect(numbers(lost)).toEqual(numbers(whole));
  // Control: a slice that never comes breaks nothing.
  const unbroken = await idliBeside(file('later.mjs', breaks(100_000)), ...command);
  expect([unbroken.code, unbroken.stderr]).toEqual([0, '']);
});
