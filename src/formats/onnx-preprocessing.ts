/**
 * Preprocessing as ONNX operators, so that the graph takes a table's numbers as they are and gives its target's: missing values
 * filled, (v − shift) / scale in front; outputs · scale + shift behind. For inputs that are all numbers: an ONNX graph over one
 * tensor of floats has no texts, so categories are refused.
 */
import { describe, quoted } from '../core/run-checks.js';
import type { SavedModel } from './saved-model.js';
import { FormatError } from './format-error.js';
import type { OnnxChain } from './onnx-graph.js';

/** Column by column, (inputs) or (outputs) numbers each. */
export interface FoldedPreprocessing {
  readonly shift: Float32Array;
  readonly scale: Float32Array;
  /** What a missing value counts as; NaN where there is nothing. Undefined where no column has anything. */
  readonly fill: Float32Array | undefined;
  /** Undefined where outputs are what they are. */
  readonly target: { readonly shift: Float32Array; readonly scale: Float32Array } | undefined;
}

/**
 * The preprocessing of a model, if numbers alone are scaled.
 * @throws FormatError naming the part of it that is missing or no numbers
 */
export function foldedPreprocessing({ preprocessing, inputs }: SavedModel, outputs: number): FoldedPreprocessing {
  if (!isObject(preprocessing)) refuse('', 'nothing', 'what the inputs were scaled by, to put into the graph');
  const parts = preprocessing['inputs'];
  if (!Array.isArray(parts) || !parts.every(isObject)) return refuse('inputs', 'something else', 'a list of inputs');
  const wrong = parts.findIndex(({ kind }) => kind !== 'numbers');
  if (wrong >= 0) {
    const { kind, name } = parts[wrong]!;
    const found = `${typeof kind === 'string' ? kind : describe(kind)} in ${typeof name === 'string' ? quoted(name) : wrong}`;
    refuse(`inputs[${wrong}]`, found, 'numbers alone; export it without preprocessing and encode the inputs yourself');
  }
  const columns = (name: string) =>
    parts.flatMap((part, p) => expanded(part[name], part['width'], inputs, `inputs[${p}].${name}`));
  const shift = Float32Array.from(columns('shift'));
  const scale = Float32Array.from(columns('scale'));
  if (shift.length !== inputs) refuse('inputs', `${shift.length} columns`, `${inputs}, the inputs of the model`);
  const isFilled = parts.some(({ fill }) => fill !== undefined);
  const fill = parts.flatMap(({ fill: given, width }, p) => expanded(given ?? NaN, width, inputs, `inputs[${p}].fill`));
  return {
    shift,
    scale,
    fill: isFilled ? Float32Array.from(fill) : undefined,
    target: foldedTarget(preprocessing['target'], outputs),
  };
}

function foldedTarget(target: unknown, outputs: number): FoldedPreprocessing['target'] {
  if (!isObject(target) || target['kind'] !== 'numbers') return undefined;
  const shift = Float32Array.from(expanded(target['shift'], outputs, outputs, 'target.shift'));
  const scale = Float32Array.from(expanded(target['scale'], outputs, outputs, 'target.scale'));
  return shift.every((value) => value === 0) && scale.every((value) => value === 1) ? undefined : { shift, scale };
}

/**
 * One number for each of so many columns, which may all share one.
 * @param most columns that the model has, since a width is only said
 */
function expanded(given: unknown, width: unknown, most: number, place: string): number[] {
  if (typeof width !== 'number' || !Number.isInteger(width) || width < 1 || width > most) {
    return refuse(place, `a width of ${describe(width)}`, `a whole number of columns, at most ${most}`);
  }
  const list: unknown = typeof given === 'number' ? [given] : given;
  if (!Array.isArray(list) || !list.every((value) => typeof value === 'number')) {
    return refuse(place, 'no list of numbers', `${width} numbers, or one for all columns`);
  }
  if (list.length === width) return list;
  if (list.length === 1) return Array.from({ length: width }, () => list[0] as number);
  return refuse(place, `${list.length} numbers`, `${width}, or one for all columns`);
}

/** In front of the layers. */
export function addInputScaling(chain: OnnxChain, { shift, scale, fill }: FoldedPreprocessing): void {
  const vector = (name: string, values: Float32Array) =>
    chain.tensor(`preprocessing.${name}`, [values.length], () => values);
  if (fill) {
    const raw = chain.last;
    chain.add('preprocessing.missing', 'IsNaN');
    chain.join('preprocessing.filled', 'Where', [chain.last, vector('fill', fill), raw]);
  }
  chain.add('preprocessing.centred', 'Sub', [vector('shift', shift)]);
  chain.add('preprocessing.scaled', 'Div', [vector('scale', scale)]);
}

/** Behind the layers. */
export function addOutputScaling(chain: OnnxChain, { target }: FoldedPreprocessing): void {
  if (!target) return;
  const { shift, scale } = target;
  chain.add('target.scaled', 'Mul', [chain.tensor('target.scale', [scale.length], () => scale)]);
  chain.add('target.shifted', 'Add', [chain.tensor('target.shift', [shift.length], () => shift)]);
}

/** The examples in the table's numbers, and how much of their digits the way there and back may cost. */
export function unscaledExamples(
  { examples }: SavedModel,
  { shift, scale, target }: FoldedPreprocessing,
): { readonly examples: SavedModel['examples']; readonly loss: number } {
  const x = examples?.x.map((row) => row.map((value, c) => Math.fround(value * scale[c]! + shift[c]!)));
  const y = examples?.y.map((row) => row.map((value, c) => value * (target?.scale[c] ?? 1) + (target?.shift[c] ?? 0)));
  // An input of shift ± scale has lost shift / scale of its digits before the model sees it.
  const inward = Math.max(1, ...shift.map((value, c) => Math.abs(value) / scale[c]!));
  const outward = Math.max(1, ...(target?.scale ?? []));
  return { examples: x && y && { x, y }, loss: inward * outward };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(place: string, found: string, expected: string): never {
  throw new FormatError('the model to write', place ? `preprocessing.${place}` : 'preprocessing', found, expected);
}
