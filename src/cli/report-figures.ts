/**
 * The charts of the report page: what each draws, as data for html-report-charts.js, and what it shows as a sentence for
 * who does not see it. Chart by chart the numbers are those of the history; nothing is smoothed.
 */
import { isLargerBetter } from '../core/history.js';
import { counted, differenceText, evenly } from '../core/text.js';
import { CURVE_TOLERANCE, curveName } from '../verify/curves.js';
import { type Compared, comparedOf, keysOf } from './finished.js';
import { type Html, markup } from './html.js';
import type { ReportInput } from './report-input.js';
import { shortText } from './report-text.js';
import { capitalized } from './table.js';

/** How a line is drawn; the style sheet knows its colour. */
type Look = 'train' | 'validation' | 'reference' | 'gpu' | 'difference' | 'tolerance';

export interface ChartLine {
  readonly name: string;
  readonly look: Look;
  /** One for each epoch shown; null where there is no number. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** `zero` begins at 0, `range` where the values do, `decades` holds logarithms to base 10. */
  readonly scale: 'zero' | 'range' | 'decades';
  /** Where there is room for a word: the curves come to rest on the other side. */
  readonly label: 'top' | 'bottom';
  readonly lines: readonly ChartLine[];
  /** What it shows, in a sentence. */
  readonly sentence: string;
}

export interface Charts {
  /** Epochs that are drawn, from 1. */
  readonly epochs: readonly number[];
  /** The epoch whose weights early stopping took for the best. */
  readonly best: number | undefined;
  readonly charts: readonly Chart[];
}

/** Points of a curve: more than a screen has columns. */
const POINTS = 2000;

export function chartsOf(input: ReportInput): Charts {
  const { task, training } = input;
  const compared = comparedOf(input);
  const count = Math.max(training.epochs, compared?.curves.loss.length ?? 0);
  const shown = evenly(count, POINTS);
  const keys = keysOf(task).filter((key) => !key.startsWith('val_'));
  const [loss, ...metrics] = keys.map((key) => curveChart(input, key, shown));
  // The comparison shows the loss of the training too.
  const first = !compared || task.validation ? [loss!] : [];
  return {
    epochs: shown.map((epoch) => epoch + 1),
    best: training.bestEpoch,
    charts: [...first, ...(compared ? parityCharts(training, compared, shown) : []), ...metrics],
  };
}

/** A measure of the training and of the validation data. */
function curveChart({ training: { history } }: ReportInput, key: string, shown: readonly number[]): Chart {
  const lines = [
    { name: 'Training', look: 'train' as const, of: history[key]! },
    ...(history[`val_${key}`] ? [{ name: 'Validation', look: 'validation' as const, of: history[`val_${key}`]! }] : []),
  ];
  const name = curveName(key);
  const all = lines.flatMap(({ of }) => of);
  return {
    id: `chart-${key}`,
    title: capitalized(name),
    // A loss is read from 0 on; a metric that stays near 1 would be a flat line.
    scale: key === 'loss' && all.every((value) => !(value < 0)) ? 'zero' : 'range',
    label: isLargerBetter(key) ? 'bottom' : 'top',
    lines: lines.map(({ of, ...line }) => ({ ...line, values: thinned(of, shown) })),
    sentence: `${capitalized(name)} by epoch. ${lines.map((line) => courseText(line.name, key, line.of)).join(' ')}`,
  };
}

function courseText(name: string, key: string, values: readonly number[]): string {
  const isBetter = (a: number, b: number) => (isLargerBetter(key) ? a > b : a < b);
  const best = values.reduce((found, value, i) => (isBetter(value, values[found]!) ? i : found), 0);
  const ends = `from ${shortText(values[0]!)} in epoch 1 to ${shortText(values.at(-1)!)} in epoch ${values.length}`;
  const isLast = best === values.length - 1;
  return `${name}: ${ends}${isLast ? '' : `, best in epoch ${best + 1} (${shortText(values[best]!)})`}.`;
}

function parityCharts(
  training: ReportInput['training'],
  { reference, curves }: Compared,
  shown: readonly number[],
): Chart[] {
  const last = shown.length - 1;
  const most = curves.loss.reduce((a, b) => (b > a ? b : a), 0);
  const zeros = curves.loss.filter((value) => value === 0).length;
  const gaps =
    zeros > 0 ? ` In ${zeros} of ${counted(curves.loss.length, 'epoch')} it is exactly 0 and has no point.` : '';
  return [
    {
      id: 'chart-parity',
      title: 'Loss, computed twice',
      scale: [...training.history.loss, ...reference.history.loss].every((value) => !(value < 0)) ? 'zero' : 'range',
      label: 'top',
      lines: [
        { name: 'CPU reference (float64)', look: 'reference', values: thinned(reference.history.loss, shown) },
        { name: 'WebGPU (float32)', look: 'gpu', values: thinned(training.history.loss, shown) },
      ],
      sentence:
        'The training loss of WebGPU, dashed, on the band of the CPU reference, which trained beside it from the same ' +
        `first weights. In the last epoch WebGPU has ${lastText(training.history.loss)} and the reference ${lastText(reference.history.loss)}.`,
    },
    {
      id: 'chart-difference',
      title: 'Their difference',
      scale: 'decades',
      label: 'top',
      lines: [
        { name: '|WebGPU − reference|', look: 'difference', values: thinned(curves.loss, shown).map(logarithm) },
        {
          name: `stated tolerance, ${CURVE_TOLERANCE.toExponential()}`,
          look: 'tolerance',
          // A line needs its two ends only.
          values: shown.map((_, i) => (i === 0 || i === last ? logarithm(CURVE_TOLERANCE) : null)),
        },
      ],
      sentence: `How far the two losses are apart, on a logarithmic scale: at most ${differenceText(most)}. The tolerance is the one stated for the tutorial’s run.${gaps}`,
    },
  ];
}

function lastText(values: readonly number[]): string {
  return shortText(values.at(-1)!);
}

/** The values at these epochs, with as many digits as a chart can show. */
function thinned(values: readonly number[], shown: readonly number[]): (number | null)[] {
  return shown.map((epoch) => {
    const value = values[epoch] ?? NaN;
    return Number.isFinite(value) ? Number(value.toPrecision(8)) : null;
  });
}

function logarithm(value: number | null): number | null {
  return value !== null && value > 0 ? Number(Math.log10(value).toPrecision(6)) : null;
}

/** A chart's place on the page, with its legend and its sentence. */
export function figure({ id, title, lines, sentence }: Chart, isThin: boolean): Html {
  const legend = lines.map(({ name, look }) => markup`<li><span class="swatch ${look}"></span>${name}</li>`);
  const thin = isThin && ` The chart shows ${POINTS.toLocaleString('en-US')} epochs, evenly spread.`;
  return markup`<figure>
<h3 id="${id}-title">${title}</h3>
<ul class="legend">${legend}</ul>
<div class="chart" id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text"></div>
<p class="readout" id="${id}-readout" aria-hidden="true"></p>
<figcaption id="${id}-text">${sentence}${thin}</figcaption>
</figure>`;
}
