/** What all views need of a run and its weights: rows to look at, what outputs mean, the units of the data. */
import type { Source, Table } from '../../../../core/examples.js';
import type { LayerWeights } from '../../../../core/initializers.js';
import { type Matrix, matrix } from '../../../../core/matrix.js';
import type { ModelSettings } from '../../../../core/model.js';
import { type Task, takeRows } from '../../../../core/task.js';
import { isCrossentropy, outputActivation } from '../../../../core/task-checks.js';
import { evenly } from '../../../../core/text.js';
import type { LoadedRun } from '../../../../data/load.js';
import { forward } from '../../../../reference/network.js';
import type { Nothing, Part } from '../../charts/view-results.js';

export interface ViewSubject {
  readonly task: Task;
  readonly loaded: LoadedRun;
  readonly weights: readonly LayerWeights[];
  /** Products that may be computed, about: a view takes fewer rows where it would be more. */
  readonly budget: number;
}

/** A number of the data is `scale` times that of the network, plus `shift`. */
export interface Unit {
  readonly name: string;
  readonly shift: number;
  readonly scale: number;
}

export type Meaning =
  | { readonly kind: 'classes'; readonly names: readonly string[]; readonly isSparse: boolean }
  | { readonly kind: 'numbers'; readonly units: readonly Unit[] };

export function nothing(why: string): Nothing {
  return { kind: 'nothing', why };
}

export function meaningOf({ task, loaded }: ViewSubject): Meaning {
  const { train, widths, training, model } = task;
  const outputs = widths.at(-1)!;
  const target = loaded.preprocessing?.target;
  const classes = loaded.classes ?? (target?.kind === 'classes' ? target.classes : undefined);
  const isOpen = target === undefined && outputActivation(model.layers) === 'sigmoid' && isZerosAndOnes(train.y);
  if (classes || isCrossentropy(training.loss.name) || isOpen) {
    const count = Math.max(outputs, 2);
    const names = Array.from({ length: count }, (_, i) => classes?.[i] ?? String(i));
    return { kind: 'classes', names, isSparse: training.loss.name === 'sparseCategoricalCrossentropy' };
  }
  const numbers = target?.kind === 'numbers' ? target : undefined;
  const units = Array.from({ length: outputs }, (_, i) => ({
    name: numbers?.names[i] ?? (outputs === 1 ? 'y' : `y${i + 1}`),
    shift: numbers?.shift[i] ?? 0,
    scale: numbers?.scale[i] ?? 1,
  }));
  return { kind: 'numbers', units };
}

/** What is told of each input, as the network sees them. */
export function inputUnits({ task, loaded }: ViewSubject): readonly Unit[] {
  const known = loaded.preprocessing?.inputs.flatMap((input): Unit[] => {
    if (input.kind === 'categories') {
      return input.categories.map((category) => ({ name: `${input.name} = ${category}`, shift: 0, scale: 1 }));
    }
    const at = (value: number | readonly number[], i: number) => (typeof value === 'number' ? value : value[i]!);
    return Array.from({ length: input.width }, (_, i) => ({
      name: input.width === 1 ? input.name : `${input.name} ${i}`,
      shift: at(input.shift, i),
      scale: at(input.scale, i),
    }));
  });
  return known ?? Array.from({ length: task.widths[0]! }, (_, i) => ({ name: `x${i + 1}`, shift: 0, scale: 1 }));
}

export function inUnits(value: number, { shift, scale }: Pick<Unit, 'shift' | 'scale'>): number {
  return value * scale + shift;
}

/** The rows that a network is judged by: those of validation, where there are some. */
export function judgedPart({ task }: ViewSubject): { readonly part: Part; readonly source: Source } {
  return task.validation ? { part: 'validation', source: task.validation } : { part: 'training', source: task.train };
}

/** Numbers in the kernels of a model: about the products that a row costs. */
export function productsOfRow(weights: readonly LayerWeights[]): number {
  return weights.reduce((sum, { kernel }) => sum + (kernel?.values.length ?? 0), 1);
}

/** Evenly spread rows, as many as the budget allows, at least a few, at most `most`. */
export function affordableRows({ weights, budget }: ViewSubject, rows: number, most = Infinity): number[] {
  const affordable = Math.max(16, Math.floor(budget / productsOfRow(weights)));
  return evenly(rows, Math.min(rows, affordable, most));
}

/** Rows in so many go through the network at once: more would only need more memory. */
const ROWS = 512;

/** What the network says, as `predict` of the reference does, in small parts. */
export function outputsOf(model: ModelSettings, weights: readonly LayerWeights[], x: Table): Matrix {
  const result = matrix(x.rows, weightedColumns(model, x.columns));
  for (let start = 0; start < x.rows; start += ROWS) {
    const indices = Array.from({ length: Math.min(ROWS, x.rows - start) }, (_, i) => start + i);
    const { y } = forward(model.layers, weights, takeRows(x, indices), undefined).at(-1)!;
    result.values.set(y.values, start * y.columns);
  }
  return result;
}

function weightedColumns({ layers }: ModelSettings, inputs: number): number {
  return layers.reduce((columns, layer) => (layer.type === 'dense' ? layer.units : columns), inputs);
}

/** The class that a row of outputs says, and its share: of one output, class 1 from above ½. */
export function saidOf({ columns, values }: Table, row: number): { readonly label: number; readonly share: number } {
  const start = row * columns;
  if (columns === 1) {
    const value = values[start]!;
    return value > 0.5 ? { label: 1, share: value } : { label: 0, share: 1 - value };
  }
  let label = 0;
  for (let c = 1; c < columns; c++) if (values[start + c]! > values[start + label]!) label = c;
  return { label, share: values[start + label]! };
}

/** The share that a row of outputs gives a class. */
export function shareOf({ columns, values }: Table, row: number, label: number): number {
  if (columns > 1) return values[row * columns + label]!;
  return label === 1 ? values[row]! : 1 - values[row]!;
}

/** The class of a row of targets. */
export function truthOf(targets: Table, row: number, isSparse: boolean): number {
  return isSparse ? targets.values[row]! : saidOf(targets, row).label;
}

function isZerosAndOnes({ columns, values }: Table): boolean {
  if (columns !== 1) return false;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0 && values[i] !== 1) return false;
  return true;
}
