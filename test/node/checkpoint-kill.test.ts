/**
 * Trainings of the command line that are killed, interrupted, or run out of disk: what was safe stays safe, and going on from it
 * gives the very numbers of a training that nothing happened to.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JsonReport } from '../../src/cli/json-report.js';
import { numpyRandom } from '../../src/core/random.js';
import type { RunDocument } from '../../src/core/run.js';
import { expectRefusal, file, folder, idli, OUT, type Outcome, useCli } from './cli-driver.js';

useCli();

const EPOCHS = 150;

/** Three classes in mini-batches, with all that lasts from one step to the next. */
function classifier(): RunDocument {
  const random = numpyRandom(5);
  const y = Array.from({ length: 60 }, (_, row) => row % 3);
  return {
    data: { x: y.map((label) => [label - 1 + random(), random() - 0.5]), y: y.map((label) => [label]) },
    model: {
      seed: 2,
      layers: [
        { units: 8, activation: 'relu' },
        { type: 'batchNormalization' },
        { type: 'dropout', rate: 0.2 },
        { units: 3, activation: 'softmax' },
      ],
    },
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.002 },
      learningRateSchedule: { name: 'reduceOnPlateau', patience: 5, factor: 0.7 },
      epochs: EPOCHS,
      batchSize: 8,
      gradientAccumulationSteps: 2,
      validationSplit: 0.2,
      metrics: ['accuracy', 'auc'],
      earlyStopping: { patience: EPOCHS, restoreBestWeights: true },
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome & { readonly signal: NodeJS.Signals | null }>;
}

/** Starts the command line, so that something can be done to it. */
function start(args: readonly string[], command: readonly string[] = [process.execPath]): Running {
  const [program, ...before] = command;
  const child = spawn(program!, [...before, `${OUT}/cli.js`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const outcome = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (outcome.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (outcome.stderr += String(chunk)));
  const ended = new Promise<Awaited<Running['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...outcome }));
  });
  return { child, ended };
}

/** Waits until something is so, as long as the process runs. */
async function until(isSo: () => boolean, { child }: Running): Promise<void> {
  while (!isSo()) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('It ended before that.');
    await pause(2);
  }
}

const checkpointsIn = (path: string) =>
  existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('checkpoint-')) : [];

/** What must be the same, whatever happened on the way: all but times and notes. */
function numbers({ code, stdout, stderr }: Outcome) {
  expect([code, stderr.includes('rror')]).toEqual([0, false]);
  const { history, weights, predictions, epochs, bestEpoch, confusionMatrices } = JSON.parse(stdout) as JsonReport;
  return { history, weights, predictions, epochs, bestEpoch, confusionMatrices };
}

/** When a process is killed: how often checkpoints are written, and how many there are by then. */
const KILLS: readonly (readonly [every: string, count: number])[] = [
  ['1', 1],
  ['1', 2],
  ['0.05s', 1],
];

const BACKENDS = [
  ['the CPU', ['--backend', 'cpu'], KILLS],
  // A process with a GPU takes seconds to begin.
  ['WebGPU, layered', ['--backend', 'webgpu', '--schedule', 'layered'], KILLS.slice(1)],
  ['WebGPU, persistent', ['--backend', 'webgpu', '--schedule', 'persistent'], KILLS.slice(1)],
] as const;

describe.each(BACKENDS)('on %s', (name, backend, kills) => {
  const wholes: ReturnType<typeof numbers>[] = [];
  /** What a training leaves that nothing happens to. */
  const whole = async () => (wholes[0] ??= numbers(await idli(...args())));
  const path = (what: string) => join(folder, `${what} ${name}`);
  const args = (...more: readonly string[]) => {
    return ['train', file('kill.json', classifier()), ...backend, '--no-reference', '--json', ...more];
  };

  test.each(kills)(
    'killed, with a checkpoint every %s, when there are %i; and once more after that',
    async (every, count) => {
      const saved = path(`killed ${every} ${count}`);
      const command = args('--checkpoint', saved, '--checkpoint-every', every);

      const first = start(command);
      await until(() => checkpointsIn(saved).length >= count, first);
      first.child.kill('SIGKILL');
      expect(await first.ended).toMatchObject({ code: null, signal: 'SIGKILL', stdout: '' });

      const newest = () => checkpointsIn(saved).sort().at(-1)!;
      const before = newest();
      const second = start([...command, '--resume']);
      await until(() => newest() !== before, second);
      second.child.kill('SIGKILL');
      expect((await second.ended).signal).toBe('SIGKILL');

      const last = await idli(...command, '--resume');
      expect(last.stderr).toMatch(
        /^Going on from checkpoint-\d{6}\.safetensors: \d+ epochs? and \d+ updates? are done\.$/m,
      );
      expect(numbers(last)).toEqual(await whole());
      // Nothing of the processes that were killed is left.
      expect(readdirSync(saved).filter((file) => !file.startsWith('checkpoint-'))).toEqual([]);
      expect(checkpointsIn(saved).length).toBeLessThanOrEqual(2);
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: a checkpoint is there, it says so, and metrics go on without a gap',
    async (signal) => {
      const saved = path(signal);
      const metrics = path(`metrics ${signal}`);
      const command = args('--checkpoint', saved, '--checkpoint-every', '1h', '--metrics', metrics);
      const lines = () => (existsSync(metrics) ? readFileSync(metrics, 'utf8').trim().split('\n') : []);
      const running = start(command);
      await until(() => lines().length > 2, running);
      running.child.kill(signal);
      const { code, stdout, stderr } = await running.ended;
      expect([code, stdout, checkpointsIn(saved)]).toEqual([1, '', ['checkpoint-000001.safetensors']]);
      expect(stderr.trim().split('\n').at(-1)).toBe(
        `Stopped; a checkpoint is in ${saved}, from which the same command with --resume goes on.`,
      );

      const resumed = numbers(await idli(...command, '--resume'));
      expect(resumed).toEqual(await whole());
      const told = lines().map((line) => JSON.parse(line) as { epoch: number; loss: number });
      expect(told.map(({ epoch }) => epoch)).toEqual(resumed.history.loss.map((_, epoch) => epoch + 1));
      expect(told.map(({ loss }) => loss)).toEqual(resumed.history.loss);
    },
  );
});

test('control: another seed ends with other numbers', async () => {
  const args = ['train', file('kill.json', classifier()), '--backend', 'cpu', '--json'];
  expect(numbers(await idli(...args, '--seed', '3')).weights).not.toEqual(numbers(await idli(...args)).weights);
});

describe('bad input: code 2 and a sentence, and nothing is touched', () => {
  const args = (...more: readonly string[]) => ['train', 'article', '--backend', 'cpu', ...more];
  /** A folder with the checkpoints of a training that ended, and the bytes of each. */
  async function used(name: string): Promise<{ saved: string; bytes: () => string[] }> {
    const saved = join(folder, name);
    expect((await idli(...args('--checkpoint', saved))).code).toBe(0);
    return { saved, bytes: () => checkpointsIn(saved).map((file) => readFileSync(join(saved, file), 'hex')) };
  }

  test('--resume without --checkpoint', async () => {
    expectRefusal(
      await idli(...args('--resume')),
      '--resume: found no --checkpoint, expected the folder with the checkpoints: --checkpoint <folder>.',
    );
  });

  test('a folder with checkpoints, without --resume', async () => {
    const { saved, bytes } = await used('used');
    const before = bytes();
    expectRefusal(
      await idli(...args('--checkpoint', saved)),
      `${saved}: found checkpoints of an earlier training, expected none: go on from them (resume), or name another place.`,
    );
    expect(bytes()).toEqual(before);
    // Control: with it, the training of before is there at once.
    expect((await idli(...args('--checkpoint', saved, '--resume'))).code).toBe(0);
  });

  test.each([
    [['--epochs', '60'], 'found training.epochs of 50, expected 60, as in this run'],
    [['--seed', '8'], /found model\.seed of \d+, expected 8, as in this run/],
    [['--backend', 'webgpu'], 'backend: found "webgpu", expected "cpu", which the checkpoint was made on.'],
  ])("another run's folder: %j", async (changes, sentence) => {
    const { saved, bytes } = await used(`of another ${changes.join(' ')}`);
    const before = bytes();
    const outcome = await idli(...args(...changes, '--checkpoint', saved, '--resume'));
    expectRefusal(outcome, '');
    expect(outcome.stderr).toMatch(sentence);
    expect(bytes()).toEqual(before);
  });

  test('checkpoints that are all damaged', async () => {
    const { saved } = await used('damaged');
    for (const name of checkpointsIn(saved)) writeFileSync(join(saved, name), 'torn');
    expectRefusal(
      await idli(...args('--checkpoint', saved, '--resume')),
      `${saved}: found checkpoints that are all damaged (checkpoint-000001.safetensors: 4 bytes), expected a whole one.`,
    );
  });

  test.each(['0', '-1', '2.5', 'often', '0s', '5d'])('--checkpoint-every %s', async (every) => {
    const { code, stdout } = await idli(...args('--checkpoint', join(folder, 'unused'), '--checkpoint-every', every));
    expect([code, stdout, existsSync(join(folder, 'unused'))]).toEqual([2, '', false]);
  });
});

describe('a folder that cannot be had', () => {
  test.each([
    ['a file in its place', 'file', 'there is a file of that name already'],
    ['a file above it', 'file/saved', 'is not a folder'],
  ])('%s: code 1 before the training', async (_, name, reason) => {
    writeFileSync(join(folder, 'file'), 'mine');
    const metrics = join(folder, 'untouched.jsonl');
    const { code, stdout, stderr } = await idli(
      ...['train', 'article', '--backend', 'cpu', '--checkpoint', join(folder, name), '--metrics', metrics],
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/ cannot be written: .*\.\n$/);
    expect(stderr).toContain(reason);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
    expect(existsSync(metrics) ? readFileSync(metrics, 'utf8') : '').toBe('');
  });
});

describe('a disk that is full', () => {
  const args = (saved: string, ...more: readonly string[]) => [
    ...['train', file('kill.json', classifier()), '--backend', 'cpu', '--json'],
    ...['--checkpoint', saved, '--checkpoint-every', '10', ...more],
  ];
  const plain = () => idli('train', file('kill.json', classifier()), '--backend', 'cpu', '--json');

  test('from the start: the training ends as it would, says so, and nothing half is left', async () => {
    const saved = join(folder, 'too small');
    // No file may be longer than a block; what is printed goes into a pipe.
    const limited = start(args(saved), ['/bin/sh', '-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath]);
    const outcome = await limited.ended;
    expect(numbers(outcome)).toEqual(numbers(await plain()));
    expect(outcome.stderr).toMatch(
      / cannot be written: it would be larger than files may be there\. The training goes on /,
    );
    expect(outcome.stderr).toMatch(/^\d+ checkpoints could not be written: /m);
    expect(readdirSync(saved)).toEqual([]);
  });

  test('after a while: the last good checkpoint stays, and can be gone on from', async () => {
    const saved = join(folder, 'tiny disk');
    mkdirSync(saved);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', saved], { stdio: 'ignore' });
    } catch {
      // Only who may mount has a disk that can be filled; the test above needs none.
      return;
    }
    try {
      const filler = join(saved, 'filler');
      const running = start(args(saved));
      await until(() => checkpointsIn(saved).length > 0, running);
      // Everything that is left: of the files of others, nothing is ever taken away.
      try {
        writeFileSync(filler, new Uint8Array(2 ** 20));
      } catch {
        // As much as there was room for.
      }
      const outcome = await running.ended;
      expect(outcome.stderr).toContain(
        'cannot be written: the disk is full. The training goes on without that checkpoint.',
      );
      const whole = numbers(await plain());
      expect(numbers(outcome)).toEqual(whole);
      expect(readdirSync(saved).filter((name) => name.startsWith('.idli'))).toEqual([]);
      expect(checkpointsIn(saved).length).toBeGreaterThan(0);
      writeFileSync(filler, '');
      expect(numbers(await idli(...args(saved, '--resume')))).toEqual(whole);
    } finally {
      execFileSync('umount', [saved]);
    }
  });
});
