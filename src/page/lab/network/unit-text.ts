/** What the drawing says in words: of itself, of one unit, of one weight. */
import { counted, numberText, wholeText } from '../../../core/text.js';
import type { Edge, Edges } from './edges.js';
import { edgeCount, type Stage, type StageWeights } from './stages.js';

/** How units are called at both ends of the network. */
export interface Names {
  readonly inputs: readonly string[];
  /** Of the last layer's units; undefined where they have none. */
  readonly outputs: readonly string[] | undefined;
}

/** Weights that are read out of one unit, at most. */
const MOST_READ = 6;

export function unitName(stages: readonly Stage[], stage: number, position: number, names: Names): string {
  const { layer, shown, units } = stages[stage]!;
  const unit = shown[position]!;
  if (layer === undefined) return `input ${names.inputs[unit] ?? unit + 1}`;
  const output = stage === stages.length - 1 ? names.outputs?.[unit] : undefined;
  const own = `layer ${layer + 1}, unit ${unit + 1} of ${units}`;
  return output === undefined ? own : `${own}, ${output}`;
}

export function edgeText(stages: readonly Stage[], { stage, from, to, weight }: Edge, names: Names): string {
  return `${unitName(stages, stage - 1, from, names)} → ${unitName(stages, stage, to, names)}: ${signed(weight)}`;
}

/** A unit with its bias and the strongest of the weights that lead to it. */
export function unitText(
  stages: readonly Stage[],
  weights: readonly StageWeights[] | undefined,
  stage: number,
  position: number,
  names: Names,
): string {
  const name = capital(unitName(stages, stage, position, names));
  const own = stage === 0 ? undefined : weights?.[stage - 1];
  if (!own) return `${name}.`;
  const before = stages[stage - 1]!;
  const columns = stages[stage]!.shown.length;
  const incoming = before.shown
    .map((_, from) => ({ from, weight: own.kernel[from * columns + position]! }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const read = incoming
    .slice(0, MOST_READ)
    .map(({ from, weight }) => `${unitName(stages, stage - 1, from, names)} ${signed(weight)}`);
  const isAll = read.length === before.units;
  const what = isAll
    ? 'Weights from'
    : `The strongest ${read.length} of ${before.shown.length < before.units ? 'the drawn weights' : `${before.units} weights`}, from`;
  const bias = own.bias ? ` Bias ${signed(own.bias[position]!)}.` : '';
  return `${name}.${bias} ${what} ${read.join('; ')}.`;
}

/** The network in a sentence. */
export function networkText(stages: readonly Stage[], parameters: number): string {
  const [inputs, ...layers] = stages;
  const units = layers.map(({ units: count, activation }) => `${count} (${activation})`).join(', ');
  const dense = layers.length === 0 ? 'no dense layer' : `${counted(layers.length, 'dense layer')} of ${units}`;
  return `${counted(inputs!.units, 'input')}, ${dense}; ${wholeText(parameters)} parameters.`;
}

/** What of the network is not drawn, in a sentence; undefined where all is. */
export function leftOutText(stages: readonly Stage[], edges: Edges | undefined): string | undefined {
  const all = edgeCount(stages);
  if (!edges || edges.drawn.length === all) return undefined;
  const isShortened = stages.some(({ shown, units }) => shown.length < units);
  const strongest = edges.drawn.length < edges.between ? `the strongest ${wholeText(edges.drawn.length)} of ` : '';
  if (!isShortened) return `Drawn: ${strongest}${wholeText(all)} weights.`;
  const between = `${strongest}${wholeText(edges.between)} weights between the units shown`;
  return `Drawn: of wide layers the first and last units, and ${between}. The network has ${wholeText(all)}.`;
}

/** With a minus sign as long as a plus. */
function signed(value: number): string {
  return numberText(value).replace('-', '−');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
