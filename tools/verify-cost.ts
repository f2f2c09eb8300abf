/**
 * What checking a training costs: the same one is trained by turns unchecked and with `verify: 'sample'`, and both times are put beside
 * each other: `npm run verify-cost -- --seconds 30 --pairs 3`. It compares their bits too, and judges nothing else: a time on a busy
 * machine means little, so the checks' own share, taken within one training, and the processor's time stand beside it. What it found is
 * in bench/results/verify-cost.json.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openNodeGpu } from '../src/cli/node-gpu.js';
import { crc32 } from '../src/core/crc32.js';
import { parseRun } from '../src/core/run.js';
import { median } from '../src/core/statistics.js';
import { adapterText } from '../src/gpu/device.js';
import type { TrainingTask } from '../src/runs/workload.js';
import { digits, spirals, tutorial } from '../src/runs/workload-tasks.js';
import { train, type Training } from '../src/trainer/train.js';

const RESULTS = fileURLToPath(new URL('../bench/results/verify-cost.json', import.meta.url));

/** One of each schedule, and one whose epochs are many and short. */
const TASKS: Readonly<Record<string, TrainingTask>> = {
  '3-4-1, full batch of 4': tutorial(),
  '2-16-16-1, Adam, batch 32': spirals(),
  '784-256-128-10, SGD, batch 128': digits(128, 8, { name: 'sgd', learningRate: 0.05 }),
};

interface Measured {
  /** From the first batch to the last number in hand; checks before and after the training are no part of it. */
  readonly seconds: number;
  /** The same with set-up and all checks. */
  readonly wholeSeconds: number;
  /** Of the processor, in all threads, for the whole; on a software adapter that is where everything is computed. */
  readonly processorSeconds: number;
  readonly samples: number;
  /** Of the training's seconds, as the checks were timed. */
  readonly checkedShare: number;
  readonly sum: string;
  readonly adapter: string;
}

/** @returns the exit code */
export async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { seconds: { type: 'string', default: '10' }, pairs: { type: 'string', default: '2' } },
  });
  const [seconds, pairs] = [Number(values.seconds), Number(values.pairs)];
  if (!(seconds > 0) || !Number.isInteger(pairs) || pairs < 1) {
    console.error('Expected --seconds above 0 and --pairs a whole number above 0.');
    return 2;
  }
  const node = await openNodeGpu();
  try {
    const found = [];
    for (const [name, task] of Object.entries(TASKS)) found.push(await compared(name, task, node.gpu, seconds, pairs));
    writeFileSync(RESULTS, `${JSON.stringify({ date: new Date().toISOString(), seconds, pairs, found }, null, 1)}\n`);
    return found.every(({ isSame }) => isSame) ? 0 : 1;
  } finally {
    node.close();
  }
}

async function compared(name: string, task: TrainingTask, gpu: GPU, seconds: number, pairs: number) {
  // How many epochs take so long; the second is without what is done but once.
  const first = await measured(task, gpu, 20, 'off');
  const once = await measured(task, gpu, Math.ceil(20 / Math.max(first.seconds, 0.01)), 'off');
  const epochs = Math.ceil((seconds / once.seconds) * Math.ceil(20 / Math.max(first.seconds, 0.01)));
  const off: Measured[] = [];
  const sampled: Measured[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // By turns first, so that a machine that slows down slows both.
    const turns = pair % 2 === 0 ? (['off', 'sample'] as const) : (['sample', 'off'] as const);
    for (const verify of turns) (verify === 'off' ? off : sampled).push(await measured(task, gpu, epochs, verify));
  }
  const ratio = (of: (one: Measured) => number) => median(sampled.map(of)) / median(off.map(of));
  const found = {
    ...{ name, adapter: first.adapter, epochs },
    seconds: median(off.map((one) => one.seconds)),
    samples: median(sampled.map(({ samples }) => samples)),
    checkedShare: Math.max(...sampled.map(({ checkedShare }) => checkedShare)),
    ratio: ratio((one) => one.seconds),
    wholeRatio: ratio((one) => one.wholeSeconds),
    processorRatio: ratio((one) => one.processorSeconds),
    isSame: new Set([...off, ...sampled].map(({ sum }) => sum)).size === 1,
  };
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(`${name}, ${found.epochs} epochs, ${found.adapter}`);
  console.log(`  unchecked                       ${found.seconds.toFixed(1)} s`);
  console.log(`  steps that were checked         ${found.samples}`);
  console.log(`  share of the checks, at most    ${percent(found.checkedShare)}`);
  console.log(`  checked / unchecked, time       ${found.ratio.toFixed(3)}`);
  console.log(`  the same with set-up and all    ${found.wholeRatio.toFixed(3)}`);
  console.log(`  the same, the processor's time  ${found.processorRatio.toFixed(3)}`);
  console.log(`  bits                            ${found.isSame ? 'the same' : 'OTHERS'}`);
  return found;
}

async function measured(task: TrainingTask, gpu: GPU, epochs: number, verify: 'off' | 'sample'): Promise<Measured> {
  const run = parseRun(runOf(task, epochs));
  const started = performance.now();
  const before = process.cpuUsage();
  const training = await train(run, { backend: 'webgpu', gpu, verify, tune: false });
  const { user, system } = process.cpuUsage(before);
  const { milliseconds, verification, adapter } = training;
  return {
    seconds: milliseconds / 1000,
    wholeSeconds: (performance.now() - started) / 1000,
    processorSeconds: (user + system) / 1e6,
    samples: verification.samples,
    checkedShare: verification.milliseconds / milliseconds,
    sum: sumOf(training),
    adapter: adapterText(adapter!),
  };
}

/** A run file's document. */
function runOf({ inputs, outputs, rows, x, y, layers, loss, optimizer, batchSize }: TrainingTask, epochs: number) {
  const table = (values: Float32Array, columns: number) =>
    Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
  return {
    data: { x: table(x, inputs), y: table(y, outputs) },
    model: { seed: 1, layers: [...layers] },
    training: { loss, optimizer, batchSize, epochs, shuffle: true, metrics: [] },
  };
}

/** Of everything that a training leaves. */
function sumOf({ history, weights }: Training): string {
  const values = [
    ...Object.values(history).flat(),
    ...weights.flatMap((layer) => Object.values(layer).flatMap((weight) => Array.from(weight.values))),
  ];
  return crc32(new Uint8Array(Float64Array.from(values).buffer)).toString(16);
}
