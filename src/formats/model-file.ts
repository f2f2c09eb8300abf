/**
 * A model in a file of its own: a safetensors file (https://github.com/huggingface/safetensors) with the tensors
 * `layers.<i>.kernel` (inputs, units), `layers.<i>.bias` (units), and of normalizations `gamma`, `beta`, `movingMean`,
 * `movingVariance` (inputs), and all else that is known of the model in the metadata. Any safetensors library reads the
 * weights. It reads what it wrote itself, of this version; weights of other programs are imported (pytorch-import.ts).
 */
import type { WeightName } from '../core/given-weights.js';
import { choiceText, describe, quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { FormatError } from './format-error.js';
import { parseSettingsMetadata, settingsMetadata } from './model-metadata.js';
import { metadataPlace, tensorPlace } from './safetensors-header.js';
import { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';
import type { SavedModel } from './saved-model.js';
import type { Tensor } from './tensor.js';
import {
  checkNames,
  collectWeights,
  placedWeights,
  type Precision,
  PRECISIONS,
  weightMatrix,
  weightTensor,
} from './weight-tensors.js';

export const MODEL_FORMAT = 'idli';
export const MODEL_VERSION = '1';

/** Options of `writeModel`. */
export interface WriteModelOptions {
  /**
   * How the weights are held. Default `float32`, which is what a GPU trains with: such weights come back exactly.
   * `float64` keeps those that the CPU trained exactly too, in twice the bytes.
   */
  readonly precision?: Precision | undefined;
}

/**
 * The bytes of a model file. The same model gives the same bytes.
 * @throws FormatError for weights that do not fit the layers, are not finite or beyond float32, and for settings that could
 *   not be read again
 * @throws RunError for a precision that is none
 */
export function writeModel(saved: SavedModel, options: WriteModelOptions = {}): Uint8Array<ArrayBuffer> {
  const { precision = 'float32' } = options;
  if (!PRECISIONS.includes(precision)) throw new RunError('precision', describe(precision), choiceText(PRECISIONS));
  const { model, inputs, weights } = saved;
  // Before the tensors, which are made by what it says.
  const metadata = settingsMetadata(saved);
  checkNames(model.layers, inputs, weights);
  const tensors = new Map<string, Tensor>();
  for (const place of placedWeights(model.layers, inputs)) {
    const name = tensorName(place.layer, place.name);
    tensors.set(name, weightTensor(place, weights, name, precision));
  }
  return encodeSafetensors(tensors, { format: MODEL_FORMAT, version: MODEL_VERSION, ...metadata });
}

/**
 * The model of a file.
 * @param fileName for the sentence about it
 * @throws FormatError for what is no model file, is damaged, or is of another version
 */
export function readModel(bytes: Uint8Array, fileName: string): SavedModel {
  const { tensors, metadata } = decodeSafetensors(bytes, fileName);
  checkOrigin(tensors, metadata, fileName);
  const settings = parseSettingsMetadata(metadata, fileName);
  const { layers } = settings.model;
  const known = new Set<string>();
  const weights = collectWeights(layers, settings.inputs, (place) => {
    const name = tensorName(place.layer, place.name);
    const tensor = tensors.get(name);
    if (!tensor) throw new FormatError(fileName, tensorPlace(name), 'nothing', 'the weight of its layer');
    known.add(name);
    return weightMatrix(place, tensor, name, fileName);
  });
  const stranger = [...tensors.keys()].find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new FormatError(
      fileName,
      tensorPlace(stranger),
      'a weight that no layer has',
      'the weights of the layers alone',
    );
  }
  return { ...settings, weights };
}

function checkOrigin(tensors: Safetensors['tensors'], metadata: Safetensors['metadata'], file: string): void {
  const { format, version } = metadata;
  if (format === MODEL_FORMAT) {
    if (version === MODEL_VERSION) return;
    const found = version === undefined ? 'nothing' : quoted(version);
    throw new FormatError(
      file,
      metadataPlace('version'),
      found,
      `"${MODEL_VERSION}", the version that this program reads`,
    );
  }
  const name = [...tensors.keys()].find((key) => /(^|\.)\d+\.weight$/.test(key));
  if (name !== undefined) {
    const found = `a tensor ${quoted(name)}, as PyTorch's nn.Sequential names it`;
    throw new FormatError(file, '', found, 'a model file of idli; importPytorch reads such a file, with its layers');
  }
  const found = format === undefined ? 'nothing' : quoted(format);
  throw new FormatError(file, metadataPlace('format'), found, `"${MODEL_FORMAT}", as a model file of idli has it`);
}

function tensorName(layer: number, weight: WeightName): string {
  return `layers.${layer}.${weight}`;
}
