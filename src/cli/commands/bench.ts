/**
 * `idli bench`: how fast this machine trains three networks, on its WebGPU adapter and on the CPU. Both must end with the same
 * loss before a time is shown. How that compares with other libraries is `npm run bench`'s to say.
 */
import type { Command } from 'commander';
import { numpyRandom } from '../../core/random.js';
import { parseRun, type RunDocument } from '../../core/run.js';
import { median } from '../../core/statistics.js';
import { type Task, taskOf } from '../../core/task.js';
import { differenceText, millisecondsText } from '../../core/text.js';
import { adapterText, type Device } from '../../gpu/device.js';
import { article } from '../../runs/article.js';
import { trainOnCpu, trainOnDevice, type Training } from '../../trainer/train.js';
import { onBackend } from '../backend.js';
import { Failure } from '../failure.js';
import { backendOption, type Backend, examples, jsonOption, countFrom1, type Print } from '../options.js';
import { table } from '../table.js';

/** How far the last losses may be apart, relative to the first: rounding over a whole training, and no more. */
const SAME = 1e-3;

interface BenchOptions {
  readonly backend: Backend;
  readonly runs: number;
  readonly json?: boolean | undefined;
}

/** One network on one backend. */
interface Timed {
  readonly workload: string;
  readonly backend: Training['backend'];
  /** Of all runs, in order; without set-up and checks. */
  readonly milliseconds: readonly number[];
  /** Opening, compiling, creating buffers: of the first run. */
  readonly setUpMilliseconds: number;
  readonly examplesPerSecond: number;
  readonly lastLoss: number;
}

export function addBench(program: Command, print: Print): void {
  program
    .command('bench')
    .description('Time three trainings on this machine: on its WebGPU adapter, and on the CPU.')
    .addOption(backendOption('cpu leaves the GPU out'))
    .option('--runs <n>', 'how often each is timed; the median counts', countFrom1, 5)
    .addOption(jsonOption())
    .addHelpText('after', examples('idli bench', 'idli bench --runs 11 --json'))
    .action(async (options: BenchOptions) => print(await bench(options)));
}

function workloads(): Readonly<Record<string, Task>> {
  return {
    '3-4-1, 50 epochs': taskOf(parseRun(article)),
    '2-16-16-1, Adam, 20 epochs of 500': task(500, 2, [16, 16], 'tanh', {
      epochs: 20,
      batchSize: 32,
      optimizer: 'adam',
    }),
    '784-256-128-10, SGD, 16 steps of 128': task(2048, 784, [256, 128], 'relu', {
      epochs: 1,
      batchSize: 128,
      optimizer: 'sgd',
    }),
  };
}

/** A network with so many inputs and hidden units, and one column of classes, or ten, on seeded noise. */
function task(
  rows: number,
  inputs: number,
  units: readonly number[],
  activation: 'tanh' | 'relu',
  training: Omit<RunDocument['training'], 'loss'>,
): Task {
  const random = numpyRandom(1);
  const list = (length: number, value: () => number) => Array.from({ length }, value);
  const hidden = units.map((count) => ({ units: count, activation }));
  const isBinary = inputs === 2;
  return taskOf(
    parseRun({
      data: {
        x: list(rows, () => 0).map(() => list(inputs, random)),
        y: list(rows, () => 0).map(() => [Math.floor(random() * (isBinary ? 2 : 10))]),
      },
      model: {
        seed: 1,
        layers: [...hidden, isBinary ? { units: 1, activation: 'sigmoid' } : { units: 10, activation: 'softmax' }],
      },
      training: { loss: isBinary ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy', ...training },
    }),
  );
}

async function bench({ backend, runs, json }: BenchOptions): Promise<string> {
  const report = await onBackend(backend, async (device) => {
    const timed: Timed[] = [];
    for (const [workload, task] of Object.entries(workloads())) {
      if (device) timed.push(await timeOf(workload, task, runs, device));
      timed.push(await timeOf(workload, task, runs, undefined));
    }
    return { adapter: device ? adapterText(device.adapter) : null, timed };
  });
  checkLosses(report.timed);
  return json ? JSON.stringify(report) : shownText(report.adapter, report.timed);
}

async function timeOf(workload: string, task: Task, runs: number, device: Device | undefined): Promise<Timed> {
  const once = (verify: boolean) => (device ? trainOnDevice(device, task, { verify, tune: false }) : trainOnCpu(task));
  // The first one is checked, and warms up what is timed after it.
  const first = await once(true);
  const milliseconds: number[] = [];
  for (let run = 0; run < runs; run++) milliseconds.push((await once(false)).milliseconds);
  const rows = task.train.x.rows * first.epochs;
  return {
    workload,
    backend: first.backend,
    milliseconds,
    setUpMilliseconds: first.setUpMilliseconds,
    examplesPerSecond: (1000 * rows) / median(milliseconds),
    lastLoss: first.history.loss.at(-1)!,
  };
}

/** A time of what computes something else is worth nothing. */
function checkLosses(timed: readonly Timed[]): void {
  for (const { workload, lastLoss } of timed.filter(({ backend }) => backend === 'webgpu')) {
    const reference = timed.find((one) => one.workload === workload && one.backend === 'cpu')!.lastLoss;
    const apart = Math.abs(lastLoss - reference) / Math.abs(reference);
    if (apart <= SAME) continue;
    throw new Failure(
      `${workload}: GPU and CPU end with losses that are ${differenceText(apart)} apart; no time is shown.`,
    );
  }
}

function shownText(adapter: string | null, timed: readonly Timed[]): string {
  const rows = timed.map(({ workload, backend, milliseconds, setUpMilliseconds, examplesPerSecond }) => [
    workload,
    backend,
    millisecondsText(median(milliseconds)),
    millisecondsText(Math.min(...milliseconds)),
    Math.round(examplesPerSecond).toLocaleString('en-US'),
    backend === 'cpu' ? '' : millisecondsText(setUpMilliseconds),
  ]);
  return [
    `Adapter  ${adapter ?? 'none; the CPU alone'}`,
    '',
    ...table(['Network', 'Backend', 'Median', 'Best', 'Examples/s', 'Set-up, once'], rows),
  ].join('\n');
}
