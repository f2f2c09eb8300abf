/** The chart of curves as plots: one metric of training and validation, the reference behind it, earlier runs, and the difference below. */
import { wholeText } from '../../../core/text.js';
import type { History } from '../../../core/history.js';
import { curveName, CURVE_TOLERANCE } from '../../../verify/curves.js';
import type { Line, Plot } from '../../parts/plot.js';
import {
  apartText,
  curveSummary,
  differenceFacts,
  differenceSentence,
  differenceSeries,
  epochNumbers,
  smoothed,
  withoutLogarithm,
} from './curve-data.js';
import { denseCurve, type EarlierRun, LOOKS } from './earlier-runs.js';
import { shownNumber } from './shown-number.js';

export interface CurveChoice {
  readonly history: History;
  /** Without values where no reference trained beside. */
  readonly reference: History;
  /** What the history is of. */
  readonly backend: 'webgpu' | 'cpu';
  /** A key of the history, without `val_`. */
  readonly metric: string;
  readonly isLog: boolean;
  readonly smoothing: number;
  /** Those that are shown. */
  readonly runs: readonly EarlierRun[];
}

export interface CurveChart {
  /** Epochs, from 1. */
  readonly x: ArrayLike<number>;
  readonly plots: readonly Plot[];
  /** How far the two are apart; undefined where there is no reference. */
  readonly sentence: string | undefined;
  /** Values of the metric that have no place on a logarithmic axis. */
  readonly hidden: number;
}

type Kind = 'training' | 'validation';

const KINDS: readonly { readonly kind: Kind; readonly prefix: string }[] = [
  { kind: 'training', prefix: '' },
  { kind: 'validation', prefix: 'val_' },
];

export function curveChart(choice: CurveChoice): CurveChart {
  const { history, reference, metric, isLog, runs, backend } = choice;
  const isCompared = backend === 'webgpu' && reference.loss.length > 0;
  const own = KINDS.flatMap(({ kind, prefix }) => {
    const key = prefix + metric;
    const wanted = isCompared ? reference[key] : undefined;
    // The reference may be ahead of the first epoch on the GPU.
    return history[key] || wanted ? [{ kind, values: history[key] ?? [], reference: wanted }] : [];
  });
  const lines = [
    ...own.flatMap(({ kind, reference: values }) => (values ? [referenceLine(kind, values, choice)] : [])),
    ...runs.flatMap((run) => earlierLines(run, choice)),
    ...own.flatMap(({ kind, values }) => ownLines(kind, values, choice)),
  ];
  const epochs = Math.max(0, ...lines.map(({ values }) => values.length));
  const title = capitalized(curveName(metric));
  const main: Plot = {
    key: 'curves',
    title,
    summary: [
      `${title} by epoch.`,
      ...own.map(({ kind, values }) => curveSummary(`${nameOf(backend)}, ${kind},`, metric, values)),
      ...(isCompared ? ['Behind each curve lies that of the CPU reference.'] : []),
      ...(runs.length > 0 ? [`Beside it ${runs.map(({ name }) => name).join(', ')}.`] : []),
    ].join(' '),
    height: 260,
    isLog,
    lines,
  };
  const compared = own.flatMap(({ kind, values, reference: wanted }) =>
    wanted ? [{ kind, values: differenceSeries(values, wanted) }] : [],
  );
  const sentence = isCompared
    ? differenceSentence(
        metric,
        compared.map(({ values }) => differenceFacts(values)),
      )
    : undefined;
  return {
    x: epochNumbers(epochs),
    plots: sentence === undefined ? [main] : [main, differencePlot(compared, sentence, epochs)],
    sentence,
    hidden: isLog ? own.reduce((sum, { values }) => sum + withoutLogarithm(values), 0) : 0,
  };
}

/** What is said of a place in x, part by part. */
export function curveReadout({ history, reference, backend, metric, runs }: CurveChoice, place: number): string {
  const parts = KINDS.flatMap(({ kind, prefix }) => {
    const [own, other] = [history[prefix + metric]?.[place], reference[prefix + metric]?.[place]];
    const isCompared = backend === 'webgpu' && other !== undefined;
    // The reference may be ahead.
    if (own === undefined) return isCompared ? [`${kind} CPU ${shownNumber(other)}`] : [];
    const difference = isCompared ? `, CPU ${shownNumber(other)}, difference ${apartText(Math.abs(own - other))}` : '';
    return [`${kind} ${nameOf(backend)} ${shownNumber(own)}${difference}`];
  });
  const earlier = runs.flatMap((run) => {
    const value = run.curves[metric]?.[run.epochs.indexOf(place + 1)];
    return value === undefined ? [] : [`${run.name} ${shownNumber(value)}`];
  });
  return [`Epoch ${wholeText(place + 1)}`, ...parts, ...earlier].join(' · ');
}

function ownLines(kind: Kind, values: readonly number[], { backend, smoothing }: CurveChoice): Line[] {
  const isTraining = kind === 'training';
  const line: Line = {
    key: kind,
    label: `${nameOf(backend)}, ${kind}`,
    values: smoothing > 0 ? smoothed(values, smoothing) : values,
    color: isTraining ? (backend === 'webgpu' ? '--gpu' : '--cpu') : '--validation',
    width: 2,
    dash: isTraining ? undefined : [7, 4],
  };
  if (smoothing === 0) return [line];
  const raw = { ...line, key: `${kind} raw`, values, width: 1, dash: undefined, alpha: 0.3, isQuiet: true };
  return [raw, line];
}

function referenceLine(kind: Kind, values: readonly number[], { smoothing }: CurveChoice): Line {
  return {
    key: `${kind} reference`,
    label: `CPU reference, ${kind}`,
    values: smoothing > 0 ? smoothed(values, smoothing) : values,
    color: '--cpu',
    // A band that the other curve lies on.
    width: kind === 'training' ? 6 : 5,
    dash: kind === 'training' ? undefined : [12, 5],
    alpha: kind === 'training' ? 0.6 : 0.45,
  };
}

function earlierLines(run: EarlierRun, { metric, smoothing }: CurveChoice): Line[] {
  const look = LOOKS[run.look]!;
  return KINDS.flatMap(({ kind, prefix }) => {
    const values = denseCurve(run, prefix + metric);
    if (!values) return [];
    return [
      {
        key: `${run.id} ${kind}`,
        label: run.name,
        values: smoothing > 0 ? smoothed(values, smoothing) : values,
        color: look.color,
        dash: look.dash,
        width: kind === 'training' ? 1.75 : 1,
        spansGaps: true,
        isQuiet: kind === 'validation',
      },
    ];
  });
}

function differencePlot(
  compared: readonly { readonly kind: Kind; readonly values: Float64Array }[],
  sentence: string,
  epochs: number,
): Plot {
  const bound = new Float64Array(epochs).fill(NaN);
  // A line needs its two ends only.
  if (epochs > 0) bound[0] = bound[epochs - 1] = CURVE_TOLERANCE;
  const text = CURVE_TOLERANCE.toExponential();
  return {
    key: 'difference',
    title: 'Difference |WebGPU − reference|',
    summary: `The difference of WebGPU and reference by epoch, on a logarithmic scale, and the stated bound of ${text}. ${sentence}`,
    height: 170,
    isLog: true,
    includes: [CURVE_TOLERANCE],
    lines: [
      ...compared.map(({ kind, values }): Line => {
        const isTraining = kind === 'training';
        return {
          key: kind,
          label: capitalized(kind),
          values,
          color: isTraining ? '--difference' : '--validation',
          width: 1.5,
          dash: isTraining ? undefined : [7, 4],
        };
      }),
      {
        key: 'bound',
        label: `Stated bound ${text}`,
        values: bound,
        color: '--bound',
        width: 1.5,
        dash: [2, 4],
        spansGaps: true,
      },
    ],
  };
}

function nameOf(backend: CurveChoice['backend']): string {
  return backend === 'webgpu' ? 'WebGPU' : 'CPU';
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
