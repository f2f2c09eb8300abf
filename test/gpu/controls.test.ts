import { describe } from 'vitest';
import type { OutputActivation } from '../../src/core/activations.js';
import { parseRun } from '../../src/core/run.js';
import type { ShaderName } from '../../src/passes/pass.js';
import { article } from '../../src/runs/article.js';
import type { Execution } from '../../src/plan/execute.js';
import { type CapturedPass, captureProgram } from '../../src/verify/capture.js';
import { comparePass } from '../../src/verify/parity.js';
import { taskOf } from '../../src/core/task.js';
import { trainOnDevice } from '../../src/trainer/train.js';
import { expect, test } from '../support/device.js';
import { broken, productDevice, verifyFirstStep, withExecution } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const sigmoid = { activation: 'sigmoid' } as const;
const run = makeRun({
  epochs: 3,
  batch: 19,
  inputs: 17,
  layers: [
    { units: 18, ...sigmoid },
    { units: 20, ...sigmoid },
  ],
});

describe('control: a deliberately wrong shader is reported, by the name of its pass', () => {
  // prettier-ignore
  const mistakes: [mistake: string, shader: ShaderName, right: string, wrong: string, pass: string][] = [
    ['a kernel read along the wrong axis', 'dense_forward', 'inner * shape.units + column', 'column * shape.units + inner', 'layers.0 forward'],
    ['no bias', 'dense_forward', 'shape.useBias == 1u', 'shape.useBias == 7u', 'layers.0 forward'],
    ['a bias off by one', 'dense_forward', 'parameters[shape.biasOffset + column]', 'parameters[shape.biasOffset + column + 1u]', 'layers.0 forward'],
    ['the last inputs left out', 'dense_forward', 'row < shape.batch && inner < shape.inputs', 'row < shape.batch && inner < 16u', 'layers.0 forward'],
    ['a sigmoid that is slightly off', 'dense_forward', '1.0 + e', '1.0001 + e', 'layers.0 forward'],
    ['the wrong slope', 'dense_input_gradient', 'y * (1.0 - y)', 'y', 'layers.1 input gradient'],
    ['a kernel that is not transposed', 'dense_input_gradient', 'column * shape.units + inner', 'inner * shape.inputs + column', 'layers.1 input gradient'],
    ['the last example left out', 'dense_kernel_gradient', 'start < shape.batch', 'start < shape.batch - 16u', 'layers.1 kernel gradient'],
    ['a bias gradient that is doubled', 'dense_kernel_gradient', 'select(0.0, 1.0,', 'select(0.0, 2.0,', 'layers.1 kernel gradient'],
    ['a write into another layer', 'dense_kernel_gradient', 'shape.kernelOffset + row', 'row', 'layers.1 kernel gradient'],
    ['a second write, into another layer', 'dense_kernel_gradient', 'gradients[place] = sum', 'if (shape.kernelOffset == 0u) { gradients[arrayLength(&gradients) - 1u] = 7.0; }\n      gradients[place] = sum', 'before update'],
    ['the error with the wrong sign', 'elementwise_loss', 'value - goal;', 'goal - value;', 'loss'],
    ['a loss without its half', 'elementwise_loss', 'vec2f(0.5 * e * e, e)', 'vec2f(e * e, e)', 'loss'],
    ['a log row too late', 'log_batch', 'row = counters.epoch %', 'row = (counters.epoch + 1u) %', 'log'],
    ['a step that is not counted', 'log_batch', 'counters.step += shape.isUpdate', 'counters.step += 0u', 'log'],
    ['an update uphill', 'sgd', 'shape.weightDecay) - rates', 'shape.weightDecay) + rates', 'update'],
    ['the last parameter left out', 'sgd', 'i >= shape.count', 'i >= shape.count - 1u', 'update'],
  ];

  test.for(mistakes)('%s', async ([, shader, right, wrong, pass], { device, adapterInfo }) => {
    const parity = await verifyFirstStep(productDevice(device, adapterInfo), run, broken(shader, right, wrong));
    const failures = parity.filter(({ ok }) => !ok);
    expect(failures.map((failure) => failure.pass)).toContain(pass);
    // Judged from the same state, the passes of the other shaders are not blamed for it.
    const blamed = new Set(failures.map((failure) => failure.pass));
    const untouched = await verifyFirstStep(productDevice(device, adapterInfo), run);
    expect(untouched.filter(({ ok }) => !ok)).toEqual([]);
    expect(blamed.size).toBeLessThanOrEqual(2);
  });
});

// prettier-ignore
const slips: [activation: OutputActivation, right: string, wrong: string][] = [
  ['sigmoid', 'let e = exp(-abs(z));', 'let e = select(exp(-abs(z)), 0.0, abs(z) > 15.0);'],
  ['sigmoid', 'let e = exp(-abs(z));', 'let e = select(exp(-abs(z)), 1.01 * exp(-abs(z)), abs(z) > 12.0);'],
  ['tanh', '(1.0 - e) / (1.0 + e), series', '(1.0 - e) / (1.00002 + e), series'],
  ['tanh', '2.0 / 15.0', '2.0 / 15.2'],
  ['relu', 'max(z, 0.0)', 'max(z, 0.001)'],
  ['leakyRelu', 'const LEAK = 0.2;', 'const LEAK = 0.20001;'],
  ['elu', 'exp(min(z, 0.0)) - 1.0', 'exp(min(z, 0.0)) - 0.99999'],
];
test.for(slips)(
  'control: a slip in %s is reported: %s',
  async ([activation, right, wrong], { device, adapterInfo }) => {
    const layers = [
      {
        units: 40,
        activation,
        kernelInitializer: { name: 'randomUniform', minval: -25, maxval: 25 } as const,
        useBias: false,
      },
    ];
    const slipped = makeRun({ batch: 40, inputs: 1, layers });
    const parity = await verifyFirstStep(
      productDevice(device, adapterInfo),
      slipped,
      broken('dense_forward', right, wrong),
    );
    expect(parity.filter(({ ok }) => !ok).map(({ pass }) => pass)).toEqual(['layers.0 forward']);
  },
);

test('control: a wrong reference is reported', async ({ device, adapterInfo }) => {
  const captured = await withExecution(productDevice(device, adapterInfo), run, captureAll);
  const forward = captured.find(({ pass }) => pass.label === 'layers.0 forward')!;
  expect(comparePass(forward).every(({ ok }) => ok)).toBe(true);
  // The reference is given one input more than the GPU had: what it then wants is wrong.
  const x = forward.before['x']!.map((value, i) => (i === 0 ? value + 0.001 : value));
  const parity = comparePass({ ...forward, before: { ...forward.before, x } });
  expect(parity.map(({ ok, worst }) => [ok, worst.index < 18])).toEqual([[false, true]]);
});

test('control: NaN on the GPU is reported', async ({ device, adapterInfo }) => {
  const captured = await withExecution(productDevice(device, adapterInfo), run, captureAll);
  const update = captured.find(({ pass }) => pass.label === 'update')!;
  const parameters = update.after['parameters']!.map((value, i) => (i === 3 ? NaN : value));
  const [parity] = comparePass({ ...update, after: { parameters } });
  expect([parity!.ok, parity!.worst.index]).toEqual([false, 3]);
});

test('control: a shader that does not compile is reported with its line', async ({ device, adapterInfo }) => {
  const shaders = broken('sgd', 'shape.count', 'shape.cuont');
  const work = verifyFirstStep(productDevice(device, adapterInfo), run, shaders);
  await expect(work).rejects.toThrow(/The shader sgd does not compile on this device: line \d+:\d+: [^]*cuont/);
});

test('a training whose passes are checked says what it checked', async ({ device, adapterInfo }) => {
  const { verification } = await trainOnDevice(productDevice(device, adapterInfo), taskOf(parseRun(article)));
  // Nine passes that write thirteen buffers, in the first step and in one after the last.
  expect(verification.passes.map(({ times }) => times)).toEqual(Array.from({ length: 13 }, () => 2));
  expect(verification.ok).toBe(true);
  // Outputs 16 + 4, output gradient 4, partial sums 2, log row 2, counters 3, gradients 16 + 4 + 12, parameters 16.
  // The step after the last has 16 parameters before it besides, that are not the first.
  expect(verification.values).toBe(79 + 95);
});

async function captureAll(execution: Execution): Promise<CapturedPass[]> {
  const captured: CapturedPass[] = [];
  for await (const pass of captureProgram(execution, 'train')) captured.push(pass);
  return captured;
}
