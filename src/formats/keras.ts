/**
 * A model as a file of Keras 3: layers, weights, and where Keras has the words for it, how it was trained. The state of the
 * optimizer is not kept, so a training goes on with a fresh one; Keras says so with a warning. Beside the file lie its description
 * as text, a script that loads and checks it, and the examples. The same model gives the same bytes.
 */
import type { Zippable } from 'fflate';
import { examplesFile, exportedModel, textFile } from './export-layers.js';
import script from './keras-load.py?raw';
import { kerasConfig } from './keras-config.js';
import { kerasLayers } from './keras-layers.js';
import { kerasWeights } from './keras-weights.js';
import { pythonJson } from './python-json.js';
import type { ExportedFile, SavedModel } from './saved-model.js';

/** The first Keras whose layout this is; later ones read it. */
const KERAS_VERSION = '3.0.0';

/**
 * `model.keras`, `model_config.json`, `load_keras.py`, and where the model has examples `model.examples.json`.
 * Needs the package h5wasm.
 * @throws FormatError for weights that do not fit the layers, are not finite or beyond float32, or are more than 1 GiB, and
 *   where h5wasm is not installed
 */
export async function exportKeras(saved: SavedModel): Promise<readonly ExportedFile[]> {
  const model = exportedModel(saved);
  const layers = kerasLayers(model);
  const config = kerasConfig(layers, model.inputs, saved.training);
  const weights = await kerasWeights(layers, model.weightBytes);
  const { classes, preprocessing } = saved;
  const known = { ...(classes && { classes }), ...(preprocessing !== undefined && { preprocessing }) };
  const { zipSync, strToU8 } = await import('fflate');
  const entries: Zippable = {
    'metadata.json': strToU8(JSON.stringify({ keras_version: KERAS_VERSION, idli: known })),
    'config.json': strToU8(pythonJson(config)),
    'model.weights.h5': weights,
  };
  // Not compressed, as Keras's own are; the earliest date that a zip can hold, since a file of the same model shall be the same.
  const bytes = zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
  const examples = examplesFile(saved);
  return [
    { name: 'model.keras', bytes },
    textFile('model_config.json', pythonJson(config, 2)),
    textFile('load_keras.py', script),
    ...(examples ? [examples] : []),
  ];
}
