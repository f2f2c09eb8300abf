/**
 * `idli evaluate`: loss and metrics of a saved model on data that has the targets too, encoded and scaled as in its training.
 */
import { type Command, Option } from 'commander';
import { RunError } from '../../core/run-error.js';
import { parseSettings } from '../../core/run.js';
import { measuringTask, type Task } from '../../core/task.js';
import { METRIC_NAMES, type TrainingSettings } from '../../core/training.js';
import { numberText } from '../../core/text.js';
import { applyTarget } from '../../data/targets.js';
import { evaluate as evaluateTask, type Evaluation } from '../../model/evaluate.js';
import type { SavedModel } from '../../formats/saved-model.js';
import { onBackend } from '../backend.js';
import { inputsOf, openData, type OpenedModel, openModel } from '../open-model.js';
import { backendOption, type Backend, examples, jsonOption, type Print } from '../options.js';
import { capitalized, table } from '../table.js';

interface EvaluateOptions {
  readonly backend: Backend;
  readonly json?: boolean | undefined;
  readonly metrics?: readonly string[] | undefined;
}

export function addEvaluate(program: Command, print: Print): void {
  program
    .command('evaluate')
    .description('Measure a saved model on data that has the targets too: loss and metrics.')
    .argument('<model>', 'a model in safetensors, as `idli train --out` writes it')
    .argument('<data>', 'a CSV, JSON, NPY or NPZ file, an address, or a folder of pictures')
    .addOption(backendOption('where to compute'))
    .addOption(
      new Option('--metrics <names...>', 'what to measure, instead of what its training measured').choices(
        METRIC_NAMES,
      ),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli evaluate iris.safetensors more-flowers.csv',
        'idli evaluate iris.safetensors more-flowers.csv --metrics accuracy confusionMatrix --json',
      ),
    )
    .action(async (model: string, data: string, options: EvaluateOptions) => {
      print(await evaluate(model, data, options));
    });
}

async function evaluate(modelPath: string, dataPath: string, options: EvaluateOptions): Promise<string> {
  const model = await openModel(modelPath);
  const task = await taskFor(model, modelPath, dataPath, options);
  const found = await onBackend(options.backend, (device) => evaluateTask(device, task, model.saved.weights, true));
  return options.json ? JSON.stringify({ rows: task.train.x.rows, ...found }) : shownText(found, model, task);
}

async function taskFor(
  model: OpenedModel,
  modelPath: string,
  dataPath: string,
  { metrics }: EvaluateOptions,
): Promise<Task> {
  const { saved, preprocessing } = model;
  if (!saved.training || !preprocessing) {
    const missing = saved.training ? 'how its data was encoded' : 'how it was trained';
    throw new RunError(modelPath, `a model that does not say ${missing}`, 'one that `idli train --out` saved');
  }
  const training = metrics ? withMetrics(saved.model, saved.training, metrics) : saved.training;
  const raw = await openData(dataPath, model);
  const examples = { prefix: '', x: inputsOf(raw, model), y: applyTarget(preprocessing, raw) };
  return measuringTask(saved.model, training, examples);
}

/** @throws RunError naming the option, where it has what cannot be measured */
function withMetrics(
  model: SavedModel['model'],
  training: TrainingSettings,
  metrics: readonly string[],
): TrainingSettings {
  try {
    return parseSettings({ model, training: { ...training, metrics } }).training;
  } catch (error) {
    if (!(error instanceof RunError && error.field.startsWith('training.metrics'))) throw error;
    throw new RunError('--metrics', error.found, error.expected);
  }
}

function shownText({ confusionMatrix, ...values }: Evaluation, { saved }: OpenedModel, { train }: Task): string {
  const lines = table(
    ['Measure', `Over ${train.x.rows} rows`],
    Object.entries(values).map(([name, value]) => [capitalized(name), numberText(value)]),
  );
  if (!confusionMatrix) return lines.join('\n');
  const names = confusionMatrix.map((_, label) => saved.classes?.[label] ?? String(label));
  const counts = confusionMatrix.map((row, label) => [names[label]!, ...row.map(String)]);
  return [...lines, '', ...table(['Actual \\ predicted', ...names], counts)].join('\n');
}
