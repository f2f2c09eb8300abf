/** Networks to begin with. Where the data decide what comes out, the output layer of the network before stays. */
import type { LayerDocument } from '../../../core/model.js';
import { article } from '../../../runs/article.js';

export interface Preset {
  readonly name: string;
  /** @param before the layers that it replaces */
  readonly layers: (before: readonly LayerDocument[]) => readonly LayerDocument[];
}

type Dense = Extract<LayerDocument, { readonly units: number }>;

const YES_OR_NO: Dense = { units: 1, activation: 'sigmoid' };

export const PRESETS: readonly Preset[] = [
  {
    name: 'Logistic regression',
    layers: (before) => {
      const output = outputOf(before);
      const isLogistic = output.activation === 'sigmoid' || output.activation === 'softmax';
      return [isLogistic ? output : YES_OR_NO];
    },
  },
  { name: 'The tutorial’s 3-4-1', layers: () => article.model.layers },
  {
    name: 'Two hidden layers of 32',
    layers: (before) => [{ units: 32, activation: 'relu' }, { units: 32, activation: 'relu' }, outputOf(before)],
  },
  {
    name: '784-256-128-10',
    layers: () => [
      { units: 256, activation: 'relu' },
      { units: 128, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ],
  },
];

/** The last dense layer as it is most often wanted: its units and its activation, all else as usual. */
function outputOf(layers: readonly LayerDocument[]): Dense {
  const last = layers.findLast((layer): layer is Dense => 'units' in layer);
  return last ? { units: last.units, activation: last.activation ?? 'linear' } : YES_OR_NO;
}
