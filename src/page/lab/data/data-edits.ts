/**
 * Changes of what a run says about its table: the target, which columns are inputs. The network follows the target (suit-run.ts). Pure
 * functions of plain data.
 */
import type { LabRun } from '../lab-state.js';
import type { ColumnFacts, TableFacts } from './facts.js';
import { targetFacts } from './suggest.js';
import { type Suited, suitRun, type TargetFacts } from './suit-run.js';

/** The fields of data with named columns, as far as they are changed here. */
interface Named {
  readonly target?: string | readonly string[];
  readonly features?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly targetNormalize?: unknown;
  readonly stratify?: unknown;
}

/** The one column that is predicted; undefined where there are several, or another than the table has. */
export function targetColumn(run: LabRun, table: TableFacts): ColumnFacts | undefined {
  const { target } = run.data as Named;
  // Other kinds of data have their target last.
  if (!('target' in run.data)) return table.columns.at(-1);
  return table.columns.find(({ name }) => name === target);
}

/** Whether the run's loss takes its target for classes. */
export function predictsClasses(run: LabRun): boolean {
  const { loss } = run.training;
  return /[cC]rossentropy$/.test(typeof loss === 'string' ? loss : loss.name);
}

/** @param as classes or numbers, where a column may be either */
export function withTarget(run: LabRun, column: ColumnFacts, as?: 'classes' | 'numbers'): Suited {
  const facts = targetFacts(column, as);
  const { targetNormalize, stratify, ...kept } = run.data as LabRun['data'] & Named;
  const data = {
    ...kept,
    ...('target' in run.data && { target: column.name }),
    ...without(kept, column.name),
    ...rules(run.data as Named, facts),
  } as LabRun['data'];
  return suitRun({ ...run, data }, facts);
}

/** Classes are not scaled, numbers have no classes to be drawn by. */
function rules({ targetNormalize, stratify }: Named, facts: TargetFacts) {
  if (facts.kind === 'numbers') return { targetNormalize: targetNormalize ?? 'standard' };
  return stratify === undefined ? {} : { stratify };
}

/** The lists of columns without this one. */
function without({ features, ignore }: Named, name: string) {
  const left = ignore?.filter((one) => one !== name);
  const used = features?.filter((one) => one !== name);
  return {
    ...(left && { ignore: left.length > 0 ? left : undefined }),
    ...(used && { features: used.length > 0 ? used : undefined }),
  };
}

/** Names of the columns that are learnt from. */
export function inputNames(run: LabRun, table: TableFacts): readonly string[] {
  const { target, features, ignore = [] } = run.data as Named;
  if (features) return features;
  const targets = typeof target === 'string' ? [target] : (target ?? []);
  return table.columns.map(({ name }) => name).filter((name) => !targets.includes(name) && !ignore.includes(name));
}

/** Takes columns among the inputs, or leaves them out; at least one stays. */
export function withInputs(run: LabRun, table: TableFacts, names: readonly string[], isInput: boolean): LabRun {
  const { target } = run.data as Named;
  const inputs = new Set(inputNames(run, table));
  for (const name of names) {
    if (isInput) inputs.add(name);
    else inputs.delete(name);
  }
  if (inputs.size === 0) return run;
  const targets = typeof target === 'string' ? [target] : (target ?? []);
  const others = table.columns.map(({ name }) => name).filter((name) => !targets.includes(name));
  const ignore = others.filter((name) => !inputs.has(name));
  // Said in the shorter way.
  const choice =
    ignore.length <= inputs.size
      ? { features: undefined, ignore: ignore.length > 0 ? ignore : undefined }
      : { features: others.filter((name) => inputs.has(name)), ignore: undefined };
  return { ...run, data: { ...run.data, ...choice } };
}
