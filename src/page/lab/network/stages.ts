/**
 * A network as columns of nodes: the inputs, then each dense layer; the layers between, which keep the shape, are named under the
 * column whose values they change. Wide columns are shortened here, and weights reduced to those between nodes that are drawn.
 */
import type { LayerWeights } from '../../../core/initializers.js';
import { type Layer, layerWidths } from '../../../core/model.js';

export interface Stage {
  /** Of the dense layer; undefined for the inputs. */
  readonly layer: number | undefined;
  readonly units: number;
  /** Places of the units that are drawn. */
  readonly shown: readonly number[];
  readonly activation: string | undefined;
  /** The layers behind it that keep the shape, in a word or two each. */
  readonly followers: readonly string[];
}

/** More nodes than this become the first, a gap, and the last. */
export const MOST_NODES = 32;
const FIRST = 12;
const LAST = 4;

export function stagesOf(layers: readonly Layer[], inputs: number): Stage[] {
  const widths = layerWidths(layers, inputs);
  const stages: Stage[] = [];
  const add = (layer: number | undefined, units: number, activation?: string) => {
    const followers: string[] = [];
    const start = layer === undefined ? 0 : layer + 1;
    for (let l = start; l < layers.length && layers[l]!.type !== 'dense'; l++) followers.push(wordFor(layers[l]!));
    stages.push({ layer, units, shown: shownOf(units), activation, followers });
  };
  add(undefined, inputs);
  layers.forEach((layer, l) => {
    if (layer.type === 'dense') add(l, widths[l + 1]!, layer.activation);
  });
  return stages;
}

function wordFor(layer: Layer): string {
  switch (layer.type) {
    case 'dropout':
      return `dropout ${layer.rate}`;
    case 'activation':
      return layer.activation;
    case 'batchNormalization':
      return 'batch norm.';
    case 'layerNormalization':
      return 'layer norm.';
    case 'dense':
      return 'dense';
    default:
      return layer satisfies never;
  }
}

export function shownOf(units: number): number[] {
  if (units <= MOST_NODES) return Array.from({ length: units }, (_, i) => i);
  const last = Array.from({ length: LAST }, (_, i) => units - LAST + i);
  return [...Array.from({ length: FIRST }, (_, i) => i), ...last];
}

/** Of one column: kernel (shown of the column before, shown of this one), row-major; nothing for the inputs. */
export interface StageWeights {
  readonly kernel: Float64Array;
  readonly bias: Float64Array | undefined;
}

/** The weights between nodes that are drawn; undefined where they are of another network. */
export function pickWeights(stages: readonly Stage[], weights: readonly LayerWeights[]): StageWeights[] | undefined {
  const picked: StageWeights[] = [];
  for (const [s, { layer, units, shown }] of stages.entries()) {
    if (layer === undefined) continue;
    const before = stages[s - 1]!;
    const kernel = weights[layer]?.kernel;
    const bias = weights[layer]?.bias;
    if (kernel?.rows !== before.units || kernel.columns !== units) return undefined;
    const values = before.shown.flatMap((row) => shown.map((column) => kernel.values[row * units + column]!));
    const biases = bias && Float64Array.from(shown, (unit) => bias.values[unit]!);
    picked.push({ kernel: Float64Array.from(values), bias: biases });
  }
  return picked;
}

/** Weights of all the kernels, drawn or not. */
export function edgeCount(stages: readonly Stage[]): number {
  return stages.slice(1).reduce((sum, { units }, s) => sum + stages[s]!.units * units, 0);
}
