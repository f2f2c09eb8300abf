/**
 * Names that a stranger chose (of columns, classes, files, runs) on their way through the command line: nothing of them reaches the terminal
 * as something that it obeys, none of them becomes markup or a formula, and files appear where the user said and nowhere else.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { file, folder, idli, type Outcome, useCli } from './cli-driver.js';

useCli();

const ERASE = '\u001b[2J';
const HTML = '<img src=x onerror="alert(1)"></script>';
const FORMULA = `=cmd|'/c calc'!A1`;
const CLASSES = [`${FORMULA}`, `rose${ERASE}`, `lily\u009b31m\u202e${HTML}`];
const COLUMN = `size${ERASE}\u0007${HTML}`;
const OBEYED = /[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u;

const at = (...names: readonly string[]) => join(folder, ...names);
const csvCell = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** Nothing that a terminal obeys on either stream. */
function expectHarmless({ stdout, stderr }: Outcome): void {
  expect(stdout).not.toMatch(OBEYED);
  expect(stderr).not.toMatch(OBEYED);
}

const runName = `run${ERASE}.json`;
beforeAll(() => {
  mkdirSync(at('names'), { recursive: true });
  const rows = Array.from({ length: 30 }, (_, i) => `${i % 3}.${i},${csvCell(CLASSES[i % 3]!)}`);
  file('names/hostile.csv', [`${csvCell(COLUMN)},kind`, ...rows, ''].join('\n'));
  file(`names/${runName}`, {
    data: { csv: 'hostile.csv', target: 'kind', validationSplit: 0.2 },
    model: { layers: [{ units: 3, activation: 'softmax' }] },
    training: { loss: 'sparseCategoricalCrossentropy', epochs: 2, metrics: ['accuracy', 'confusionMatrix'] },
  });
});

const inNames = (...names: readonly string[]) => at('names', ...names);
const cpu = ['--backend', 'cpu'];

test('a training of such names, its report, and what its model says', async () => {
  const [model, report] = [inNames('m.safetensors'), inNames(`r${ERASE}.html`)];
  const trained = await idli('train', inNames(runName), ...cpu, '--out', model, '--report', report);
  expect(trained.code).toBe(0);
  expectHarmless(trained);
  // Control: the names are there.
  expect(trained.stdout).toContain('rose\ufffd[2J');

  const page = readFileSync(report, 'utf8');
  expect(page).not.toMatch(/<img|onerror="|[^\n\t\P{Cc}]|\u202e/u);
  expect(page).toContain('&lt;img src=x onerror=');

  for (const args of [
    ['summary', model],
    ['predict', model, inNames('hostile.csv'), ...cpu],
    ['evaluate', model, inNames('hostile.csv'), ...cpu],
  ]) {
    const outcome = await idli(...args);
    expect([args[0], outcome.code, outcome.stderr]).toEqual([args[0], 0, '']);
    expectHarmless(outcome);
  }

  const json = await idli('predict', model, inNames('hostile.csv'), ...cpu, '--json');
  expectHarmless(json);
  const { labels } = JSON.parse(json.stdout) as { labels: string[] };
  expect(CLASSES).toEqual(expect.arrayContaining(labels));

  expectHarmless(await idli('predict', model, inNames('hostile.csv'), ...cpu, '--out', inNames('answers.csv')));
  const [names] = readFileSync(inNames('answers.csv'), 'utf8').split('\n');
  expect(names).toMatch(/^label,.*'=cmd\|/);
  expect(names).not.toMatch(/(^|,)"?=/);
});

describe('what is refused', () => {
  test.each<[string, () => Promise<Outcome>]>([
    ['a run that is not there', () => idli('train', `${ERASE}.json`)],
    ['an option', () => idli('train', `--${ERASE}`)],
    ['a command', () => idli(`${ERASE}`)],
    ['a choice', () => idli('init', '--kind', ERASE)],
    ['a model', () => idli('summary', inNames(`${ERASE}.safetensors`))],
    ['a field of a run', () => idli('train', file('field.json', { [`a${ERASE}`]: 1 }))],
    ['a text that is no JSON', () => idli('train', file('text.json', `{"a": \u009b31m${ERASE}`))],
    [
      'a target',
      () =>
        idli(
          'train',
          file('names/target.json', {
            data: { csv: 'hostile.csv', target: `x${ERASE}` },
            model: { layers: [{ units: 1 }] },
            training: { loss: 'meanSquaredError' },
          }),
        ),
    ],
  ])('%s', async (_, attempt) => {
    const outcome = await attempt();
    expect(outcome.code).toBe(2);
    expect(outcome.stderr.length).toBeGreaterThan(10);
    expectHarmless(outcome);
  });
});

describe('files appear where the user said', () => {
  /** Everything in the folder of these tests. */
  const there = () => new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  const added = async (...args: readonly string[]) => {
    const before = there();
    const outcome = await idli(...args);
    expect([outcome.code, outcome.stderr]).toEqual([0, '']);
    return [...there()].filter((path) => !before.has(path)).sort();
  };

  test('by train, export, import and init', async () => {
    const written = ['m', 'l', 'r', 'c'].map((name) => at('here', name)) as [string, string, string, string];
    mkdirSync(at('here'));
    const run = ['train', inNames(runName), ...cpu];
    const [model, metrics, report, checkpoints] = written;
    expect(
      await added(...run, '--out', model, '--metrics', metrics, '--report', report, '--checkpoint', checkpoints),
    ).toEqual(['here/c', 'here/c/checkpoint-000001.safetensors', 'here/l', 'here/m', 'here/r']);
    expect(await added('export', model, '--format', 'pytorch', '--out', at('torch'))).toEqual([
      'torch',
      'torch/model.py',
      'torch/model.safetensors',
      'torch/preprocessing.py',
    ]);
    expect(await added('export', model, '--format', 'onnx', '--out', at('onnx'))).toEqual(
      expect.arrayContaining(['onnx/model.onnx']),
    );
    expect(await added('import', at('torch/model.safetensors'), '--out', at('again'))).toEqual(['again']);
    expect(await added('init', at('new.json'))).toEqual(['new.json']);
  });

  test('an export does not follow a link that lies in its folder and leads out', async () => {
    mkdirSync(at('trap'));
    writeFileSync(at('theirs'), 'theirs');
    symlinkSync('../theirs', at('trap/model.onnx'));
    const outcome = await idli('export', at('here/m'), '--format', 'onnx', '--out', at('trap'));
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(outcome.stderr).toContain('model.onnx cannot be a file in');
    expect(readFileSync(at('theirs'), 'utf8')).toBe('theirs');
    expect(readdirSync(at('trap'))).toEqual(['model.onnx']);
    // Control: without the link, it writes there.
    expect((await idli('export', at('here/m'), '--format', 'onnx', '--out', at('no-trap'))).code).toBe(0);
    expect(existsSync(at('no-trap/model.onnx'))).toBe(true);
  });
});
