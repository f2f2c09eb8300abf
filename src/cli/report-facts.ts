/**
 * What the report page says about how a training was made and checked: the headline, facts, the comparison with the
 * reference. Pure functions of a finished training.
 */
import { counted, differenceText, millisecondsText } from '../core/text.js';
import { adapterName, SOFTWARE_ADAPTER } from '../gpu/device.js';
import { summarizePlan } from '../plan/print.js';
import { comparedText, CURVE_TOLERANCE, curveName, curveSentence } from '../verify/curves.js';
import { checkedText } from '../verify/checked-text.js';
import type { PassVerification } from '../verify/verification.js';
import { comparedOf, keysOf, lastingEpoch } from './finished.js';
import { type Html, markup, type Value } from './html.js';
import type { ReportInput } from './report-input.js';
import { details, tableOf } from './report-sections.js';
import { shortText } from './report-text.js';
import { capitalized } from './table.js';

/** Rows of the table of passes. */
const PASSES = 400;

/** `A 2-32-32-2 network, …`: what was trained, in a sentence. */
export function lede({ task, training }: ReportInput): string {
  const widths = task.widths.filter((width, i) => i === 0 || task.model.layers[i - 1]!.type === 'dense').join('-');
  const where = training.backend === 'cpu' ? 'on the CPU, in float64' : 'on WebGPU, in float32';
  return `A ${widths} network, trained for ${counted(training.epochs, 'epoch')} with ${task.training.optimizer.name} ${where}.`;
}

/** The verdict, and whether it is as good as one can be. */
export function verdict(input: ReportInput): Html {
  const { training } = input;
  if (training.backend === 'cpu') {
    return markup`<p class="verdict alone">The float64 reference trained alone, so there is nothing to compare.</p>`;
  }
  const checkedSentence = training.verification.checks > 0 ? 'Every checked pass is within its bound.' : '';
  const compared = comparedOf(input);
  if (!compared) {
    return markup`<p class="verdict alone">The CPU reference was not trained beside it, so whole trainings are not compared. ${checkedSentence}</p>`;
  }
  const { curves } = compared;
  const isWithin = curves.maxAbsoluteDifference <= CURVE_TOLERANCE;
  const kind = isWithin ? 'within' : 'beyond';
  return markup`<p class="verdict ${kind}"><span class="mark" aria-hidden="true">${isWithin ? '✓' : '≈'}</span>
<span>${curveSentence(curves)} ${checkedSentence}</span></p>`;
}

/** The few numbers that one looks for first. */
export function tiles(input: ReportInput): Html {
  const { task, training, test } = input;
  const compared = comparedOf(input);
  const epoch = lastingEpoch(input);
  const keys = keysOf(task).filter((key) => !key.startsWith('val_'));
  const measured: Readonly<Record<string, number | undefined>> = test
    ? test.logs
    : Object.fromEntries(keys.map((key) => [key, training.history[task.validation ? `val_${key}` : key]?.[epoch - 1]]));
  const where = test ? 'Test' : task.validation ? 'Validation' : 'Training';
  const shown = keys
    .filter((key) => measured[key] !== undefined)
    .slice(0, 3)
    .map((key) => [`${where} ${curveName(key)}`, shortText(measured[key]!)]);
  const difference = compared ? [['Largest difference', differenceText(compared.curves.maxAbsoluteDifference)]] : [];
  const entry = ([name, text]: readonly string[]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>\n`;
  return markup`<dl class="tiles">${[...shown, ...difference].map(entry)}</dl>`;
}

export function facts(input: ReportInput): Html {
  const { task, training } = input;
  const { backend, adapter, plan, verification, milliseconds, setUpMilliseconds, epochs, bestEpoch } = training;
  const { optimizer, learningRateSchedule, loss, earlyStopping } = task.training;
  const weights = training.weights
    .flatMap((layer) => Object.values(layer))
    .reduce((sum, { values }) => sum + values.length, 0);
  const validation = task.validation ? `, ${counted(task.validation.x.rows, 'row')} to validate with` : '';
  const all: readonly (readonly [string, Value] | undefined)[] = [
    ['Data', `${counted(task.train.x.rows, 'row')} to train on${validation}; ${counted(task.widths[0]!, 'input')}`],
    ['Model', `${layersText(input)}; ${weights.toLocaleString('en-US')} weights; seed ${task.model.seed}`],
    ['Loss', spacedName(loss.name)],
    [
      'Optimizer',
      `${optimizer.name}, learning rate ${optimizer.learningRate} (${spacedName(learningRateSchedule.name)}), batches of ${task.batchSize}`,
    ],
    earlyStopping && [
      'Early stopping',
      `${epochs < task.training.epochs ? `after ${epochs} of ${task.training.epochs} epochs` : 'did not stop it'}${
        bestEpoch === undefined ? '' : `; epoch ${bestEpoch} was best`
      }; the weights are those of epoch ${lastingEpoch(input)}`,
    ],
    [
      'Adapter',
      adapter
        ? [adapterName(adapter), adapter.isFallback && markup` <span class="label">${SOFTWARE_ADAPTER}</span>`]
        : 'none: the CPU reference alone',
    ],
    plan && ['Plan', capitalized(summarizePlan(plan))],
    plan && ['Schedule', `${plan.schedule}: ${plan.reason}`],
    verification.checks > 0 ? ['Checked', checkedText(verification)] : undefined,
    [
      'Time',
      backend === 'cpu'
        ? millisecondsText(milliseconds)
        : `${millisecondsText(milliseconds)} for ${counted(epochs, 'epoch')}, after ${millisecondsText(setUpMilliseconds)} of set-up`,
    ],
  ];
  const shown = all.filter((fact) => fact !== undefined);
  const entry = ([name, text]: readonly [string, Value]) => markup`<dt>${name}</dt><dd>${text}</dd>\n`;
  return markup`<dl class="facts">${shown.map(entry)}</dl>`;
}

/** `dense 32 relu → dropout 0.2 → dense 3 softmax` */
function layersText({ task }: ReportInput): string {
  const texts = task.model.layers.map((layer) => {
    switch (layer.type) {
      case 'dense':
        return `dense ${layer.units} ${spacedName(layer.activation)}`;
      case 'dropout':
        return `dropout ${layer.rate}`;
      case 'activation':
        return spacedName(layer.activation);
      case 'batchNormalization':
      case 'layerNormalization':
        return spacedName(layer.type);
      default:
        return layer satisfies never;
    }
  });
  const shown = texts.length > 12 ? [...texts.slice(0, 6), '…', ...texts.slice(-3)] : texts;
  return shown.join(' → ');
}

/** `binaryCrossentropy` in words. */
function spacedName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** How far GPU and reference are apart: measure by measure over the whole training, and pass by pass. */
export function parityTables(input: ReportInput): readonly Value[] {
  const { task, training } = input;
  const compared = comparedOf(input);
  const rows = compared?.curves.curves.map(({ key, difference, relative }) => [
    capitalized(curveName(key)),
    differenceText(difference),
    differenceText(relative),
  ]);
  const caption =
    'The largest difference of WebGPU and the CPU reference in each measure, absolute and relative to the largest value ' +
    `of the reference. ${comparedText(keysOf(task))}`;
  return [
    rows && tableOf(caption, ['Measure', 'Difference', 'Relative'], rows),
    training.verification.checks > 0 && details('Pass by pass', passTable(training.verification.passes)),
  ];
}

function passTable(passes: readonly PassVerification[]): Html {
  const sorted = [...passes].sort((a, b) => b.shareOfBound - a.shareOfBound);
  const rows = sorted
    .slice(0, PASSES)
    .map(({ pass, program, buffer, times, values, maxDifference, shareOfBound }) => [
      pass,
      program,
      buffer,
      times,
      values,
      differenceText(maxDifference),
      `${(100 * shareOfBound).toFixed(1)} %`,
    ]);
  const which =
    passes.length > PASSES ? `The ${PASSES} closest to their bounds of ${passes.length} results` : 'Every result';
  const caption = `${which} of a checked pass, the closest to its bound first.`;
  return tableOf(
    caption,
    ['Pass', 'Program', 'Buffer', 'Checks', 'Values', 'Largest difference', 'Of its bound'],
    rows,
    'texts',
  );
}
