/** The benchmark's result as text and as a file: pure functions of plain data. What is said of the numbers is said here, for page, text and picture. */
import { differenceText, shareText, wholeText } from '../../core/text.js';
import { rateText, timeText } from '../parts/measure-text.js';
import { perSecond, ratioOf, spreadOf, type Timing, type WorkloadResult } from './result.js';

export interface Card {
  readonly version: string;
  /** Day and time of it, as ISO 8601. */
  readonly date: string;
  /** Undefined where there is no WebGPU. */
  readonly adapter: string | undefined;
  readonly isSoftware: boolean;
  readonly browser: string;
  /** Of the CPU, as the browser tells. */
  readonly cores: number | undefined;
  readonly results: readonly WorkloadResult[];
}

/** A number with what it is of. */
export interface Figure {
  readonly term: string;
  readonly value: string;
}

export const HONEST =
  'Times vary: by what else the machine does, by heat, by battery. The median counts, and the spread says how far to trust it.';
export const SOFTWARE =
  'The adapter is a software adapter: the CPU computes, not a GPU. These times say nothing about any graphics card.';

export function timingText(timing: Timing): string {
  const { samples, median, least, most } = timing;
  const of = samples.length === 1 ? 'once' : `median of ${samples.length}`;
  return `${timeText(median)}, ${of}; ${timeText(least)} to ${timeText(most)}, ±${shareText(spreadOf(timing))}`;
}

/** How quick it is, in one phrase: what stands large. */
export function rateOf(result: WorkloadResult, timing: Timing): string {
  if (result.unit === 'product') return `${rateText((result.operations * perSecond(timing)) / 1e9)} GFLOP/s`;
  return `${rateText(result.examples * perSecond(timing))} examples/s`;
}

export function ratioText(result: WorkloadResult): string {
  const ratio = ratioOf(result);
  if (ratio === undefined) return 'No WebGPU to compare with.';
  const times = rateText(ratio >= 1 ? ratio : 1 / ratio);
  if (times === '1') return 'As quick as the CPU reference.';
  return `${times} times as ${ratio >= 1 ? 'fast' : 'slow'} as the CPU reference.`;
}

/** Everything that is known of one workload, most telling first. */
export function figuresOf(result: WorkloadResult): readonly Figure[] {
  const { gpu, cpu, unit, steps } = result;
  const figures: Figure[] = [];
  const main = gpu?.timing ?? cpu?.timing;
  if (main && steps > 0) figures.push({ term: 'Steps a second', value: rateText(steps * perSecond(main)) });
  if (gpu) figures.push({ term: `WebGPU, a ${unit}`, value: timingText(gpu.timing) });
  if (cpu) figures.push({ term: `CPU reference, a ${unit}`, value: timingText(cpu.timing) });
  if (!gpu) return figures;
  const { checked, schedule, finalLoss, submits, dispatches, first } = gpu;
  figures.push({ term: 'Checked before timing', value: checkedText(gpu) });
  if (schedule !== undefined) figures.push({ term: 'Schedule', value: schedule });
  if (finalLoss !== undefined) figures.push({ term: 'Final loss', value: String(Number(finalLoss.toPrecision(7))) });
  figures.push(
    {
      term: unit === 'product' ? 'Off the reference' : 'Losses off the reference',
      value: differenceText(checked.difference),
    },
    { term: `Submits and dispatches, a ${unit}`, value: `${rateText(submits)} and ${rateText(dispatches)}` },
    { term: 'First run, with compiling and checking', value: timeText(first) },
  );
  return figures;
}

/** What was found right before anything was timed. */
export function checkedText({ checked: { values, shareOfBound, pass } }: NonNullable<WorkloadResult['gpu']>): string {
  if (shareOfBound === undefined) return `${wholeText(values)} values`;
  return `${wholeText(values)} values within their bounds, ${shareText(shareOfBound)} of the bound at most (${pass!})`;
}

export function placeText({ adapter, browser, cores, date, version }: Card): readonly Figure[] {
  return [
    { term: 'Adapter', value: adapter ?? 'none; the CPU alone' },
    { term: 'Browser', value: `${browser}${cores === undefined ? '' : `, ${wholeText(cores)} CPU threads`}` },
    { term: 'Date', value: `${date.slice(0, 10)}, ${date.slice(11, 16)} UTC` },
    { term: 'IDLI', value: version },
  ];
}

export function cardText(card: Card): string {
  return [
    'IDLI benchmark',
    ...placeText(card).map(lineOf),
    ...card.results.flatMap((result) => [
      '',
      result.title,
      ...mainLines(result),
      ...figuresOf(result).map((figure) => `  ${lineOf(figure)}`),
    ]),
    '',
    ...(card.isSoftware ? [SOFTWARE] : []),
    HONEST,
    '',
  ].join('\n');
}

function mainLines(result: WorkloadResult): string[] {
  const { gpu, cpu, refusal } = result;
  if (refusal !== undefined) return [`  Not timed: ${refusal}`];
  return [
    ...(gpu ? [`  WebGPU: ${rateOf(result, gpu.timing)}. ${ratioText(result)}`] : []),
    ...(!gpu && cpu ? [`  CPU reference: ${rateOf(result, cpu.timing)}`] : []),
  ];
}

function lineOf({ term, value }: Figure): string {
  return `${term}: ${value}`;
}

/** With a name of its format, so that whoever reads it knows what it is. */
export function cardJson(card: Card): string {
  return `${JSON.stringify({ format: 'idli-benchmark', formatVersion: 1, ...card }, undefined, 2)}\n`;
}
