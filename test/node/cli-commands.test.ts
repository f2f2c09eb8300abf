/**
 * The commands around a training: saving a model, predicting and measuring with it, reports and metrics, and what else the
 * command line has to say. Exit codes and files are those of real processes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/cli/certificate.js';
import { flowers } from '../unit/data/files.js';
import { expectRefusal, file, folder, idli, useCli } from './cli-driver.js';

useCli();

const at = (name: string) => join(folder, name);

/** A run with comments, on a CSV beside it. */
function flowerRun(data: object = {}, training: object = {}): string {
  file('flowers.csv', flowers(60));
  const run = {
    data: { csv: 'flowers.csv', target: 'kind', ignore: ['row'], normalize: 'standard', validationSplit: 0.2, ...data },
    model: {
      seed: 1,
      layers: [
        { units: 8, activation: 'tanh' },
        { units: 3, activation: 'softmax' },
      ],
    },
    training: {
      ...{ loss: 'sparseCategoricalCrossentropy', optimizer: { name: 'adam', learningRate: 0.05 }, epochs: 20 },
      ...{ batchSize: 16, metrics: ['accuracy', 'confusionMatrix'], ...training },
    },
  };
  return file('flowers.json', `// Flowers by size and soil.\n${JSON.stringify(run)}`);
}

async function ok(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await idli(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('a model trained on a CSV, saved and used', () => {
  test('predicts, measures and sums up what it was trained on, by the names of the classes', async () => {
    const stdout = await ok('train', flowerRun({ testSplit: 0.1 }), '--out', at('flowers.safetensors'));
    expect(stdout).toContain('Actual \\ predicted  iris  lily  rose');
    expect(stdout).toMatch(/^Test {8}6 rows held back: loss 0\.\d+, accuracy (1|0\.\d+)/m);
    expect(stdout).toContain(`Model       ${at('flowers.safetensors')}`);

    file('new.csv', 'soil,size\nwet,3\ndry,12\nwet,21\n');
    const answer = JSON.parse(await ok('predict', at('flowers.safetensors'), at('new.csv'), '--json')) as {
      predictions: number[][];
      labels: string[];
    };
    expect(answer.labels).toEqual(['rose', 'lily', 'iris']);
    expect(answer.predictions.map((row) => row.length)).toEqual([3, 3, 3]);
    expect(await ok('predict', at('flowers.safetensors'), at('new.csv'))).toMatch(/^Row {2}Label +iris +lily +rose$/m);
    await ok('predict', at('flowers.safetensors'), at('new.csv'), '--out', at('answers.csv'));
    expect(readFileSync(at('answers.csv'), 'utf8')).toMatch(/^label,iris,lily,rose\nrose,.*\nlily,.*\niris,.*\n$/);

    const measured = JSON.parse(
      await ok('evaluate', at('flowers.safetensors'), at('flowers.csv'), '--json', '--metrics', 'accuracy', 'recall'),
    ) as Record<string, number>;
    expect([measured['rows'], Object.keys(measured)]).toEqual([60, ['rows', 'loss', 'accuracy', 'recall']]);
    expect(measured['accuracy']).toBeGreaterThan(0.95);
    expect(await ok('evaluate', at('flowers.safetensors'), at('flowers.csv'))).toMatch(/^ +rose +0 +0 +20$/m);

    const summary = await ok('summary', at('flowers.safetensors'));
    expect(summary).toMatch(/^dense \(softmax\) +\(batch, 3\) +27$/m);
    expect(summary).toContain('Classes: iris, lily, rose');
    expect(summary).toMatch(/^Schedule: persistent, since /m);
    expect(summary).toMatch(/^Memory planned: .* on the GPU, for batches of 16$/m);
  });

  test('the loaded model says the same bits as the trained one, wherever it is loaded', async () => {
    await ok('train', flowerRun(), '--out', at('flowers.safetensors'), '--backend', 'cpu');
    const twice = await Promise.all(
      [1, 2].map(() => ok('predict', at('flowers.safetensors'), at('flowers.csv'), '--json', '--backend', 'cpu')),
    );
    expect(twice[0]).toBe(twice[1]);
  });

  test('what does not fit the model is refused with the file and the place', async () => {
    await ok('train', flowerRun(), '--out', at('flowers.safetensors'), '--backend', 'cpu');
    const predict = (name: string) => idli('predict', at('flowers.safetensors'), name, '--backend', 'cpu');
    expectRefusal(await predict(file('short.csv', 'size\n1\n')), 'short.csv: found no column "soil" among "size"');
    expectRefusal(await predict(file('mud.csv', 'soil,size\nmud,1\n')), 'mud.csv, row 1, column "soil": found "mud"');
    expectRefusal(await predict(at('nowhere.csv')), 'nowhere.csv: found no such file');
    expectRefusal(await idli('predict', at('flowers.csv'), at('flowers.csv')), 'flowers.csv');
    expectRefusal(await idli('summary', at('nowhere.safetensors')), 'nowhere.safetensors: found no such file');
    const bytes = readFileSync(at('flowers.safetensors'));
    writeFileSync(at('torn.safetensors'), bytes.subarray(0, bytes.length - 1));
    expectRefusal(await idli('summary', at('torn.safetensors')), 'torn.safetensors');
    expectRefusal(
      await idli('evaluate', at('flowers.safetensors'), at('new.csv'), '--backend', 'cpu'),
      'column "kind"',
    );
  });
});

describe('export and import', () => {
  const exported = async (format: string, ...options: readonly string[]) => {
    const out = at(`as-${format}`);
    const { files } = JSON.parse(
      await ok('export', at('flowers.safetensors'), '--format', format, '--out', out, '--json', ...options),
    ) as { files: string[] };
    expect(files.every((path) => readFileSync(path).length > 0)).toBe(true);
    return files.map((path) => path.slice(out.length + 1));
  };

  test('each format is a folder of files, and what went to PyTorch comes back to the same bits', async () => {
    await ok('train', flowerRun(), '--out', at('flowers.safetensors'), '--backend', 'cpu');
    expect(await exported('onnx')).toEqual(['model.onnx', 'model.examples.json']);
    expect(await exported('keras')).toContain('model.keras');
    expect(await exported('pytorch')).toContain('model.py');
    await ok('import', join(at('as-pytorch'), 'model.safetensors'), '--out', at('back.safetensors'));
    const answers = await Promise.all(
      ['flowers', 'back'].map((name) =>
        ok('predict', at(`${name}.safetensors`), at('flowers.csv'), '--json', '--backend', 'cpu'),
      ),
    );
    expect(answers[1]).toBe(answers[0]);
  });

  test('what cannot be is refused with a sentence', async () => {
    await ok('train', flowerRun(), '--out', at('flowers.safetensors'), '--backend', 'cpu');
    // Texts cannot go into a graph of numbers.
    expectRefusal(
      await idli('export', at('flowers.safetensors'), '--format', 'onnx', '--preprocessing', '--out', at('never')),
      'soil',
    );
    expect(existsSync(at('never'))).toBe(false);
    expectRefusal(await idli('export', at('flowers.safetensors'), '--format', 'tflite'), 'Allowed choices are onnx, ');
    expectRefusal(
      await idli('import', at('flowers.safetensors'), '--out', at('back.safetensors')),
      'flowers.safetensors',
    );
  });
});

describe('what train writes beside its report', () => {
  test('a line for each epoch, and a page', async () => {
    const stdout = await ok('train', flowerRun(), '--metrics', at('m.jsonl'), '--report', at('r.html'), '--json');
    const lines = readFileSync(at('m.jsonl'), 'utf8').trim().split('\n');
    const epochs = lines.map((line) => JSON.parse(line) as Record<string, number>);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const { history, classes } = JSON.parse(stdout) as { history: Record<string, number[]>; classes: string[] };
    expect(epochs.map(({ val_loss }) => val_loss)).toEqual(history['val_loss']);
    expect(classes).toEqual(['iris', 'lily', 'rose']);
    expect(readFileSync(at('r.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('--no-reference leaves the reference out, and says so', async () => {
    const stdout = await ok('train', flowerRun(), '--no-reference', '--backend', 'webgpu');
    expect(stdout).toMatch(/^Epoch +Loss +Accuracy +Validation loss +Validation accuracy$/m);
    expect(stdout).toContain('Difference  not known: the CPU reference was not trained (--no-reference)');
    const report = JSON.parse(await ok('train', flowerRun(), '--no-reference', '--json')) as Record<string, unknown>;
    expect([report['reference'], report['parity']]).toEqual([null, null]);
  });

  test.each(['--out', '--metrics', '--report'])(
    '%s into a folder that is not there fails before the training',
    async (option) => {
      const path = join(folder, 'no', 'such', 'folder');
      const { code, stdout, stderr } = await idli('train', flowerRun(), '--backend', 'cpu', option, path);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/cannot be written: .*\.\n$/);
    },
  );

  test('a training that fails leaves the model of before', async () => {
    await ok('train', flowerRun(), '--out', at('kept.safetensors'), '--backend', 'cpu');
    const before = readFileSync(at('kept.safetensors'));
    const wild = file('wild.json', {
      data: { csv: 'flowers.csv', target: 'size', features: ['row'] },
      model: { layers: [{ units: 4 }, { units: 1 }] },
      training: { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: 100 }, epochs: 20 },
    });
    expect((await idli('train', wild, '--out', at('kept.safetensors'), '--backend', 'cpu')).code).toBe(1);
    expect(readFileSync(at('kept.safetensors'))).toEqual(before);
  });
});

test('nothing is written over what is read, and no two things under one name', async () => {
  const run = flowerRun();
  expectRefusal(await idli('train', run, '--out', run), 'what the command reads, expected a file of its own');
  expectRefusal(await idli('train', run, '--out', at('a.y'), '--report', at('a.y')), 'which --out writes');
  await ok('train', run, '--out', at('flowers.safetensors'), '--backend', 'cpu');
  const data = at('flowers.csv');
  expectRefusal(await idli('predict', at('flowers.safetensors'), data, '--out', data), 'what the command reads');
});

describe('runs that name their data', () => {
  test.each([
    ['a file that is not there', { csv: 'nowhere.csv' }, 'nowhere.csv: found no such file'],
    ['a column that is not there', { target: 'sort' }, 'data.target, flowers.csv: found no column "sort"'],
    ['an unknown field', { normalise: 'standard' }, 'data.normalise: found an unknown field'],
    ['a ragged file', { csv: 'ragged.csv' }, 'ragged.csv, line 3: found '],
  ])('%s: code 2 and one sentence', async (_, data, sentence) => {
    file('ragged.csv', 'size,kind\n1,a\n2\n');
    expectRefusal(await idli('train', flowerRun(data)), sentence);
  });

  test('comments and trailing commas are read; a broken run is named with its line', async () => {
    const broken = file('broken.json', '{\n  // data\n  "data": {,\n}');
    expectRefusal(await idli('train', broken), 'broken.json');
    expect((await idli('train', broken)).stderr).toContain('line 3');
  });
});

describe('verify', () => {
  test('shows every pass with its worst element beside its bound, and the verdict', async () => {
    const stdout = await ok('verify', 'article', '--no-certificate');
    expect(stdout).toMatch(/^train +layers\.0 forward +layers\.0\.y +2 +32 +\d+ % +step \d+ +\[\d+\] /m);
    expect(stdout).toMatch(/^train +update +parameters +2 +32 /m);
    expect(stdout).toMatch(
      /^Verdict {5}174 values of the first and of one further step, .+ all within their bounds; the worst used \d+ % of its bound/m,
    );
    expect(stdout).toMatch(/^Difference {2}WebGPU and the CPU reference differ by at most /m);
  });

  test('--json has the same, and --every checks each step', async () => {
    const args = ['verify', 'article', '--no-reference', '--no-certificate', '--every', '--json'] as const;
    const report = JSON.parse(await ok(...args)) as {
      verdict: string;
      passes: { ok: boolean; shareOfBound: number; times: number }[];
      curves: unknown;
    };
    expect([report.verdict, report.curves]).toEqual(['within bounds', null]);
    expect(report.passes).toHaveLength(13);
    // Fifty steps, the first one by itself before, and one more.
    for (const { ok, shareOfBound, times } of report.passes)
      expect([ok, shareOfBound <= 1, times]).toEqual([true, true, 52]);
  });

  test('the certificate names run, data, device and shaders, and is the same for the same', async () => {
    const certificate = async (...more: readonly string[]) => {
      const path = at('certificate.json');
      expect(await ok('verify', flowerRun(), '--epochs', '2', '--certificate', path, ...more)).toContain(path);
      return JSON.parse(readFileSync(path, 'utf8')) as Certificate;
    };
    const { time, ...one } = await certificate();
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(one).toMatchObject({
      certificate: 1,
      verdict: 'within bounds',
      failures: [],
      data: { rows: 48, outputs: 3 },
    });
    expect(one.adapter.arithmetic).toMatch(/^[0-9a-f]{8}$/);
    for (const hash of Object.values(one.plan!.shaders)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(one.verification!.checks).toBeGreaterThan(1);
    const again = await certificate();
    expect([again.data, again.weights, again.plan, again.adapter]).toEqual([
      one.data,
      one.weights,
      one.plan,
      one.adapter,
    ]);
    // Control: another seed trains to other weights, on the same data.
    const other = await certificate('--seed', '9');
    expect(other.weights).not.toEqual(one.weights);
  });

  test('--bisect of a training that is right writes no page', async () => {
    const page = at('reproduction.html');
    const stdout = await ok('verify', 'article', '--bisect', '--reproduction', page, '--no-certificate');
    expect(stdout).toContain('of each step (50 batches)');
    expect(existsSync(page)).toBe(false);
  });

  test('a mode there is not is refused by name', async () => {
    const { code, stderr } = await idli('train', 'article', '--verify', 'most');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are off, sample, every');
  });
});

describe('init', () => {
  test('writes a run that trains, and never over another file', async () => {
    const path = at('started.json');
    expect(await ok('init', path)).toContain(`idli train ${path}`);
    expect(readFileSync(path, 'utf8')).toContain('//');
    expectRefusal(await idli('init', path), 'a file that is there already, expected another name, or --force');
    await ok('init', path, '--force', '--kind', 'article');
    const stdout = await ok('train', path, '--epochs', '3', '--backend', 'cpu', '--json');
    expect((JSON.parse(stdout) as { epochs: number }).epochs).toBe(3);
  });
});

describe('bench', () => {
  test('no runs are refused', async () => {
    expectRefusal(await idli('bench', '--runs', '0'), 'Expected a whole number of at least 1.');
  });

  test('times three networks on the CPU', async () => {
    const report = JSON.parse(await ok('bench', '--backend', 'cpu', '--runs', '1', '--json')) as {
      adapter: unknown;
      timed: { backend: string; milliseconds: number[]; lastLoss: number }[];
    };
    expect(report.adapter).toBeNull();
    expect(report.timed.map(({ backend, milliseconds }) => [backend, milliseconds.length])).toEqual(
      Array(3).fill(['cpu', 1]),
    );
    expect(report.timed.every(({ lastLoss }) => Number.isFinite(lastLoss))).toBe(true);
  });
});

test('every command has help with examples', async () => {
  const help = await ok('--help');
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThanOrEqual(10);
  for (const command of commands) {
    const text = await ok(command, '--help');
    expect(text, command).toMatch(/Examples:\n {2}\$ idli/);
    expect(text, command).toContain('--json');
  }
});

test('no temporary file is left anywhere', () => {
  mkdirSync(folder, { recursive: true });
  expect(existsSync(folder) && readdirSync(folder).filter((name) => /tmp|\.idli|~$/.test(name))).toEqual([]);
});
