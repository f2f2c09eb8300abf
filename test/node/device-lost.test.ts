/**
 * The command line whose device is really lost in the middle of a training: it goes on by itself, says so in one sentence on stderr, and
 * what it gives back is that of a training that nothing happened to.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';
import { file, idli, idliBeside, useCli } from './cli-driver.js';

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
