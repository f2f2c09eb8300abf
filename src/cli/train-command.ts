/**
 * `idli train`: loads the run, finds a GPU, trains, trains the reference beside it, reports.
 * The report goes to stdout, everything else to stderr; whatever fails is thrown to main.ts.
 */
import { train, type Training, trainOnCpu } from '../trainer.js';
import type { Run } from '../core/run.js';
import { loadRun, type Overrides } from './load-run.js';
import { type NodeGpu, NodeGpuError, openNodeGpu } from './node-gpu.js';
import { progressBar } from './progress.js';
import { jsonReport, textReport } from './report.js';

export interface TrainCommandOptions extends Overrides {
  readonly backend: 'auto' | 'webgpu' | 'cpu';
  readonly json?: boolean | undefined;
}

/** @returns what stdout is to show */
export async function trainCommand(name: string, options: TrainCommandOptions): Promise<string> {
  const run = await loadRun(name, options);
  const node = options.backend === 'cpu' ? undefined : await findGpu(options.backend);
  try {
    const training = await withProgress('Training', run, (onProgress) =>
      train(run, { backend: node ? 'webgpu' : 'cpu', gpu: node?.gpu, onProgress }),
    );
    const reference =
      training.backend === 'cpu'
        ? training
        : await withProgress('CPU reference', run, (onProgress) => trainOnCpu(run, { onProgress }));
    return options.json ? JSON.stringify(jsonReport(run, training, reference)) : textReport(run, training, reference);
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
  run: Run,
  work: (onProgress: (done: number) => void) => Promise<Training>,
): Promise<Training> {
  const progress = progressBar(label, run.training.epochs);
  try {
    return await work((done) => progress.update(done));
  } finally {
    progress.end();
  }
}
