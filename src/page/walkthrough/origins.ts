/**
 * Where a number of the walkthrough comes from: the cells that its pass reads for it, and the arithmetic in one line, with
 * the numbers as they stand. Pure functions of a frame. Numbers that were written over since are not made up again.
 */
import type { Frame, TensorShape, TensorValues } from './frame.js';
import { cellText } from './ulp.js';

/** A cell of a matrix, counted from 0. */
export interface CellRef {
  readonly tensor: string;
  readonly row: number;
  readonly column: number;
}

export type Kind = 'gpu' | 'reference';

type Tensors = Frame['tensors'];
type Shapes = Readonly<Record<string, TensorShape>>;

/** What a pass reads for a result. */
interface Reading {
  readonly tensor: string;
  /** Which of its cells, of those of the result. */
  readonly takes: 'row' | 'column' | 'its row' | 'cell' | 'all';
}

/**
 * By the result. `row`: the row of the same number; `column`: the column of the same number; `its row`: the row that has
 * the number of the result's column; for a kernel's gradient the columns of both, so there the first takes `its column`.
 */
const READS: Readonly<Record<string, readonly Reading[]>> = {
  'layers.0.y': [read('x', 'row'), read('layers.0.kernel', 'column')],
  'layers.1.y': [read('layers.0.y', 'row'), read('layers.1.kernel', 'column')],
  loss: [read('layers.1.y', 'all'), read('targets', 'all')],
  'absolute error': [read('layers.1.y', 'all'), read('targets', 'all')],
  'layers.1.dz': [read('layers.1.y', 'cell'), read('targets', 'cell')],
  'layers.0.dz': [read('layers.1.dz', 'row'), read('layers.1.kernel', 'its row'), read('layers.0.y', 'cell')],
  'layers.1.dkernel': [read('layers.0.y', 'its row'), read('layers.1.dz', 'column')],
  'layers.0.dkernel': [read('x', 'its row'), read('layers.0.dz', 'column')],
  'layers.1.kernel': [read('layers.1.kernel before', 'cell'), read('layers.1.dkernel', 'cell')],
  'layers.0.kernel': [read('layers.0.kernel before', 'cell'), read('layers.0.dkernel', 'cell')],
};

function read(tensor: string, takes: Reading['takes']): Reading {
  return { tensor, takes };
}

const isGradient = (tensor: string) => tensor.endsWith('.dkernel');

/** The matrices that are read for a result, in the order of the arithmetic, by the names that hold what was read. */
export function inputsOf(result: string, tensors: Tensors): string[] {
  return (READS[result] ?? []).map(({ tensor }) => asRead(tensor, result, tensors));
}

/** Once the update has been, what its epoch computed with stands in `… before`. */
function asRead(tensor: string, result: string, tensors: Tensors): string {
  if (!tensor.endsWith('.kernel')) return tensor;
  const made = tensors[result];
  const isUpdated = made !== undefined && (tensors[tensor]?.epoch ?? 0) >= made.epoch;
  return isUpdated ? `${tensor} before` : tensor;
}

/** The cells that a pass reads for one of its results. */
export function sourcesOf(cell: CellRef, shapes: Shapes, tensors: Tensors): CellRef[] {
  return (READS[cell.tensor] ?? []).flatMap(({ tensor, takes }) =>
    cellsOf(asRead(tensor, cell.tensor, tensors), takes, cell, shapes),
  );
}

function cellsOf(tensor: string, takes: Reading['takes'], { tensor: of, row, column }: CellRef, shapes: Shapes) {
  const { rows, columns } = shapes[tensor]!;
  const rowOf = (r: number) => Array.from({ length: columns }, (_, c) => ({ tensor, row: r, column: c }));
  const columnOf = (c: number) => Array.from({ length: rows }, (_, r) => ({ tensor, row: r, column: c }));
  switch (takes) {
    case 'row':
      return rowOf(row);
    case 'column':
      return columnOf(column);
    case 'its row':
      // A kernel's gradient takes xᵀ: its row is a column of x.
      return isGradient(of) ? columnOf(row) : rowOf(column);
    case 'cell':
      return [{ tensor, row, column }];
    case 'all':
      return Array.from({ length: rows }, (_, r) => rowOf(r)).flat();
    default:
      return takes satisfies never;
  }
}

/** Whether all that a result was computed from is still there. */
export function isTraceable(result: string, tensors: Tensors): boolean {
  const made = tensors[result];
  return (
    made !== undefined &&
    inputsOf(result, tensors).every((input) => {
      const { epoch } = tensors[input] ?? { epoch: -1 };
      // Data are of no epoch; weights before an update are of the epoch before it.
      return (
        input === 'x' || input === 'targets' || (input.endsWith('.kernel') ? epoch < made.epoch : epoch === made.epoch)
      );
    })
  );
}

/** How a number arises, in one line; undefined where there is none yet. */
export function originText(
  cell: CellRef,
  { tensors, seed }: Frame,
  kind: Kind,
  learningRate: number,
): string | undefined {
  const { tensor, row, column } = cell;
  const made = tensors[tensor];
  const valuesOf = (of: TensorValues) => (kind === 'gpu' ? (of.gpu ?? of.reference) : of.reference);
  if (!made) return undefined;
  const at = (name: string, r: number, c: number) => valuesOf(tensors[name]!)[r * tensors[name]!.columns + c]!;
  const result = number(at(tensor, row, column));
  if (tensor === 'x' || tensor === 'targets') return `${result} is given: example ${row + 1}.`;
  if (tensor.endsWith('.kernel before')) return `${result} is what the weight was before the last update.`;
  if (tensor.endsWith('.kernel') && made.epoch === 0) {
    const drawn = (at(tensor, row, column) + 1) / 2;
    return `2 · ${number(drawn)} − 1 = ${result}, drawn with seed ${seed}.`;
  }
  if (!isTraceable(tensor, tensors)) {
    return `${result} is of epoch ${made.epoch}; what it was computed from has been written over since.`;
  }
  const inputs = inputsOf(tensor, tensors);
  const sources = (i: number) =>
    cellsOf(inputs[i]!, READS[tensor]![i]!.takes, cell, tensors).map((one) => at(one.tensor, one.row, one.column));
  const products = () => {
    const [left, right] = [sources(0), sources(1)];
    return {
      text: left.map((value, k) => `${number(value)}·${factor(right[k]!)}`).join(' + '),
      sum: left.reduce((sum, value, k) => sum + value * right[k]!, 0),
    };
  };
  if (/^layers\.\d+\.y$/.test(tensor)) {
    const { text, sum } = products();
    return `${text} = ${number(sum)}, and sigmoid(${number(sum)}) = ${result}`;
  }
  if (isGradient(tensor)) return `${products().text} = ${result}`;
  if (tensor === 'layers.0.dz') {
    const [y] = sources(2);
    return `${products().text}, times ${number(y!)}·(1 − ${number(y!)}), = ${result}`;
  }
  const [first, second] = [sources(0), sources(1)];
  const [a, b] = [first[0]!, second[0]!];
  if (tensor === 'layers.1.dz') return `(${number(a)} − ${number(b)}) · ${number(a)}·(1 − ${number(a)}) = ${result}`;
  if (tensor === 'loss') {
    return `½ · (${first.map((y, k) => `(${number(y)} − ${number(second[k]!)})²`).join(' + ')}) = ${result}`;
  }
  if (tensor === 'absolute error') {
    return `${first.map((y, k) => `|${number(y)} − ${number(second[k]!)}|`).join(' + ')} = ${result}`;
  }
  return `${number(a)} − ${learningRate}·${factor(b)} = ${result}`;
}

function number(value: number): string {
  return cellText(value, 4);
}

/** As a right-hand factor. */
function factor(value: number): string {
  return value < 0 ? `(${number(value)})` : number(value);
}
