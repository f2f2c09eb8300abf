/** Code of a run: IDLI's own is executed and trains to the same bits; Python's compiles; what a target lacks is said in it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { History } from '../../../src/core/history.js';
import { taskOfLoaded } from '../../../src/data/load.js';
import { trainTask } from '../../../src/reference/training.js';
import { type LabRun, LAB_START } from '../../../src/page/lab/lab-state.js';
import type { CodeTexts, Computing } from '../../../src/page/lab/results/code/code-facts.js';
import { js, python } from '../../../src/page/lab/results/code/literals.js';
import { LabData } from '../../../src/page/lab/worker/lab-data.js';
import { LabResults } from '../../../src/page/lab/worker/lab-results.js';
import { article } from '../../../src/runs/article.js';

const ON_CPU: Computing = { backend: 'cpu', schedule: undefined };

const SPIRALS: LabRun = { ...LAB_START.run, training: { ...LAB_START.run.training, epochs: 3 } };
const TABLE: File[] = [
  new File(
    [
      'size,colour,"na""me",kind\n',
      ...Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 ? 'red' : 'blue'},${i * 0.5},${i % 3 ? 'a' : 'b'}\n`),
    ],
    'a table.csv',
  ),
];

/** Everything that a run can say, in a few runs. */
const RUNS: Readonly<Record<string, { readonly run: LabRun; readonly files?: File[] }>> = {
  spirals: { run: SPIRALS },
  tutorial: { run: article },
  everything: {
    run: {
      data: {
        csv: 'a table.csv',
        target: 'kind',
        normalize: 'standard',
        validationSplit: 0.2,
        testSplit: 0.1,
        seed: 4,
      },
      model: {
        seed: 5,
        layers: [
          { units: 6, activation: 'geluTanh', kernelInitializer: 'heNormal', kernelRegularizer: { l2: 0.01 } },
          { type: 'batchNormalization', momentum: 0.9 },
          { type: 'dropout', rate: 0.25 },
          { units: 5, useBias: false, kernelInitializer: { name: 'randomUniform', minval: -0.5, maxval: 0.25 } },
          { type: 'layerNormalization' },
          { type: 'activation', activation: 'silu' },
          { units: 1, activation: 'sigmoid', kernelInitializer: { name: 'constant', value: 0.125 } },
        ],
      },
      training: {
        loss: 'binaryCrossentropy',
        optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.001 },
        learningRateSchedule: { name: 'cosine', alpha: 0.1, warmupSteps: 2 },
        clipNorm: 1,
        epochs: 3,
        batchSize: 8,
        gradientAccumulationSteps: 2,
        classWeight: { '1': 2.5 },
        metrics: ['accuracy', 'auc', 'f1Score', 'confusionMatrix'],
        earlyStopping: { monitor: 'val_loss', patience: 2, restoreBestWeights: true },
      },
    },
    files: TABLE,
  },
  regression: {
    run: {
      data: { synthetic: 'sine', samples: 60, normalize: 'standard', targetNormalize: 'minMax' },
      model: { seed: 2, layers: [{ units: 8, activation: 'gelu', kernelInitializer: 'orthogonal' }, { units: 1 }] },
      training: {
        loss: { name: 'huber', delta: 0.5 },
        optimizer: { name: 'rmsprop', rho: 0.8 },
        learningRateSchedule: { name: 'reduceOnPlateau', patience: 1, cooldown: 1 },
        epochs: 4,
        clipValue: 0.25,
        shuffle: false,
        validationSplit: 0.25,
        metrics: ['meanAbsoluteError', 'r2Score'],
      },
    },
  },
  written: {
    run: {
      data: {
        x: [
          [0, 1],
          [1, 0.5],
          [2, -1],
          [1, 1],
        ],
        y: [[0], [1], [2], [1]],
        sampleWeight: [1, 2, 1, 0.5],
      },
      model: {
        seed: 1,
        layers: [{ units: 3, activation: 'softmax' }],
        weights: [
          {
            kernel: [
              [1, 0, 0.5],
              [0, 1, -0.5],
            ],
            bias: [0, 0.25, 0],
          },
        ],
      },
      training: {
        loss: 'sparseCategoricalCrossentropy',
        optimizer: { name: 'adamW', weightDecay: 0.01 },
        learningRateSchedule: { name: 'oneCycle' },
        epochs: 5,
        metrics: [{ name: 'topKCategoricalAccuracy', k: 2 }],
      },
    },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'idli-code-'));
beforeAll(async () => writeFileSync(join(folder, 'a table.csv'), await TABLE[0]!.text()));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(name: string, computing = ON_CPU): Promise<CodeTexts> {
  const { run, files = [] } = RUNS[name]!;
  return new LabResults(new LabData()).code(run, files, computing);
}

async function historyOf(name: string): Promise<History> {
  const { run, files = [] } = RUNS[name]!;
  return trainTask(taskOfLoaded(await new LabData().loaded(run, files))).history;
}

/** Runs it as it stands; only where its packages and files lie is said. */
async function execute(name: string, code: string): Promise<History> {
  const source = (path: string) => JSON.stringify(join(import.meta.dirname, '..', '..', '..', 'src', path));
  const placed = code
    .replace(`from 'idli';`, `from ${source('index.ts')};`)
    .replace(`from 'idli/node';`, `from ${source('cli/node-gpu.ts')};`)
    .replace(`fileOpener('.')`, `fileOpener(${JSON.stringify(folder)})`);
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, `${placed}\nexport { history };\n`);
  return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { readonly history: History }).history;
}

describe('IDLI’s own', () => {
  test.each(Object.keys(RUNS))('of the run “%s” trains to the same bits', async (name) => {
    const { library } = await codeOf(name);
    expect(await execute(name, library)).toEqual(await historyOf(name));
  });

  test('control: one other number in it is another training', async () => {
    const { library } = await codeOf('spirals');
    const other = library.replace('learningRate: 0.01', 'learningRate: 0.02');
    expect(other).not.toBe(library);
    expect(await execute('other', other)).not.toEqual(await historyOf('spirals'));
  });

  test('is what one writes by hand: no default is said, and where it computes as in the lab', async () => {
    const { library } = await codeOf('spirals', { backend: 'webgpu', schedule: 'layered' });
    expect(library).toContain(`  dense(32, { activation: 'relu' }),`);
    expect(library).toContain('optimizer: adam({ learningRate: 0.01 }),');
    expect(library).toContain(`  backend: 'webgpu',\n  schedule: 'layered',`);
    expect(library).not.toMatch(/useBias|glorot|epsilon|weightDecay|shuffle/);
  });
});

describe('texts of strangers stay texts', () => {
  const NASTY = ['a"b', "a'b", 'a\\', '\n// x', '"""', '\u2028', '\ud800', '`${x}`', '__proto__'];
  test.each(NASTY)('%j', (text) => {
    expect((0, eval)(`(${js({ [text]: [text] })})`)).toEqual(Object.fromEntries([[text, [text]]]));
    expect(python(text)).toBe(JSON.stringify(text));
  });

  test('a name of a file that ends a line is in no comment', async () => {
    const name = 'x\nprint("gone")\n.csv';
    const run = { ...RUNS['everything']!.run, data: { csv: name, target: 'kind' } } as LabRun;
    const table = new File([await TABLE[0]!.text()], name);
    const plain = { ...run, training: { loss: 'binaryCrossentropy', epochs: 1 } } as LabRun;
    const texts = await new LabResults(new LabData()).code(plain, [table], ON_CPU);
    for (const text of Object.values(texts)) expect(text).not.toMatch(/^print\("gone"\)/m);
  });
});

describe('what a target cannot say is a comment', () => {
  test('of Keras', async () => {
    const { keras } = await codeOf('everything');
    expect(keras).toContain('# Not measured here, since Keras has nothing of the kind: f1Score, confusionMatrix.');
    expect(keras).toContain('class Rates(');
    expect((await codeOf('tutorial')).keras).toContain('class HalfSumSquaredError(');
  });

  test('of PyTorch', async () => {
    const { pytorch } = await codeOf('everything');
    expect(pytorch).toContain('# Not measured here: auc, f1Score, confusionMatrix.');
    expect(pytorch).toMatch(/# PyTorch’s moving variance takes n \/ \(n - 1\)/);
    expect(pytorch).not.toContain('nn.Sigmoid()');
  });

  test('of NumPy, which then is no script', async () => {
    const { numpy } = await codeOf('everything');
    expect(numpy).toMatch(
      /^# This run has more .*: a layer batchNormalization, a layer dropout, .*rows that count differently\.$/m,
    );
    expect(numpy).not.toContain('import numpy');
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('Python', () => {
  test.each(Object.keys(RUNS))('compiles all scripts of the run “%s”', async (name) => {
    const { library: _, ...scripts } = await codeOf(name);
    for (const [target, text] of Object.entries(scripts)) {
      const path = join(folder, `${name}-${target}.py`);
      writeFileSync(path, text);
      execFileSync('python3', ['-m', 'py_compile', path]);
    }
  });

  test('control: it does not compile everything', async () => {
    const { keras } = await codeOf('spirals');
    const path = join(folder, 'broken.py');
    writeFileSync(path, keras.replace('model = ', 'model = = '));
    expect(spawnSync('python3', ['-m', 'py_compile', path]).status).not.toBe(0);
  });
});
