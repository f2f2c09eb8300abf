/**
 * `idli train`: loads the run, finds a GPU, trains, trains the reference beside it, saves, reports.
 * The report goes to stdout, everything else to stderr; whatever fails is thrown to main.ts.
 */
import { type Command, Option } from 'commander';
import { RunError } from '../../core/run-error.js';
import type { Task } from '../../core/task.js';
import { taskOfLoaded, type LoadedRun } from '../../data/load.js';
import { writeModel } from '../../formats/model-file.js';
import type { Schedule } from '../../plan/plan.js';
import { savedModelOf } from '../../trainer/saved-model.js';
import { type Training, trainOnCpu, trainTask } from '../../trainer/train.js';
import { compareCurves } from '../../verify/curves.js';
import type { VerifyMode } from '../../verify/report.js';
import { findGpu, openKnown, unlessRefused } from '../backend.js';
import { checkDistinct } from '../distinct-paths.js';
import { Failure } from '../failure.js';
import type { Finished } from '../finished.js';
import { interruptible } from '../interrupt.js';
import { jsonReport } from '../json-report.js';
import { loadNamedRun } from '../load-run.js';
import type { NodeGpu } from '../node-gpu.js';
import { metricsFile } from '../metrics-file.js';
import {
  backendOption,
  every,
  examples,
  jsonOption,
  overrideOptions,
  type Overrides,
  type Print,
  scheduleOption,
  verifyOption,
} from '../options.js';
import { shownPath } from '../shown-path.js';
import { say, sayAmid } from '../terminal.js';
import { testResult } from '../test-result.js';
import { textReport } from '../text-report.js';
import { type CheckpointFlags, type TrainCheckpoints, trainCheckpoints } from '../train-checkpoints.js';
import { withProgress } from '../training-progress.js';
import { tuningFile } from '../tuning-file.js';
import { checkWritable, writeWhole } from '../write-file.js';

interface TrainCommandOptions extends Overrides, CheckpointFlags {
  readonly schedule?: Schedule | undefined;
  readonly verify: VerifyMode;
  readonly json?: boolean | undefined;
  readonly out?: string | undefined;
  readonly metrics?: string | undefined;
  readonly report?: string | undefined;
  /** False with --no-reference. */
  readonly reference: boolean;
}

export function addTrain(program: Command, print: Print): void {
  const command = program
    .command('train')
    .description('Train a run; print the loss of every epoch, the predictions, and how far GPU and CPU are apart.')
    .argument('<run>', 'a run document (JSON, comments allowed), or a built-in run: article')
    .addOption(backendOption('where to train'))
    .addOption(scheduleOption())
    .addOption(verifyOption());
  for (const option of overrideOptions()) command.addOption(option);
  command
    .option('--out <file>', 'save the trained model here, as safetensors')
    .option('--metrics <file>', 'write a line of JSON for each epoch here')
    .option('--report <file>', 'write a report with curves and tables here, one self-contained HTML page')
    .option('--checkpoint <folder>', 'write checkpoints here while training')
    .addOption(
      new Option(
        '--checkpoint-every <n>',
        'how often: epochs, for example 10, or a time: 30s, 5m, 1h (default: 30s)',
      ).argParser(every),
    )
    .option('--resume', 'go on from the newest checkpoint in that folder, to the same bits as without a break')
    .option(
      '--no-reference',
      'do not train the CPU reference beside the GPU; steps are checked all the same, as --verify says',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli train article',
        'idli train iris.json --out iris.safetensors --report iris.html',
        'idli train mnist.json --no-reference --checkpoint saved --checkpoint-every 30s',
        'idli train mnist.json --no-reference --checkpoint saved --resume',
      ),
    )
    .action(async (run: string, options: TrainCommandOptions) => print(await train(run, options)));
}

async function train(name: string, options: TrainCommandOptions): Promise<string> {
  if (options.resume && options.checkpoint === undefined) {
    throw new RunError('--resume', 'no --checkpoint', 'the folder with the checkpoints: --checkpoint <folder>');
  }
  if (options.checkpointEvery && options.checkpoint === undefined) {
    throw new RunError('--checkpoint-every', 'no --checkpoint', 'the folder to write them into: --checkpoint <folder>');
  }
  const { out, metrics, report: page } = options;
  const writes = { '--out': out, '--metrics': metrics, '--report': page };
  checkDistinct(writes, [name]);
  const loaded = await loadNamedRun(name, options);
  checkDistinct(writes, loaded.files);
  const task = taskOfLoaded(loaded);
  for (const note of [...loaded.notes, ...task.notes]) say(note);
  // Before a training that may take hours.
  for (const path of [options.out, options.metrics, options.report]) if (path !== undefined) await checkWritable(path);
  const node = await findGpu(options.backend);
  const checkpoints = await trainCheckpoints(options, node ? 'webgpu' : 'cpu');
  const interrupt = interruptible();
  try {
    const on = (gpu: NodeGpu | undefined, given: TrainCheckpoints['options']) =>
      trained(task, options, given, gpu, interrupt.signal);
    const training = await unlessRefused(
      options.backend,
      () => on(node, checkpoints.options),
      () => on(undefined, { ...checkpoints.options, backend: 'cpu' }),
    );
    for (const note of training.notes) if (!task.notes.includes(note)) say(note);
    // The model is safe before anything else is computed.
    if (options.out !== undefined) await writeWhole(options.out, writeModel(savedModelOf(loaded, training)));
    const finished = await report(loaded, task, training, options, node, interrupt.signal);
    if (options.report !== undefined) await writeReport(options.report, name, finished, loaded);
    return options.json ? JSON.stringify(jsonReport(finished)) : [textReport(finished), ...written(options)].join('\n');
  } catch (error) {
    throw error === interrupt.signal.reason ? new Failure(checkpoints.stopped()) : error;
  } finally {
    interrupt.dispose();
    node?.close();
  }
}

/** Trains, with each epoch in the metrics file as it comes. */
async function trained(
  task: Task,
  { schedule, verify, metrics }: TrainCommandOptions,
  checkpoints: TrainCheckpoints['options'],
  node: NodeGpu | undefined,
  signal: AbortSignal,
): Promise<Training> {
  const file = metrics === undefined ? undefined : metricsFile(metrics);
  const started = performance.now();
  const stepRows = node ? task.batchSize * task.training.gradientAccumulationSteps : task.train.x.rows;
  try {
    return await withProgress('Training', node ? 'steps' : 'epochs', stepRows, ({ onProgress, onEpoch }) =>
      trainTask(task, {
        gpu: node?.gpu,
        schedule,
        verify,
        tune: tuningFile(),
        signal,
        ...checkpoints,
        onProgress,
        onRecovery: ({ message }) => sayAmid(message),
        onEpoch: (epoch) => {
          file?.write(epoch, { seconds: (performance.now() - started) / 1000 });
          onEpoch?.(epoch);
        },
      }),
    );
  } finally {
    await file?.close();
  }
}

/** What there is to say of a training: the reference's beside it, and what the rows held back make of it. */
async function report(
  loaded: LoadedRun,
  task: Task,
  training: Training,
  options: TrainCommandOptions,
  node: NodeGpu | undefined,
  signal: AbortSignal,
): Promise<Finished> {
  const onGpu = training.backend === 'webgpu';
  const reference = !onGpu
    ? training
    : options.reference
      ? await withProgress('CPU reference', 'epochs', task.train.x.rows, (told) =>
          trainOnCpu(task, { ...told, signal }),
        )
      : undefined;
  const device = onGpu && node && loaded.test ? await openKnown(node) : undefined;
  try {
    return {
      task,
      training,
      reference,
      curves: reference && compareCurves(training, reference),
      classes: loaded.classes,
      test: loaded.test && (await testResult(device, task, loaded.test, training)),
    };
  } finally {
    device?.close();
  }
}

async function writeReport(path: string, name: string, finished: Finished, loaded: LoadedRun): Promise<void> {
  const { htmlReport } = await import('../html-report.js');
  const { data, model, training } = loaded;
  const document = { data: data ?? 'in the run', model: { seed: model.seed, layers: model.layers }, training };
  await writeWhole(
    path,
    htmlReport({ ...finished, name, document, command: ['idli', ...process.argv.slice(2)].join(' ') }),
  );
}

/** What was written where, a line each. */
function written({ out, metrics, report }: TrainCommandOptions): string[] {
  const files = { Model: out, Metrics: metrics, Report: report };
  return Object.entries(files).flatMap(([label, path]) =>
    path === undefined ? [] : [`${label.padEnd(12)}${shownPath(path)}`],
  );
}
