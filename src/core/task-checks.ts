/**
 * What only the whole shows: whether data, model and training fit each other. Every refusal is a RunError with the
 * field, what was found and what was expected.
 */
import type { Activation } from './activations.js';
import { historyKeys } from './history.js';
import { checkWeights } from './given-weights.js';
import { METRICS } from './metrics.js';
import { type Layer, MAX_VALUES, type ModelSettings } from './model.js';
import { RunError } from './run-error.js';
import { choiceText, describe, isFloat32, quoted } from './run-checks.js';
import type { Source, Table } from './examples.js';
import { counted, wholeText } from './text.js';
import { DEFAULT_BATCH_SIZE, type Loss, type TrainingSettings } from './training.js';

/** Losses whose targets are classes or probabilities of them. */
type Crossentropy = 'binaryCrossentropy' | 'categoricalCrossentropy' | 'sparseCategoricalCrossentropy';

/** What the last layer's activation must be for a loss that is a logarithm of probabilities. */
const FITTING: Readonly<Record<Crossentropy, readonly Activation[]>> = {
  binaryCrossentropy: ['sigmoid', 'softmax'],
  categoricalCrossentropy: ['softmax'],
  sparseCategoricalCrossentropy: ['softmax'],
};

export function isCrossentropy(name: Loss['name']): name is Crossentropy {
  return name in FITTING;
}

/** The activation that makes the outputs: that of the last layer, where it has one. */
export function outputActivation(layers: readonly Layer[]): Activation {
  const last = layers.at(-1)!;
  return 'activation' in last ? last.activation : 'linear';
}

/** Everything that can be said without looking at the numbers of the data. */
export function checkTask(
  model: ModelSettings,
  training: TrainingSettings,
  widths: readonly number[],
  data: Source,
  validation: Source | undefined,
): void {
  if (!model.layers.some((layer) => layer.type === 'dense' || 'epsilon' in layer)) {
    throw new RunError('model.layers', 'no layer with weights', 'at least one, for example { "units": 1 }');
  }
  checkLayers(model.layers, widths);
  checkSizes(model.layers, widths, Math.min(training.batchSize ?? DEFAULT_BATCH_SIZE, data.x.rows));
  checkWeights(model, widths[0]!);
  checkLoss(model.layers, training);
  checkClassWeight(training, Math.max(widths.at(-1)!, 2));
  checkOptimizer(training);
  checkMetrics(training, widths.at(-1)!);
  checkMonitors(training, validation !== undefined || training.validationSplit > 0);
}

function checkLayers(layers: readonly Layer[], widths: readonly number[]): void {
  layers.forEach((layer, l) => {
    const field = `model.layers[${l}]`;
    if (layer.type === 'dense' && layer.kernelInitializer.name === 'randomUniform') {
      const { minval, maxval } = layer.kernelInitializer;
      if (minval > maxval) {
        throw new RunError(`${field}.kernelInitializer.minval`, String(minval), `at most maxval, ${maxval}`);
      }
    }
    if ('activation' in layer && layer.activation === 'softmax' && widths[l + 1] === 1) {
      const expected = 'at least 2 units, since softmax of one is always 1 (or "sigmoid")';
      throw new RunError(`${field}.activation`, '"softmax" over 1 unit', expected);
    }
  });
}

function checkSizes(layers: readonly Layer[], widths: readonly number[], batchRows: number): void {
  layers.forEach((layer, l) => {
    if (layer.type !== 'dense') return;
    const field = `model.layers[${l}].units`;
    const kernel = (widths[l]! + 1) * layer.units;
    const outputs = batchRows * layer.units;
    if (kernel > MAX_VALUES) {
      throw new RunError(
        field,
        `${layer.units}, a kernel of ${wholeText(kernel)} values`,
        `a kernel of at most ${wholeText(MAX_VALUES)}`,
      );
    }
    if (outputs > MAX_VALUES) {
      throw new RunError(
        field,
        `${layer.units}, ${wholeText(outputs)} outputs in a batch`,
        `at most ${wholeText(MAX_VALUES)}`,
      );
    }
  });
}

function checkClassWeight({ loss, classWeight }: TrainingSettings, classes: number): void {
  if (!classWeight) return;
  if (!isCrossentropy(loss.name)) {
    throw new RunError('training.classWeight', `weights of classes for ${loss.name}`, 'none, or a crossentropy');
  }
  const stranger = Object.keys(classWeight).find((key) => !/^(0|[1-9]\d*)$/.test(key) || Number(key) >= classes);
  if (stranger !== undefined) {
    throw new RunError('training.classWeight', `a class ${quoted(stranger)}`, `classes from "0" to "${classes - 1}"`);
  }
}

function checkLoss(layers: readonly Layer[], { loss }: TrainingSettings): void {
  if (!isCrossentropy(loss.name)) return;
  const activation = outputActivation(layers);
  const fitting = FITTING[loss.name];
  if (!fitting.includes(activation)) {
    const found = `"${loss.name}" after a last layer with the activation "${activation}"`;
    throw new RunError('training.loss', found, `${choiceText(fitting)} there, whose outputs are probabilities`);
  }
}

function checkOptimizer({ optimizer, clipNorm, clipValue }: TrainingSettings): void {
  if (clipNorm !== undefined && clipValue !== undefined) {
    throw new RunError('training.clipValue', `${clipValue} beside clipNorm`, 'one of the two');
  }
  if (optimizer.name === 'sgd' && optimizer.nesterov && optimizer.momentum === 0) {
    throw new RunError('training.optimizer.nesterov', 'true with a momentum of 0', 'a momentum above 0, or false');
  }
}

function checkMetrics({ metrics, loss }: TrainingSettings, outputs: number): void {
  const isSparse = loss.name === 'sparseCategoricalCrossentropy';
  const seen = new Set<string>();
  metrics.forEach((metric, i) => {
    const { name } = metric;
    const refuse = (found: string, expected: string) => {
      throw new RunError(`training.metrics[${i}]`, `"${name}" ${found}`, expected);
    };
    if (seen.has(name)) refuse('a second time', 'each metric once');
    seen.add(name);
    const { targets, needsSeveral } = METRICS[name];
    if (isSparse && targets !== 'classes') refuse('with class numbers as targets', 'a metric of classes');
    if (needsSeveral && outputs === 1) refuse('with one output', '"binaryAccuracy", or more outputs');
    if (name === 'sparseCategoricalAccuracy' && !isSparse) {
      refuse(`with ${loss.name}`, '"categoricalAccuracy", or sparseCategoricalCrossentropy');
    }
    if (name === 'categoricalAccuracy' && isSparse) refuse('with class numbers', '"sparseCategoricalAccuracy"');
    if (metric.name === 'topKCategoricalAccuracy' && metric.k > outputs) {
      refuse(`with k = ${metric.k}`, `a k of at most ${outputs}, the outputs`);
    }
  });
}

function checkMonitors(training: TrainingSettings, hasValidation: boolean): void {
  const { earlyStopping, learningRateSchedule } = training;
  const keys = historyKeys(training, hasValidation);
  const check = (field: string, monitor: string | undefined) => {
    if (monitor === undefined || keys.includes(monitor)) return;
    const found = `${describe(monitor)}${monitor.startsWith('val_') && !hasValidation ? ' without validation data' : ''}`;
    throw new RunError(field, found, choiceText(keys));
  };
  check('training.earlyStopping.monitor', earlyStopping?.monitor);
  if (learningRateSchedule.name === 'reduceOnPlateau') {
    check('training.learningRateSchedule.monitor', learningRateSchedule.monitor);
  }
}

/** The numbers of one set of examples: finite, of fitting shapes, labels within the classes. */
export function checkExamples(
  { x, y, weights, prefix }: Source,
  training: TrainingSettings,
  widths: readonly number[],
): void {
  const inputs = widths[0]!;
  const outputs = widths.at(-1)!;
  if (x.columns !== inputs) {
    throw new RunError(`${prefix}x`, counted(x.columns, 'column'), `${inputs}, the inputs of the model`);
  }
  if (y.rows !== x.rows) {
    throw new RunError(`${prefix}y`, counted(y.rows, 'row'), `${x.rows}, one for each row of ${prefix}x`);
  }
  const isSparse = training.loss.name === 'sparseCategoricalCrossentropy';
  if (y.columns !== (isSparse ? 1 : outputs)) {
    const expected = isSparse
      ? 'one column of class numbers, since the loss is sparseCategoricalCrossentropy'
      : `${outputs}, the units of the last layer`;
    const isLabels = y.columns === 1 && training.loss.name === 'categoricalCrossentropy';
    const hint = isLabels ? ' (for class numbers, the loss sparseCategoricalCrossentropy)' : '';
    throw new RunError(`${prefix}y[0]`, counted(y.columns, 'number'), expected + hint);
  }
  checkLabels(`${prefix}y`, y, training.loss.name, outputs);
  checkShares(`${prefix}y`, y, training);
  if (!weights) return;
  if (weights.length !== x.rows) {
    const expected = `${x.rows}, one for each row of ${prefix}x`;
    throw new RunError(`${prefix}sampleWeight`, counted(weights.length, 'number'), expected);
  }
  const negative = Array.prototype.findIndex.call(weights, (weight: number) => weight < 0);
  if (negative >= 0) {
    throw new RunError(`${prefix}sampleWeight[${negative}]`, String(weights[negative]), 'a number of at least 0');
  }
}

function checkLabels(field: string, { rows, columns, values }: Table, loss: Loss['name'], outputs: number): void {
  if (!isCrossentropy(loss)) return;
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i]!;
    const place = `${field}[${Math.floor(i / columns)}][${i % columns}]`;
    if (loss === 'sparseCategoricalCrossentropy') {
      if (Number.isInteger(value) && value >= 0 && value < outputs) continue;
      const expected = `a class from 0 to ${outputs - 1}, since the last layer has ${outputs} units`;
      throw new RunError(place, String(value), expected);
    }
    if (value >= 0 && value <= 1) continue;
    throw new RunError(place, String(value), `a probability from 0 to 1, since the loss is ${loss}`);
  }
}

/** Metrics of classes say nothing of targets that are no shares of classes. */
function checkShares(field: string, { rows, columns, values }: Table, { loss, metrics }: TrainingSettings): void {
  const index = metrics.findIndex(({ name }) => METRICS[name].targets !== 'numbers');
  if (index < 0 || isCrossentropy(loss.name)) return;
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i]!;
    if (value >= 0 && value <= 1) continue;
    const place = `${field}[${Math.floor(i / columns)}][${i % columns}]`;
    const found = `"${metrics[index]!.name}" with ${value} in ${place}`;
    throw new RunError(`training.metrics[${index}]`, found, 'targets from 0 to 1, or a metric of numbers');
  }
}

/** @throws RunError naming the first value that float32 cannot hold */
export function checkTable(field: string, { rows, columns, values }: Table): void {
  for (let i = 0; i < rows * columns; i++) {
    if (isFloat32(values[i])) continue;
    const place = rows === 1 ? `${field}[${i}]` : `${field}[${Math.floor(i / columns)}][${i % columns}]`;
    throw new RunError(place, describe(values[i]), 'a finite number (float32)');
  }
}

/** The class of each row: its number, its largest column, or for one column whether it is above 0.5. */
export function classesOf({ rows, columns, values }: Table, loss: Loss, outputs: number): number[] {
  return Array.from({ length: rows }, (_, row) => {
    if (loss.name === 'sparseCategoricalCrossentropy') return values[row]!;
    if (outputs === 1) return Number(values[row]! > 0.5);
    let best = 0;
    for (let c = 1; c < columns; c++) if (values[row * columns + c]! > values[row * columns + best]!) best = c;
    return best;
  });
}
