/** Scripts that the lab writes, run by the programs that they are for: the tutorial's in NumPy gives its curve, PyTorch's train. */
import { describe, expect, test } from 'vitest';
import { taskOfLoaded } from '../../src/data/load.js';
import { trainTask } from '../../src/reference/training.js';
import { type LabRun, LAB_START } from '../../src/page/lab/lab-state.js';
import { LabData } from '../../src/page/lab/worker/lab-data.js';
import { LabResults } from '../../src/page/lab/worker/lab-results.js';
import { article } from '../../src/runs/article.js';
import { withPython } from './python.js';
import { folderWith, runProgram, withTorch } from './tools.js';

const SPIRALS: LabRun = { ...LAB_START.run, training: { ...LAB_START.run.training, epochs: 30 } };
const FULL: LabRun = {
  ...SPIRALS,
  model: {
    seed: 3,
    layers: [
      { units: 6, activation: 'elu', kernelInitializer: 'heNormal' },
      { units: 2, activation: 'softmax' },
    ],
  },
  training: {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'sgd', learningRate: 0.5 },
    batchSize: 400,
    epochs: 8,
  },
};
const MORE: LabRun = {
  data: { synthetic: 'sine', samples: 60, normalize: 'standard', targetNormalize: 'minMax', validationSplit: 0.25 },
  model: {
    seed: 2,
    layers: [
      {
        units: 8,
        activation: 'geluTanh',
        kernelInitializer: 'lecunNormal',
        kernelRegularizer: { l1: 0.001, l2: 0.001 },
      },
      { type: 'batchNormalization' },
      { type: 'dropout', rate: 0.1 },
      { units: 1 },
    ],
  },
  training: {
    loss: { name: 'huber', delta: 0.5 },
    optimizer: { name: 'rmsprop', weightDecay: 0.001 },
    learningRateSchedule: { name: 'oneCycle' },
    epochs: 6,
    batchSize: 16,
    clipNorm: 1,
    metrics: ['meanAbsoluteError'],
    earlyStopping: { patience: 3, restoreBestWeights: true },
  },
};

async function filesOf(run: LabRun) {
  const results = new LabResults(new LabData());
  const { pytorch, numpy } = await results.code(run, [], { backend: 'cpu', schedule: undefined });
  const { name, bytes } = await results.dataFile(run, []);
  return folderWith([
    { name: 'pytorch.py', bytes: pytorch },
    { name: 'numpy_only.py', bytes: numpy },
    { name, bytes },
  ]);
}

async function lossesOf(run: LabRun): Promise<readonly number[]> {
  return trainTask(taskOfLoaded(await new LabData().loaded(run, []))).history.loss;
}

const losses = (text: string) => Array.from(text.matchAll(/loss ([\d.e+-]+)/g), ([, value]) => Number(value));

withPython({ module: 'numpy', from: 'python3-numpy', variable: 'IDLI_NUMPY', isPackaged: true }, (python) => {
  test.each([
    ['the tutorial', article, 5e-9],
    // The rows of the file are float32.
    ['a network with softmax, of all rows at once', FULL, 1e-6],
  ])('%s has the curve of the reference, from the same first weights', async (_, run, within) => {
    const { stdout, stderr, code } = await runProgram(python, ['numpy_only.py'], await filesOf(run));
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const [found, expected] = [losses(stdout), await lossesOf(run)];
    expect(found).toHaveLength(expected.length);
    const off = Math.max(...found.map((loss, epoch) => Math.abs(loss - expected[epoch]!)));
    expect(off).toBeLessThanOrEqual(within);
  });
});

withTorch('PyTorch', (python) => {
  describe('runs the script', () => {
    test.each([
      ['spirals', SPIRALS],
      ['the tutorial', article],
      ['all rows at once', FULL],
      ['much that a run may say', MORE],
    ])('of %s, and its loss falls', async (_, run) => {
      const { stdout, stderr, code } = await runProgram(python, ['pytorch.py'], await filesOf(run));
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      const found = losses(stdout);
      expect(found.at(-1)).toBeLessThan(found[0]!);
    });
  });
});
