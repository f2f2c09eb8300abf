/** The self-test's results as rows and as a text. Pure functions of plain data. */
import { counted, shareText, wholeText } from '../../core/text.js';
import type { PassResult, RunResult } from '../../trainer/self-test.js';

export interface RunRow extends RunResult {
  readonly values: number;
  /** The largest of its passes. */
  readonly shareOfBound: number;
}

export interface Worst {
  readonly run: RunResult;
  readonly pass: PassResult;
}

/** What failed first, then by the share of the bound that was used, the worst on top. */
export function worstFirst(results: readonly RunResult[]): readonly RunRow[] {
  return results.map(rowOf).toSorted((a, b) => Number(a.ok) - Number(b.ok) || b.shareOfBound - a.shareOfBound);
}

export function rowOf(result: RunResult): RunRow {
  return {
    ...result,
    values: result.passes.reduce((sum, { values }) => sum + values, 0),
    shareOfBound: result.passes.reduce((most, { shareOfBound }) => Math.max(most, shareOfBound), 0),
    passes: result.passes.toSorted((a, b) => Number(a.ok) - Number(b.ok) || b.shareOfBound - a.shareOfBound),
  };
}

/** The pass that used most of its bound, or the first that is wrong. */
export function worstOf(results: readonly RunResult[]): Worst | undefined {
  const [row] = worstFirst(results.filter(({ passes }) => passes.length > 0));
  return row && { run: row, pass: row.passes[0]! };
}

/** What failed, a sentence each. */
export function failuresOf(results: readonly RunResult[]): readonly string[] {
  return results.flatMap(({ name, schedule, problem, passes }) => [
    ...(problem === undefined ? [] : [`Run “${name}”, ${schedule}: ${problem}`]),
    ...passes.flatMap(({ failure, shader }) =>
      failure === undefined ? [] : [`Run “${name}”, shader ${shader}: ${failure}`],
    ),
  ]);
}

export interface ReportContext {
  readonly adapter: string;
  readonly browser: string;
  readonly version: string;
  readonly date: string;
  /** Runs that the whole test has. */
  readonly of: number;
  readonly leftOut: readonly string[];
}

export function summaryText(results: readonly RunResult[], of: number): string {
  const failed = results.filter(({ ok }) => !ok).length;
  const values = results.reduce((sum, one) => sum + rowOf(one).values, 0);
  const passes = results.reduce((sum, one) => sum + one.passes.length, 0);
  const part = results.length < of ? `${results.length} of ${counted(of, 'run')}` : counted(of, 'run');
  const found = `${part}, ${wholeText(passes)} passes, ${wholeText(values)} values compared`;
  return failed === 0 ? `${found}: all within their bounds.` : `${found}: ${counted(failed, 'run')} failed.`;
}

export function reportText(results: readonly RunResult[], context: ReportContext): string {
  const { adapter, browser, version, date, of, leftOut } = context;
  const rows = worstFirst(results);
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return [
    `IDLI ${version}, self-test of ${date}`,
    `Adapter: ${adapter}`,
    `Browser: ${browser}`,
    summaryText(results, of),
    ...failuresOf(results).map((failure) => `FAILED ${failure}`),
    ...(leftOut.length > 0 ? [`Left out here, since nothing takes them on this device: ${leftOut.join(', ')}`] : []),
    '',
    ...rows.map(
      ({ name, schedule, ok, passes, values, shareOfBound }) =>
        `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${schedule.padEnd(21)}  ` +
        `${passes.length} ${passes.length === 1 ? 'pass' : 'passes'}, ${wholeText(values)} values, ` +
        `${shareText(shareOfBound)} of the bound${passes[0] ? ` (${passes[0].pass}, ${passes[0].shader})` : ''}`,
    ),
    '',
  ].join('\n');
}
