/** Which tensors the layers of a run have, and what they are called. Pure functions. */
import type { WeightName } from '../../../core/given-weights.js';
import type { LabRun } from '../lab-state.js';
import type { TensorName } from './view-results.js';

type LayerLike = {
  readonly type?: string;
  readonly units?: number;
  readonly activation?: string;
  readonly useBias?: boolean;
  readonly rate?: number;
};

export interface NamedTensor {
  readonly key: string;
  readonly text: string;
  readonly tensor: TensorName;
  /** What its rows and columns are. */
  readonly sides: readonly [rows: string, columns: string];
}

export function layersOf(run: LabRun): readonly LayerLike[] {
  return run.model.layers;
}

/** `2 · dense, 32 relu` */
export function layerName(layer: LayerLike, place: number): string {
  const { type = 'dense', units, activation, rate } = layer;
  const more = [units, activation, rate].filter((part) => part !== undefined).join(' ');
  const words = type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${place + 1} · ${words}${more && `, ${more}`}`;
}

export function tensorsOf({ type = 'dense', useBias = true }: LayerLike): readonly NamedTensor[] {
  const of = (kind: 'weights' | 'gradients', weight: WeightName): NamedTensor => ({
    key: `${kind} ${weight}`,
    text: kind === 'weights' ? capitalizedWords(weight) : `Gradient of the ${capitalizedWords(weight).toLowerCase()}`,
    tensor: { kind, weight },
    sides: weight === 'kernel' ? ['inputs', 'units'] : ['one row', type === 'dense' ? 'units' : 'inputs'],
  });
  const [kept, trained] = weightsOf(type, useBias);
  return [
    ...[...trained, ...kept].map((weight) => of('weights', weight)),
    ...trained.map((weight) => of('gradients', weight)),
    { key: 'activations', text: 'Activations', tensor: { kind: 'activations' }, sides: ['examples', 'units'] },
  ];
}

function weightsOf(
  type: string,
  useBias: boolean,
): readonly [kept: readonly WeightName[], trained: readonly WeightName[]] {
  switch (type) {
    case 'dense':
      return [[], useBias ? ['kernel', 'bias'] : ['kernel']];
    case 'batchNormalization':
      return [
        ['movingMean', 'movingVariance'],
        ['gamma', 'beta'],
      ];
    case 'layerNormalization':
      return [[], ['gamma', 'beta']];
    default:
      return [[], []];
  }
}

function capitalizedWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
