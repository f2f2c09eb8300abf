/**
 * What exportPytorch writes, in PyTorch itself: the script answers the examples, trains to the reference's losses in one
 * process and in two, and what it trained is imported again. Controls: a weight and a learning rate that are a little off.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../../src/core/activations.js';
import { initialWeights } from '../../src/core/initializers.js';
import { matrixFromRows, matrixToRows } from '../../src/core/matrix.js';
import type { LayerDocument } from '../../src/core/model.js';
import type { Run } from '../../src/core/run.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.js';
import { exportPytorch } from '../../src/formats/pytorch.js';
import { importPytorch } from '../../src/formats/pytorch-import.js';
import type { SavedModel } from '../../src/formats/saved-model.js';
import { predict } from '../../src/reference/evaluate.js';
import { trainReference } from '../../src/reference/training.js';
import { makeRun, type RunShape } from '../support/runs.js';
import { EVERY_LAYER, savedModel } from '../unit/formats/saved.js';
import { folderWith, type Outcome, runProgram, withTorch } from './tools.js';

/** How far float32 may be from the float64 reference: in an answer, and in the loss of an epoch. */
const ANSWERS_APART = '1e-5';
const LOSSES_APART = 1e-4;

/** The exports of several models, and what the script said when it was run in each: one process, since torch is slow to load. */
const DRIVER = `
import contextlib, io, json, runpy, sys
said = []
for call in json.load(open("calls.json")):
    sys.argv = call
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            runpy.run_path(call[0], run_name="__main__")
            code = 0
        except SystemExit as exit:
            if isinstance(exit.code, str): print(exit.code)
            code = exit.code if isinstance(exit.code, int) else 1
    said.append({"code": code, "stdout": out.getvalue(), "stderr": ""})
print(json.dumps(said))
`;

async function runAll(python: string, calls: readonly (readonly string[])[]): Promise<Outcome[]> {
  const folder = folderWith([
    { name: 'driver.py', bytes: DRIVER },
    { name: 'calls.json', bytes: JSON.stringify(calls) },
  ]);
  const { code, stdout, stderr } = await runProgram(python, ['driver.py'], folder);
  if (code !== 0) throw new Error(`the driver failed: ${stderr}`);
  return JSON.parse(stdout) as Outcome[];
}

const exported = (saved: SavedModel) => folderWith(exportPytorch(saved));

withTorch('PyTorch answers as the reference does', (python) => {
  const nets: [name: string, layers: readonly LayerDocument[]][] = [
    ['every layer', EVERY_LAYER],
    ...ACTIVATION_NAMES.map((activation): [string, LayerDocument[]] => [
      activation,
      [{ units: 7 }, { type: 'activation', activation }, { units: 5, activation }],
    ]),
    ['layer normalization first', [{ type: 'layerNormalization', epsilon: 0.1 }, { units: 2 }]],
  ];
  let outcomes: Outcome[];
  beforeAll(async () => {
    const calls = nets.map(([, layers]) => {
      return [join(exported(savedModel(layers)), 'model.py'), '--check', '--tolerance', ANSWERS_APART];
    });
    outcomes = await runAll(python, calls);
  });

  test.each(nets.map(([name], i) => [name, i] as const))('%s', (_, i) => {
    expect(outcomes[i]).toMatchObject({ code: 0, stdout: expect.stringContaining('within') as string });
  });

  test('as a script by itself; control: with one weight a little off it fails', async () => {
    const folder = exported(savedModel());
    const script = () => runProgram(python, ['model.py', '--check'], folder);
    expect(await script()).toMatchObject({ code: 0, stderr: '' });

    const file = join(folder, 'model.safetensors');
    const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    tensors.get('0.weight')!.data[3] = (tensors.get('0.weight')!.data[3] as number) + 0.01;
    writeFileSync(file, encodeSafetensors(tensors, metadata));
    expect(await script()).toMatchObject({ code: 1, stdout: expect.stringContaining('BEYOND') as string });
  });

  test('examples of whole numbers', async () => {
    const saved = savedModel([{ units: 2, activation: 'relu' }]);
    const x = [[1, 0, 2, 3]];
    const examples = { x, y: matrixToRows(predict(saved.model, saved.weights, matrixFromRows(x))) };
    const [outcome] = await runAll(python, [[join(exported({ ...saved, examples }), 'model.py'), '--check']]);
    expect(outcome).toMatchObject({ code: 0 });
  });

  test('texts of a stranger stay texts', async () => {
    const classes = [
      `'''+__import__("sys").exit(7)+r'''`,
      `"""+__import__("sys").exit(7)+r"""`,
      '\\"""',
      '',
      'a\\',
      "it's",
      '$&',
      'ü\u2028',
    ];
    const [outcome] = await runAll(python, [[join(exported({ ...savedModel(), classes }), 'model.py'), '--check']]);
    expect(outcome).toMatchObject({ code: 0 });
  });
});

/** A run's model as a file has it. */
const savedOf = ({ model, training, data }: Run): SavedModel => ({
  model: { seed: model.seed, layers: model.layers },
  inputs: data.x[0]!.length,
  weights: initialWeights(model, data.x[0]!.length),
  training,
  examples: {
    x: data.x.slice(0, 3),
    y: data.x.slice(0, 3).map(() => new Array<number>(outputs(model.layers)).fill(0)),
  },
});
const outputs = (layers: Run['model']['layers']) => layers.findLast((layer) => layer.type === 'dense')!.units;

/** A folder with the script and the run's data, under a header. */
function folderOf(run: Run): string {
  const { x, y } = run.data;
  const lines = x.map((row, r) => [...row, ...y[r]!].join(','));
  const header = [...x[0]!, ...y[0]!].map((_, c) => `column ${c}`).join(',');
  return folderWith([...exportPytorch(savedOf(run)), { name: 'data.csv', bytes: [header, ...lines, ''].join('\r\n') }]);
}

/** The values of a key, epoch by epoch, as the script prints them. */
function printed(stdout: string, key: 'loss' | 'val_loss'): number[] {
  return [...stdout.matchAll(new RegExp(`epoch \\d+.* ${key} (\\S+)`, 'g'))].map(([, value]) => Number(value));
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))));
}

const BASE = { batch: 23, inputs: 4, epochs: 5 };
const BASE_COLUMNS = [0, 1, 2, 3];
const classes = (count: number) => (draw: () => number) => ({
  y: Array.from({ length: BASE.batch }, () => [Math.floor(count * draw())]),
});
const shares = (columns: number) => (draw: () => number) => ({
  y: Array.from({ length: BASE.batch }, () => Array.from({ length: columns }, () => (draw() < 0.4 ? 1 : 0))),
});
const hidden: LayerDocument[] = [{ units: 6, activation: 'tanh', kernelRegularizer: { l1: 0.01, l2: 0.02 } }];

/** Everything a training can say, spread over runs; no shuffle and no dropout, whose random numbers differ. */
const RUNS: Record<string, RunShape> = {
  'sgd, accumulation, clipped norm': {
    ...BASE,
    layers: [...hidden, { units: 2 }],
    training: {
      loss: 'halfSumSquaredError',
      optimizer: { name: 'sgd', learningRate: 0.02, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
      learningRateSchedule: { name: 'step', decaySteps: 3, decayRate: 0.7 },
      ...{ batchSize: 5, gradientAccumulationSteps: 2, clipNorm: 1 },
    },
  },
  'adamW, normalizations, class weights, held-back rows': {
    ...BASE,
    layers: [
      ...hidden,
      { type: 'batchNormalization', momentum: 0.8 },
      { units: 5, activation: 'gelu' },
      { type: 'layerNormalization' },
      { units: 3, activation: 'softmax' },
    ],
    data: classes(3),
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adamW', learningRate: 0.02 },
      learningRateSchedule: { name: 'cosine', alpha: 0.1, warmupSteps: 3 },
      ...{ batchSize: 8, classWeight: { '0': 2, '2': 0.5 }, validationSplit: 0.2 },
    },
  },
  'rmsprop, huber, one cycle, clipped values': {
    ...BASE,
    layers: [...hidden, { units: 1 }],
    training: {
      loss: { name: 'huber', delta: 0.3 },
      optimizer: { name: 'rmsprop', learningRate: 0.02 },
      ...{ learningRateSchedule: 'oneCycle', batchSize: 8, clipValue: 0.05 },
    },
  },
  'adagrad, binary crossentropy, exponential': {
    ...BASE,
    layers: [...hidden, { units: 2, activation: 'sigmoid' }],
    data: shares(2),
    training: {
      loss: 'binaryCrossentropy',
      optimizer: { name: 'adagrad', learningRate: 0.05 },
      learningRateSchedule: { name: 'exponential', decaySteps: 4, decayRate: 0.5 },
      batchSize: 8,
    },
  },
  'adam, categorical crossentropy, plateau': {
    ...BASE,
    layers: [...hidden, { units: 3, activation: 'softmax' }],
    data: shares(3),
    training: {
      loss: 'categoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.3 },
      learningRateSchedule: { name: 'reduceOnPlateau', patience: 1, factor: 0.5 },
      ...{ batchSize: 8, classWeight: { '1': 3 } },
    },
  },
  'adam, binary crossentropy after softmax, held-back rows': {
    ...BASE,
    layers: [...hidden, { units: 2, activation: 'softmax' }],
    data: shares(2),
    training: { loss: 'binaryCrossentropy', optimizer: 'adam', batchSize: 8, validationSplit: 0.3 },
  },
  'sgd, mean absolute error, warm-up': {
    ...BASE,
    layers: [...hidden, { units: 2 }],
    training: {
      loss: 'meanAbsoluteError',
      learningRateSchedule: { name: 'linearWarmup', warmupSteps: 6 },
      ...{ optimizer: 'sgd', batchSize: 8 },
    },
  },
  'sgd, mean squared error, the tutorial': {
    ...BASE,
    layers: [{ units: 4, activation: 'sigmoid', useBias: false }, { units: 1 }],
    // Whole numbers, which Python takes for something else than 0.5.
    data: (draw) => ({ x: Array.from({ length: BASE.batch }, () => BASE_COLUMNS.map(() => (draw() < 0.5 ? 1 : 0))) }),
    training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.5 } },
  },
};
const unshuffled = (shape: RunShape): Run => makeRun({ ...shape, training: { ...shape.training, shuffle: false } });

withTorch('PyTorch trains as the reference does', (python) => {
  const runs = Object.entries(RUNS).map(([name, shape]) => ({ name, run: unshuffled(shape), folder: '' }));
  const slower = unshuffled(RUNS['adam, categorical crossentropy, plateau']!);
  let outcomes: Outcome[];
  beforeAll(async () => {
    for (const entry of runs) entry.folder = folderOf(entry.run);
    const optimizer = { ...slower.training.optimizer, learningRate: 0.297 };
    const folders = [
      ...runs.map(({ folder }) => folder),
      folderOf({ ...slower, training: { ...slower.training, optimizer } }),
    ];
    outcomes = await runAll(
      python,
      folders.map((folder) => [join(folder, 'model.py'), '--train', join(folder, 'data.csv')]),
    );
  });

  test.each(runs.map(({ name }, i) => [name, i] as const))('%s', (_, i) => {
    const { run, folder } = runs[i]!;
    const reference = trainReference(run);
    const { code, stdout } = outcomes[i]!;
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(largestDifference(printed(stdout, 'loss'), reference.history.loss)).toBeLessThan(LOSSES_APART);
    const { val_loss: held } = reference.history;
    if (held) expect(largestDifference(printed(stdout, 'val_loss'), held)).toBeLessThan(LOSSES_APART);

    const imported = importPytorch(readFileSync(join(folder, 'trained.safetensors')), 'trained.safetensors');
    expect(imported.model.layers).toEqual(run.model.layers);
    expect(imported.training).toEqual(run.training);
    expect(largestDifference(imported.history!.loss, reference.history.loss)).toBeLessThan(LOSSES_APART);
    imported.weights.forEach((layer, l) => {
      for (const [name, { values }] of Object.entries(layer)) {
        const expected = reference.weights[l]![name as keyof typeof layer]!.values;
        expect(largestDifference(Array.from(values), Array.from(expected))).toBeLessThan(1e-3);
      }
    });
  });

  test('control: with a learning rate one percent less the losses are apart', () => {
    const { code, stdout } = outcomes.at(-1)!;
    expect(code).toBe(0);
    expect(largestDifference(printed(stdout, 'loss'), trainReference(slower).history.loss)).toBeGreaterThan(
      LOSSES_APART,
    );
  });

  test('arrays in a .npz train as the .csv does', async () => {
    const { folder } = runs[1]!;
    const convert =
      'import numpy; t = numpy.loadtxt("data.csv", delimiter=",", skiprows=1); numpy.savez("data.npz", x=t[:, :4], y=t[:, 4])';
    expect(await runProgram(python, ['-c', convert], folder)).toMatchObject({ code: 0 });
    const [outcome] = await runAll(python, [[join(folder, 'model.py'), '--train', join(folder, 'data.npz')]]);
    expect(outcome).toEqual(outcomes[1]);
  });

  test('data that does not fit is refused with the line', async () => {
    const { folder } = runs[0]!;
    writeFileSync(join(folder, 'short.csv'), '1,2,3,4,5,6\n1,2,3,4,5\n');
    const [outcome] = await runAll(python, [[join(folder, 'model.py'), '--train', join(folder, 'short.csv')]]);
    expect(outcome!.code).toBe(1);
    expect(outcome!.stdout).toContain('short.csv, line 2: expected 4 inputs and 2 targets');
  });
});

withTorch('PyTorch trains in two processes as the reference does in one', (python) => {
  // As many rows and as large batches for each of the two, so that no row counts twice.
  const even = { batch: 24, inputs: 4, epochs: 3, layers: [...hidden, { units: 2 }] };
  test.each([
    ['a mean', { loss: 'meanSquaredError', batchSize: 8, optimizer: 'adam' }],
    ['a sum, with accumulation', { loss: 'halfSumSquaredError', batchSize: 4, gradientAccumulationSteps: 2 }],
  ] as const)('%s', { timeout: 300_000 }, async (_, training) => {
    const run = unshuffled({ ...even, training });
    const folder = folderOf(run);
    const outcome = await inTwoProcesses(python, folder);
    expect(outcome).toMatchObject({ code: 0 });

    const { history } = trainReference(run);
    const output = outcome.stdout + outcome.stderr;
    expect(largestDifference(printed(output, 'loss'), history.loss)).toBeLessThan(LOSSES_APART);
    const imported = importPytorch(readFileSync(join(folder, 'trained.safetensors')), 'trained.safetensors');
    expect(largestDifference(imported.history!.loss, history.loss)).toBeLessThan(LOSSES_APART);
    // Control: half a batch would not do, so it is both processes' rows that made each step.
    const halved = unshuffled({ ...even, training: { ...training, batchSize: training.batchSize / 2 } });
    expect(largestDifference(imported.history!.loss, trainReference(halved).history.loss)).toBeGreaterThan(
      LOSSES_APART,
    );
  });

  test('every layer, rows and batches that do not divide, a shuffle', { timeout: 300_000 }, async () => {
    const training = { loss: 'sparseCategoricalCrossentropy', batchSize: 5, gradientAccumulationSteps: 2 } as const;
    const run = makeRun({ ...BASE, layers: EVERY_LAYER, data: classes(3), training });
    const folder = folderOf(run);
    expect(await inTwoProcesses(python, folder)).toMatchObject({ code: 0 });
    const imported = importPytorch(readFileSync(join(folder, 'trained.safetensors')), 'trained.safetensors');
    expect(imported.history!.loss.every(Number.isFinite)).toBe(true);
    expect(imported.history!.loss).toHaveLength(BASE.epochs);
    const { x, y } = imported.examples!;
    const answers = predict(imported.model, imported.weights, matrixFromRows(x));
    expect(largestDifference(y.flat(), Array.from(answers.values))).toBeLessThan(Number(ANSWERS_APART));
  });
});

async function inTwoProcesses(python: string, folder: string): Promise<Outcome> {
  // Debian's torchrun (1.13) fails where it does not redirect.
  const launch = ['-m', 'torch.distributed.run', '--nproc_per_node=2', '--redirects=1', '--tee=1'];
  const address = ['--master_addr=127.0.0.1', `--master_port=${await freePort()}`];
  return runProgram(python, [...launch, ...address, 'model.py', '--train', 'data.csv'], folder);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
