/** What a line chart shows, as plain data: one or more plots below one another, with one x axis and one cursor. */
import type { Curve } from './thin.js';

export interface Line {
  /** Unlike that of any other line of its plot. */
  readonly key: string;
  readonly label: string;
  /** A value for each x; what has no place in the plot is null, NaN or left out. */
  readonly values: Curve;
  /** Of tokens.css, for example `--gpu`. */
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[] | undefined;
  /** 0 to 1; default 1. */
  readonly alpha?: number | undefined;
  /** Whether it goes on over places without a value. */
  readonly spansGaps?: boolean | undefined;
  /** Whether it is in no legend: a pale companion of another. */
  readonly isQuiet?: boolean | undefined;
}

export interface Plot {
  readonly key: string;
  /** Stands above it. */
  readonly title: string;
  /** What it shows now, in sentences, for who does not see it. */
  readonly summary: string;
  /** Of the drawing, in CSS pixels. */
  readonly height: number;
  readonly isLog: boolean;
  /** Values that are always in sight. */
  readonly includes?: readonly number[] | undefined;
  readonly lines: readonly Line[];
}

/** Least and most that a plot's axis shows, of the values in it; logarithms where it is logarithmic. */
export function axisRange(
  { isLog, includes = [] }: Pick<Plot, 'isLog' | 'includes'>,
  min: number | null,
  max: number | null,
): [min: number, max: number] {
  const marks = includes.map((value) => placed(value, isLog)).filter((value) => value !== null);
  const values = [...(min === null ? [] : [min]), ...(max === null ? [] : [max]), ...marks];
  if (values.length === 0) return isLog ? [-1, 0] : [0, 1];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (isLog) {
    // Around a mark that stands nearly alone there is room for what is to come.
    const margin = marks.length > 0 && most - least < 1 ? 1.5 : Math.max(0.05 * (most - least), 0.08);
    return [least - margin, most + margin];
  }
  if (least === most) return least === 0 ? [0, 1] : [least - Math.abs(least) / 2, most + Math.abs(most) / 2];
  const margin = 0.06 * (most - least);
  // From 0, where that is not far.
  return [least >= 0 && least < 0.45 * most ? 0 : least - margin, most + margin];
}

/** Where a value stands on the axis: itself or its logarithm to base 10; null where it has no place there. */
export function placed(value: number | null | undefined, isLog: boolean): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  if (!isLog) return value;
  return value > 0 ? Math.log10(value) : null;
}
