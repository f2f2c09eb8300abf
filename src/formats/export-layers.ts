/**
 * A saved model as exports to other formats see it: its layers with what goes in and out of each, and its weights as float32,
 * rounded only when they are asked for, so that a large model is never held twice. What cannot be trusted is refused here,
 * before anything is written: layers that do not fit, weights that are missing, misshapen or beyond float32.
 */
import type { WeightName } from '../core/given-weights.js';
import { type Layer, layerWidths } from '../core/model.js';
import { settingsMetadata } from './model-metadata.js';
import type { ExportedFile, SavedModel } from './saved-model.js';
import { checkNames, fileShape, type PlacedWeight, placedWeights, weightTensor } from './weight-tensors.js';

/** A weight of a layer; `values()` makes a new array at each call. */
export interface ExportedWeight {
  readonly name: WeightName;
  /** (inputs, units) of a kernel, (columns) of every other weight. */
  readonly shape: readonly number[];
  readonly bytes: number;
  /** @throws FormatError for a number that is not finite in float32 */
  values(): Float32Array;
}

export interface ExportedLayer {
  readonly layer: Layer;
  /** In the model, from 0. */
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
  /** In the order of core/given-weights.ts. */
  readonly weights: readonly ExportedWeight[];
}

export interface ExportedModel {
  readonly layers: readonly ExportedLayer[];
  readonly inputs: number;
  readonly outputs: number;
  /** What is known beside the weights, by key, each JSON (model-metadata.ts). */
  readonly metadata: Readonly<Record<string, string>>;
  readonly weightBytes: number;
}

/** @throws FormatError for layers or settings that no model has, and where weights are missing for a layer */
export function exportedModel(saved: SavedModel): ExportedModel {
  const metadata = settingsMetadata(saved);
  const { layers } = saved.model;
  checkNames(layers, saved.inputs, saved.weights);
  const widths = layerWidths(layers, saved.inputs);
  const placed = placedWeights(layers, saved.inputs);
  const exported = layers.map((layer, index) => ({
    layer,
    index,
    inputs: widths[index]!,
    outputs: widths[index + 1]!,
    weights: placed.filter((place) => place.layer === index).map((place) => exportedWeight(place, saved)),
  }));
  return {
    layers: exported,
    inputs: saved.inputs,
    outputs: widths.at(-1)!,
    metadata,
    weightBytes: exported.flatMap(({ weights }) => weights).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function exportedWeight(place: PlacedWeight, { weights }: SavedModel): ExportedWeight {
  const shape = fileShape(place);
  return {
    name: place.name,
    shape,
    bytes: 4 * shape.reduce((product, size) => product * size, 1),
    values: () => {
      const { data } = weightTensor(place, weights, `layers.${place.layer}.${place.name}`, 'float32');
      return data as Float32Array;
    },
  };
}

/** The bytes of float32 numbers, little-endian as every engine with typed arrays has them; nothing is copied. */
export function float32Bytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * How far another program's answers may be from the examples: |found − expected| ≤ tolerance · max(1, |expected|). Both
 * compute in float32 and add in other orders, which moves the last of its seven digits; a kernel turned over, another slope
 * or another epsilon moves the first ones.
 */
export const EXAMPLE_TOLERANCE = 1e-4;

/** The examples of a model as a file to check it by elsewhere; undefined where it has none. */
export function examplesFile(
  { examples }: Pick<SavedModel, 'examples'>,
  tolerance = EXAMPLE_TOLERANCE,
): ExportedFile | undefined {
  if (!examples) return undefined;
  const document = {
    inputs: examples.x,
    outputs: examples.y,
    tolerance,
    comparison: 'abs(found - outputs) <= tolerance * max(1, abs(outputs))',
  };
  return textFile('model.examples.json', JSON.stringify(document));
}

export function textFile(name: string, text: string): ExportedFile {
  return { name, bytes: new TextEncoder().encode(text.endsWith('\n') ? text : `${text}\n`) };
}
