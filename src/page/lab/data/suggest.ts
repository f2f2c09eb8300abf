/**
 * What a run may say about a table that is new: its target, what is left out, how it is scaled. Suggestions from the table's facts;
 * whoever sees them can choose otherwise. Pure functions of plain data.
 */
import type { Scaling, MissingRule } from '../../../data/document.js';
import type { ColumnFacts, NumberFacts, TableFacts } from './facts.js';
import type { TargetFacts } from './suit-run.js';

/** Names that columns to predict usually have. */
const TARGET_NAMES =
  /^(target|targets|label|labels|class|classes|species|diagnosis|y|outcome|category|survived|result|output|variety)$/i;
const ID_NAMES = /^(id|index|key|uuid|unnamed.*|.*[_ -]id|row(_?(number|id))?)$/i;
/** Whole numbers with no more different values than this are taken for classes. */
const MOST_CLASSES = 20;
/** Texts of a column that becomes inputs, as data/fit.ts takes them. */
const MOST_TEXTS = 1000;
/** Where so few rows are without a value, they are left out. */
const FEW = 0.05;
const SPLIT_FROM = 20;

export interface Suggestion {
  readonly target: string;
  readonly ignore: readonly string[];
  readonly settings: {
    readonly normalize?: Scaling;
    readonly targetNormalize?: Scaling;
    readonly missing?: MissingRule;
    readonly unknownCategories?: 'zeros';
    readonly validationSplit?: number;
  };
  /** What was decided for whoever looks, one sentence each. */
  readonly remarks: readonly string[];
}

/** @param named the target, where the kind of file says it */
export function suggest({ columns, rows }: TableFacts, named?: string): Suggestion {
  const useless = (column: ColumnFacts) => reasonToLeaveOut(column, rows);
  const candidates = columns.filter((column) => !useless(column));
  const target =
    columns.find(({ name }) => name === named) ??
    columns.findLast(({ name }) => TARGET_NAMES.test(name)) ??
    candidates.at(-1) ??
    columns.at(-1)!;
  const others = columns.filter((column) => column !== target);
  const left = others.filter(useless);
  // Something has to be learnt from.
  const ignored = left.length < others.length ? left : [];
  const inputs = others.filter((column) => !ignored.includes(column));
  const missing = missingRule(inputs, target, rows);
  const isNumbers = targetFacts(target).kind === 'numbers';
  const isScaled = inputs.some(needsScaling);
  const scaled = [isScaled && 'inputs', isNumbers && 'targets'].filter((one) => one !== false).join(' and ');
  return {
    target: target.name,
    ignore: ignored.map(({ name }) => name),
    settings: {
      ...(isScaled && { normalize: 'standard' }),
      ...(isNumbers && { targetNormalize: 'standard' }),
      ...(missing && { missing: missing.rule }),
      ...(inputs.some(({ kind }) => kind === 'text') && { unknownCategories: 'zeros' }),
      ...(rows >= SPLIT_FROM && { validationSplit: 0.2 }),
    },
    remarks: [
      ...ignored.slice(0, 3).map((column) => `${column.name} is left out: ${useless(column)}.`),
      ...(ignored.length > 3 ? [`${ignored.length - 3} more columns are left out for such reasons.`] : []),
      ...(missing ? [missing.remark] : []),
      ...(scaled ? [`${scaled[0]!.toUpperCase()}${scaled.slice(1)} are scaled to mean 0, deviation 1.`] : []),
    ],
  };
}

/** What a column is as a target; `as` is what whoever looks says it is. */
export function targetFacts(column: ColumnFacts, as?: 'classes' | 'numbers'): TargetFacts {
  const { name } = column;
  if (column.kind === 'text') return { kind: 'classes', name, classes: column.distinct };
  if (column.width > 1) {
    if (column.isOneHot && as !== 'numbers') return { kind: 'shares', name, classes: column.width };
    return { kind: 'numbers', name, outputs: column.width };
  }
  const kind = as ?? (isCountOfClasses(column) ? 'classes' : 'numbers');
  return kind === 'classes' ? { kind, name, classes: classesIn(column) } : { kind, name, outputs: 1 };
}

/** Whether a column of numbers may be either, classes or numbers. */
export function mayBeEither(column: ColumnFacts): boolean {
  return column.kind === 'numbers' && column.width === 1 && column.distinct! >= 2 && column.distinct! <= MOST_TEXTS;
}

function isCountOfClasses({ isWhole, distinct }: NumberFacts): boolean {
  return isWhole && distinct! >= 2 && distinct! <= MOST_CLASSES;
}

/** As data/targets.ts numbers them: whole numbers from 0 on are class numbers as they are. */
function classesIn({ isWhole, distinct, min, max }: NumberFacts): number {
  const isNumbered = isWhole && min >= 0 && max < Math.max(distinct!, 2);
  return isNumbered ? Math.max(max + 1, 2) : distinct!;
}

function reasonToLeaveOut(column: ColumnFacts, rows: number): string | undefined {
  if (column.missing === rows) return 'it has no value';
  if (column.kind === 'text') {
    if (column.distinct > MOST_TEXTS) return `it has ${column.distinct} different texts`;
    return column.distinct === rows - column.missing && rows > 10 ? 'each row has another text' : undefined;
  }
  const isCounter = column.isWhole && column.distinct === Math.min(rows, MOST_TEXTS + 1) && rows > 10;
  return isCounter && ID_NAMES.test(column.name) ? 'it only numbers the rows' : undefined;
}

/** Bytes of pictures are divided by 255 where nothing is said, and numbers around 0 are good as they are. */
function needsScaling(column: ColumnFacts): boolean {
  if (column.kind === 'text' || (column.isBytes && column.shape)) return false;
  return Math.max(Math.abs(column.min), Math.abs(column.max)) > 3;
}

function missingRule(inputs: readonly ColumnFacts[], target: ColumnFacts, rows: number) {
  const most = inputs.reduce((sum, { missing }) => sum + missing, target.missing);
  if (most === 0) return undefined;
  if (target.missing > 0 || most <= FEW * rows) {
    return { rule: 'dropRow' as const, remark: 'Rows with missing values are left out.' };
  }
  return { rule: 'mean' as const, remark: 'For missing numbers stands the mean, for missing texts the most frequent.' };
}
