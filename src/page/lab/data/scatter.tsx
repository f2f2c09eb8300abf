/**
 * The rows as points over two of their inputs, in the units of the file. Of classes each has a mark of its own; of numbers the target
 * is the height, or, over two inputs, the size of the mark. Rows to validate with are hollow.
 */
import { useSignal } from '@preact/signals';
import { SelectField } from '../../parts/fields.js';
import { type Place, Marks } from './marks.js';
import { type DataSummary, labelOf, type SampleRows } from './summary.js';

const WIDTH = 320;
const HEIGHT = 250;
const MARGIN = { left: 44, right: 8, top: 8, bottom: 24 };
/** Inputs to choose from; more are not told apart by names. */
const MOST_NAMES = 300;
const TARGET = 'target';
/** Marks for numbers, from small to large. */
const SIZES = [1.4, 2, 2.7, 3.4, 4.2];

export function Scatter({ summary }: { summary: DataSummary }) {
  const across = useSignal(0);
  // -1 stands for the target.
  const up = useSignal<number | undefined>(undefined);
  const { names, inputs, classes, targetName } = summary;
  const last = Math.min(inputs, names.length) - 1;
  const xColumn = Math.min(across.value, last);
  const upDefault = classes && inputs > 1 ? 1 : -1;
  const chosen = Math.min(up.value ?? upDefault, last);
  const yColumn = chosen === -1 && classes && inputs > 1 ? 1 : chosen;
  const options = names.slice(0, MOST_NAMES).map((text, i) => ({ value: String(i), text }));
  const plot = plotOf(summary, xColumn, yColumn);
  const upName = yColumn < 0 ? targetName : names[yColumn]!;
  return (
    <figure class="scatter">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sentence(summary, names[xColumn]!, upName)}>
        <path class="axes" d={`M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}`} />
        {plot.groups.map(({ key, label, places, radius, isHollow }) => (
          <Marks key={key} label={label} places={places} radius={radius} isHollow={isHollow} />
        ))}
        <g class="ticks">
          {ticks(plot.x).map((value) => (
            <text key={value} x={plot.toX(value)} y={HEIGHT - 8} text-anchor="middle">
              {value}
            </text>
          ))}
          {ticks(plot.y).map((value) => (
            <text key={value} x={MARGIN.left - 5} y={plot.toY(value) + 3} text-anchor="end">
              {value}
            </text>
          ))}
        </g>
      </svg>
      {(inputs > 2 || !classes) && (
        <div class="fields">
          <SelectField
            label="Across"
            value={String(xColumn)}
            options={options}
            onChange={(value) => (across.value = Number(value))}
          />
          <SelectField
            label="Up"
            value={yColumn < 0 ? TARGET : String(yColumn)}
            options={
              classes && inputs > 1 ? options : [{ value: TARGET, text: `${targetName} (the target)` }, ...options]
            }
            onChange={(value) => (up.value = value === TARGET ? -1 : Number(value))}
          />
        </div>
      )}
    </figure>
  );
}

interface Group {
  readonly key: string;
  readonly label: number;
  readonly places: readonly Place[];
  readonly radius: number;
  readonly isHollow: boolean;
}

function plotOf(summary: DataSummary, xColumn: number, yColumn: number) {
  const { sample, inputs, outputs, classes, scaling, targetScaling } = summary;
  const parts = [sample.train, ...(sample.validation ? [sample.validation] : [])];
  const yWidth = ({ y, indices }: SampleRows) => y.length / Math.max(1, indices.length);
  const valueOf = (part: SampleRows, row: number, column: number) => {
    if (column >= 0) {
      const { shift, scale } = scaling[column]!;
      return part.x[row * inputs + column]! * scale + shift;
    }
    const { shift, scale } = targetScaling ?? { shift: 0, scale: 1 };
    return part.y[row * yWidth(part)]! * scale + shift;
  };
  const rows = parts.map((part) =>
    part.indices.map((_, row) => ({
      x: valueOf(part, row, xColumn),
      y: valueOf(part, row, yColumn),
      target: classes ? labelOf(part.y, row, yWidth(part)) : part.y[row * outputs]!,
    })),
  );
  const all = rows.flat();
  const [x, y] = [rangeOf(all.map((row) => row.x)), rangeOf(all.map((row) => row.y))];
  const toX = (value: number) => between(value, x, MARGIN.left + 8, WIDTH - MARGIN.right - 6);
  const toY = (value: number) => between(value, y, HEIGHT - MARGIN.bottom - 8, MARGIN.top + 6);
  const levels = rangeOf(all.map((row) => row.target));
  // Of classes the mark says which; of numbers over two inputs its size says how much.
  const kindOf = (target: number) =>
    classes
      ? target
      : yColumn < 0
        ? 1
        : Math.min(SIZES.length - 1, Math.floor(between(target, levels, 0, SIZES.length)));
  const radius = all.length > 600 ? 2 : all.length > 60 ? 2.8 : 4;
  const groups = rows.flatMap((part, p) => {
    const kinds = new Map<number, Place[]>();
    for (const row of part) {
      const kind = kindOf(row.target);
      const places = kinds.get(kind) ?? [];
      places.push({ x: toX(row.x), y: toY(row.y) });
      kinds.set(kind, places);
    }
    return [...kinds].map(([kind, places]): Group => ({
      key: `${p}-${kind}`,
      label: classes ? kind : 0,
      places,
      radius: classes || yColumn < 0 ? radius : SIZES[kind]!,
      isHollow: p > 0,
    }));
  });
  return { groups, x, y, toX, toY };
}

type Range = readonly [low: number, high: number];

function rangeOf(values: readonly number[]): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? [low, high] : [low - 1, high + 1];
}

function between(value: number, [low, high]: Range, from: number, to: number): number {
  return from + ((value - low) / (high - low)) * (to - from);
}

/** Round numbers within the range, some four of them. */
export function ticks([low, high]: Range): readonly number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(10)) + 0);
}

function sentence({ rows, classes }: DataSummary, across: string, up: string): string {
  const validation = rows.validation > 0 ? `, ${rows.validation} to validate with` : '';
  const of = classes ? `, of ${classes.length} classes` : '';
  return `${up} over ${across}: ${rows.train} rows to train on${validation}${of}.`;
}
