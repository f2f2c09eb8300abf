/**
 * `idli train`: loads the run, finds a GPU, trains, trains the reference beside it, reports.
 * The report goes to stdout, everything else to stderr; whatever fails is thrown to main.ts.
 */
import { taskOf } from '../core/task.js';
import { numberText } from '../core/text.js';
import type { Schedule } from '../plan/plan.js';
import { type BACKENDS, type RunOptions, train, type Training, trainOnCpu } from '../trainer/train.js';
import { compareCurves } from '../verify/curves.js';
import { jsonReport } from './json-report.js';
import { loadRun, type Overrides } from './load-run.js';
import { type NodeGpu, NodeGpuError, openNodeGpu } from './node-gpu.js';
import { progressBar } from './progress.js';
import { textReport } from './text-report.js';
import { tuningFile } from './tuning-file.js';

export interface TrainCommandOptions extends Overrides {
  readonly backend: (typeof BACKENDS)[number];
  readonly schedule?: Schedule | undefined;
  readonly json?: boolean | undefined;
}

/** @returns what stdout is to show */
export async function trainCommand(name: string, options: TrainCommandOptions): Promise<string> {
  const run = await loadRun(name, options);
  const task = taskOf(run);
  for (const note of task.notes) process.stderr.write(`${note}\n`);
  const node = options.backend === 'cpu' ? undefined : await findGpu(options.backend);
  try {
    const onGpu = node !== undefined;
    const training = await withProgress('Training', onGpu ? 'steps' : 'epochs', (told) =>
      train(run, {
        backend: onGpu ? 'webgpu' : 'cpu',
        gpu: node?.gpu,
        schedule: options.schedule,
        tune: tuningFile(),
        ...told,
      }),
    );
    const reference = onGpu
      ? await withProgress('CPU reference', 'epochs', (told) => trainOnCpu(task, told))
      : training;
    const finished = { task, training, reference, curves: compareCurves(training, reference) };
    return options.json ? JSON.stringify(jsonReport(finished)) : textReport(finished);
  } finally {
    node?.close();
  }
}

/** Node's GPU; undefined, with a sentence on stderr, where `auto` has to do without. */
async function findGpu(backend: 'auto' | 'webgpu'): Promise<NodeGpu | undefined> {
  try {
    return await openNodeGpu();
  } catch (error) {
    if (backend === 'webgpu' || !(error instanceof NodeGpuError) || error.problem === 'no-such-driver') throw error;
    process.stderr.write(`${error.message}\nSo the CPU trains instead, with the float64 reference.\n`);
    return undefined;
  }
}

async function withProgress(
  label: string,
  unit: 'steps' | 'epochs',
  work: (told: Pick<RunOptions, 'onProgress' | 'onEpoch'>) => Promise<Training>,
): Promise<Training> {
  const progress = progressBar(label, unit);
  try {
    let remark = '';
    return await work({
      onEpoch: ({ epoch, logs }) => (remark = `epoch ${epoch}: loss ${numberText(logs.loss)}`),
      onProgress: (done, of) => progress.update(done, of, remark),
    });
  } finally {
    progress.end();
  }
}
