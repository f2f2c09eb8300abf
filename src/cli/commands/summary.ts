/**
 * `idli summary`: a saved model, or a run, in short: layers, parameters, and how the GPU would train it: schedule and memory. It
 * needs no GPU: the plan is that of a device with WebGPU's default limits.
 */
import type { Command } from 'commander';
import { bytesText } from '../../core/text.js';
import { measuringTask, type Task } from '../../core/task.js';
import { taskOfLoaded } from '../../data/load.js';
import { summaryText } from '../../model/summary.js';
import { planBytes, type Plan } from '../../plan/plan.js';
import { printPlan } from '../../plan/print.js';
import { planTask } from '../../plan/schedule.js';
import { loadNamedRun } from '../load-run.js';
import { openModel, type OpenedModel } from '../open-model.js';
import { examples, jsonOption, type Print } from '../options.js';
import { printable } from '../table.js';

interface SummaryOptions {
  readonly plan?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What there is to say of a model, whether it is trained or not. */
interface Summarized {
  readonly task: Task | undefined;
  readonly layers: OpenedModel['saved']['model']['layers'];
  readonly inputs: number;
  readonly classes: readonly string[] | undefined;
  /** Epochs of the history that the file has. */
  readonly lastLoss: number | undefined;
}

export function addSummary(program: Command, print: Print): void {
  program
    .command('summary')
    .description('Show the layers, the parameters, the schedule and the memory of a saved model or a run.')
    .argument('<model>', 'a model in safetensors, a run document, or a built-in run: article')
    .option('--plan', 'show every buffer and every pass too')
    .addOption(jsonOption())
    .addHelpText('after', examples('idli summary iris.safetensors', 'idli summary article --plan'))
    .action(async (name: string, options: SummaryOptions) => print(await summary(name, options)));
}

async function summary(name: string, options: SummaryOptions): Promise<string> {
  const model = /\.safetensors$/i.test(name) ? ofModel(await openModel(name)) : await ofRun(name);
  const { task, layers, inputs, classes, lastLoss } = model;
  const plan = task && planTask(task);
  if (options.json) return JSON.stringify(jsonOf(model, plan));
  return [
    summaryText(layers, inputs),
    ...(classes ? [`Classes: ${classes.map(printable).join(', ')}`] : []),
    ...(lastLoss === undefined ? [] : [`Loss after its training: ${lastLoss}`]),
    ...(plan ? ['', ...planLines(plan, task)] : []),
    ...(plan && options.plan ? ['', printPlan(plan)] : []),
  ].join('\n');
}

function planLines(plan: Plan, { batchSize, training }: Task): string[] {
  return [
    `Schedule: ${plan.schedule}, since ${plan.reason}`,
    `Memory planned: ${bytesText(planBytes(plan))} on the GPU, for batches of ${batchSize}`,
    `Training: ${training.loss.name}, ${training.optimizer.name}, learning rate ${training.optimizer.learningRate}`,
  ];
}

function jsonOf({ layers, inputs, classes, lastLoss }: Summarized, plan: Plan | undefined): unknown {
  return {
    inputs,
    layers,
    parameters: plan?.parameters.map(({ name, shape }) => ({ name, shape })) ?? [],
    classes: classes ?? null,
    lastLoss: lastLoss ?? null,
    plan: plan
      ? {
          schedule: plan.schedule,
          reason: plan.reason,
          steps: plan.steps,
          bytes: planBytes(plan),
          buffers: plan.buffers.map(({ name, type, shape }) => ({ name, type, shape })),
        }
      : null,
  };
}

async function ofRun(name: string): Promise<Summarized> {
  const loaded = await loadNamedRun(name, {});
  const task = taskOfLoaded(loaded);
  return { task, layers: task.model.layers, inputs: task.widths[0]!, classes: loaded.classes, lastLoss: undefined };
}

/** A model has no data with it: its plan is that of one full batch of rows. */
function ofModel({ saved, widths }: OpenedModel): Summarized {
  const { model, training, inputs, classes, history } = saved;
  const rows = training?.batchSize ?? 32;
  const outputs = training?.loss.name === 'sparseCategoricalCrossentropy' ? 1 : widths.at(-1)!;
  const table = (columns: number) => ({ rows, columns, values: new Uint8Array(rows * columns) });
  const source = { prefix: '', x: table(inputs), y: table(outputs) };
  return {
    task: training && measuringTask(model, training, source),
    layers: model.layers,
    inputs,
    classes,
    lastLoss: history?.loss.at(-1),
  };
}
