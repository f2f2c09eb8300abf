/**
 * What can be done to a list of layers, as pure functions: they give back a new list and change none. Those for any list serve
 * the layers and the keys beside them alike.
 */
import type { Layer, LayerDocument } from '../../../core/model.js';
import { parseModel } from '../../../core/run.js';
import type { LabRun } from '../lab-state.js';

export type LayerType = Layer['type'];

export const LAYER_TYPES: readonly { readonly value: LayerType; readonly text: string }[] = [
  { value: 'dense', text: 'Dense' },
  { value: 'dropout', text: 'Dropout' },
  { value: 'batchNormalization', text: 'Batch normalization' },
  { value: 'layerNormalization', text: 'Layer normalization' },
  { value: 'activation', text: 'Activation' },
];

/** @param at before which place, from 0; the length for the end */
export function insertAt<T>(list: readonly T[], at: number, item: T): T[] {
  return list.toSpliced(at, 0, item);
}

export function removeAt<T>(list: readonly T[], at: number): T[] {
  return list.toSpliced(at, 1);
}

export function replaceAt<T>(list: readonly T[], at: number, item: T): T[] {
  return list.with(at, item);
}

/** @param to its place afterwards; beyond an end is that end */
export function moveTo<T>(list: readonly T[], from: number, to: number): T[] {
  const place = Math.min(Math.max(to, 0), list.length - 1);
  return list.toSpliced(from, 1).toSpliced(place, 0, list[from]!);
}

/** A layer of a type as a person would begin with it, keeping the activation of the one that it stands for. */
export function newLayer(type: LayerType, before?: LayerDocument): LayerDocument {
  const activation = (before && 'activation' in before && before.activation) || 'relu';
  switch (type) {
    case 'dense':
      return { units: 16, activation };
    case 'dropout':
      return { type, rate: 0.2 };
    case 'activation':
      return { type, activation };
    case 'batchNormalization':
    case 'layerNormalization':
      return { type };
    default:
      return type satisfies never;
  }
}

/** The run with other layers. Weights that it gives itself are of the layers before, so they go. */
export function withLayers(run: LabRun, layers: readonly LayerDocument[]): LabRun {
  const { seed } = run.model;
  return { ...run, model: { ...(seed !== undefined && { seed }), layers } };
}

/** With every default filled in. @throws RunError for a layer that is none */
export function filled(layer: LayerDocument): Layer {
  return parseModel({ layers: [layer] }).layers[0]!;
}

/** `dense, 32 units, relu`: a layer in a few words. */
export function describeLayer(document: LayerDocument): string {
  const layer = filled(document);
  if (layer.type === 'dense')
    return `dense, ${layer.units} ${layer.units === 1 ? 'unit' : 'units'}, ${layer.activation}`;
  if (layer.type === 'dropout') return `dropout, rate ${layer.rate}`;
  if (layer.type === 'activation') return `activation ${layer.activation}`;
  return LAYER_TYPES.find(({ value }) => value === layer.type)!.text.toLowerCase();
}
