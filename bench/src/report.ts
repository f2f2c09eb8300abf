/**
 * The results as Markdown that also reads well in a terminal: one table of times and, where there is WebGPU, one of
 * what was asked of it, for each workload. It only words what results.ts holds.
 */
import type { Measurement, Results, WorkloadResult } from './results.js';
import { oursOf, ratioText, verdicts } from './targets.js';

export function reportText(results: Results): string {
  const { date, engine, engineVersion, adapter, samples, versions, workloads, slug } = results;
  const lines = [
    `# Benchmark: ${slug}`,
    '',
    `- Adapter: ${adapter}`,
    `- Engine: ${engine}, ${engineVersion}`,
    `- Date: ${day(date)}`,
    `- Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `- Medians of ${samples} samples each, taken in turn after the losses (or products) of all were compared with float64.`,
    '  "times IDLI" is the median divided by that of `IDLI webgpu`: above 1, IDLI is faster.',
    '',
    ...workloads.flatMap((result) => workloadLines(result, date)),
  ];
  const verdictLines = verdicts(slug, workloads).map(({ line }) => `- ${line}`);
  if (verdictLines.length > 0) lines.push('## Targets', '', ...verdictLines, '');
  return lines.join('\n');
}

function workloadLines(result: WorkloadResult, today: string): string[] {
  const { id, title, unit, measurements } = result;
  const counted = measurements.filter(({ counts }) => counts !== undefined);
  return [
    `## ${id}: ${title}`,
    '',
    ...(day(result.date ?? today) === day(today) ? [] : [`Measured on ${day(result.date!)}.`, '']),
    ...table(
      timeHeader(result, unit),
      measurements.map((measurement) => timeRow(measurement, result)),
    ),
    '',
    ...(counted.length > 0 ? [`WebGPU, per ${id === 'f' ? 'product' : 'step'} of a whole run:`, ''] : []),
    ...(counted.length > 0 ? [...table(COUNT_HEADER, counted.map(countRow)), ''] : []),
  ];
}

function day(date: string): string {
  return date.slice(0, 10);
}

function timeHeader({ id }: WorkloadResult, unit: string): string[] {
  const extra = id === 'f' ? ['GFLOP/s'] : id === 'g' ? ['gzipped'] : [];
  return ['contestant', `median, ${unit}`, `min, ${unit}`, 'times IDLI', ...extra, 'largest difference', 'remarks'];
}

function timeRow(measurement: Measurement, result: WorkloadResult): string[] {
  const { name, refusal, median, min, gflops, gzipBytes, difference, scaled, wholeRun } = measurement;
  const hasExtra = result.id === 'f' || result.id === 'g';
  if (refusal !== undefined) return [name, '–', '–', '–', ...(hasExtra ? ['–'] : []), '–', refusal];
  const ours = oursOf(result);
  const extra = result.id === 'f' ? [(gflops ?? NaN).toFixed(gflops! < 10 ? 2 : 0)] : [`${kib(gzipBytes ?? 0)} KiB`];
  const remarks = [
    ...(scaled ? [`${scaled.epochs} of ${scaled.of} epochs, scaled`] : []),
    ...(wholeRun === undefined ? [] : [`${timeText(wholeRun)} with set-up`]),
  ];
  return [
    name,
    timeText(median),
    timeText(min),
    ours ? ratioText(median / ours.median) : '–',
    ...(hasExtra ? extra : []),
    difference === undefined ? '–' : difference.toExponential(1),
    remarks.join('; '),
  ];
}

const COUNT_HEADER = [
  ...['contestant', 'submits', 'compute passes', 'dispatches', 'buffers made', 'bind groups made', 'pipelines made'],
  ...['bytes up', 'bytes down'],
];

function countRow({ name, counts }: Measurement): string[] {
  const {
    submits,
    computePasses,
    dispatches,
    buffersCreated,
    bindGroupsCreated,
    pipelinesCreated,
    bytesUp,
    bytesDown,
  } = counts!;
  const calls = [submits, computePasses, dispatches, buffersCreated, bindGroupsCreated, pipelinesCreated];
  return [
    name,
    ...calls.map(countText),
    ...[bytesUp, bytesDown].map((bytes) => Math.round(bytes).toLocaleString('en')),
  ];
}

function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toPrecision(count >= 1 ? 3 : 2);
}

export function timeText(milliseconds: number): string {
  if (milliseconds >= 100) return Math.round(milliseconds).toLocaleString('en');
  return milliseconds.toFixed(milliseconds >= 10 ? 1 : milliseconds >= 0.1 ? 2 : 4);
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

/** Padded, so that it reads as a table before it is rendered as one. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, c) => (isText(c, row.length) ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)));
    return `| ${cells.join(' | ')} |`.trimEnd();
  };
  const rule = widths.map((width, c) => (isText(c, widths.length) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}

/** The first column; the last too, where it is remarks, is text and not numbers. */
function isText(column: number, columns: number): boolean {
  return column === 0 || (column === columns - 1 && columns < COUNT_HEADER.length);
}
