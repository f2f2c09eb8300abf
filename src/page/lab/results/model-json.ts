/**
 * A model as JSON: its run with the trained weights as those to start from, so that `idli train` takes it too. It is for reading and for
 * small networks; how inputs are prepared follows from the run's data, and is not in it.
 */
import { weightShapes } from '../../../core/given-weights.js';
import { layerWidths } from '../../../core/model.js';
import { RunError } from '../../../core/run-error.js';
import { parseModel, parseSettings } from '../../../core/run.js';
import { FormatError } from '../../../formats/format-error.js';
import type { SavedModel } from '../../../formats/saved-model.js';
import { parseStrictJson } from '../../../formats/strict-json.js';
import { givenWeights, parseWeights, type WeightsInput } from '../../../model/weights.js';

/** Numbers that a text is still a fit place for. */
const MOST_NUMBERS = 2_000_000;

/**
 * @param data of the run, its own numbers too
 * @throws FormatError for a model whose run is not known, or that is too large for a text
 */
export function writeModelJson(
  { model, inputs, weights, training }: SavedModel,
  data: unknown,
): Uint8Array<ArrayBuffer> {
  if (!training || data === undefined) {
    const expected = 'what it was trained on and how, which this file did not say: safetensors and ONNX need neither';
    throw new FormatError('the model to write', '', 'a network without its run', expected);
  }
  const widths = layerWidths(model.layers, inputs);
  const count = model.layers
    .flatMap((layer, l) => weightShapes(layer, widths[l]!))
    .reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
  if (count > MOST_NUMBERS) {
    throw new FormatError('the model to write', '', `${count} weights`, `at most ${MOST_NUMBERS}; take safetensors`);
  }
  const { seed, layers } = model;
  const document = { data, model: { seed, layers, weights: givenWeights(weights) }, training };
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}

/** @throws FormatError for JSON that is no model: a run without weights is told where to go */
export function readModelJson(bytes: Uint8Array, file: string): SavedModel {
  const document = parseStrictJson(textOf(bytes, file), file, 'its text');
  // Of what is no object there is nothing to take.
  const { data, model, training } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof model !== 'object' || model === null || !('layers' in model)) {
    throw new FormatError(
      file,
      '',
      'JSON without a model',
      'a model saved here: an object with "model" and its layers',
    );
  }
  if (!('weights' in model) || !Array.isArray(model.weights)) {
    const expected = 'a model that has weights; a run is opened below, under “This run”';
    throw new FormatError(file, 'model.weights', 'nothing', expected);
  }
  try {
    const { weights, ...bare } = model as { readonly weights: readonly WeightsInput[] };
    const { seed, layers } = parseModel(bare);
    const inputs = inputsOf(weights);
    if (inputs === undefined) throw new RunError('model.weights', 'no weights at all', 'those of each layer');
    const settings = training === undefined ? undefined : parseSettings({ model: bare, training }).training;
    return {
      model: { seed, layers },
      inputs,
      weights: parseWeights({ seed, layers }, inputs, weights),
      training: settings,
      data,
    };
  } catch (error) {
    if (error instanceof RunError) throw new FormatError(file, error.field, error.found, error.expected);
    throw error;
  }
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(file, '', 'bytes that are no text', 'JSON in UTF-8');
  }
}

/** The rows of the first kernel, or the length of a normalization in front of it. */
function inputsOf(weights: readonly WeightsInput[]): number | undefined {
  for (const layer of weights) {
    const { kernel, gamma } = (layer ?? {}) as Readonly<Record<string, unknown>>;
    for (const list of [kernel, gamma]) if (Array.isArray(list) && list.length > 0) return list.length;
  }
  return undefined;
}
