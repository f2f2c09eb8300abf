/**
 * A model for PyTorch: `model.safetensors`, its weights as the state of an nn.Sequential (float32), and `model.py`, a script
 * that builds the network, loads them, checks itself against the stored examples and trains on, in one process or several;
 * and, where the model has a preprocessing, `preprocessing.py`, which applies it to the rows of a table. The script is the same for all models but for one line with the model in JSON.
 */
import { layerWidths } from '../core/model.js';
import { transposed } from './transpose.js';
import { settingsMetadata } from './model-metadata.js';
import template from './pytorch-model.py?raw';
import preparing from './pytorch-preprocessing.py?raw';
import trainingPart from './pytorch-training.py?raw';
import { BATCHES_TRACKED, EXPORT_KEY, EXPORT_VERSION, moduleNumbers, torchWeightName } from './pytorch-names.js';
import { encodeSafetensors } from './safetensors.js';
import type { ExportedFile, SavedModel } from './saved-model.js';
import type { Tensor } from './tensor.js';
import { checkNames, placedWeights, weightTensor } from './weight-tensors.js';

/** Where the script has the model, and where it trains: the two texts that are replaced. */
const MODEL_MARK = `r"""{"the model": "goes here"}"""`;
const TRAINING_MARK = '# The training goes here.\n';

/**
 * `model.safetensors` and `model.py`, and `preprocessing.py` where there is one. The same model gives the same bytes.
 * @throws FormatError for weights that do not fit the layers or are not finite, and for settings that cannot be read again
 */
export function exportPytorch(saved: SavedModel): readonly ExportedFile[] {
  const metadata = settingsMetadata(saved);
  return [
    { name: 'model.safetensors', bytes: weightsFile(saved, metadata) },
    { name: 'model.py', bytes: new TextEncoder().encode(script(saved)) },
    ...(saved.preprocessing === undefined
      ? []
      : [{ name: 'preprocessing.py', bytes: new TextEncoder().encode(preparing) }]),
  ];
}

function weightsFile({ model, inputs, weights }: SavedModel, metadata: Readonly<Record<string, string>>): Uint8Array {
  const { layers } = model;
  checkNames(layers, inputs, weights);
  const numbers = moduleNumbers(layers);
  const tensors = new Map<string, Tensor>();
  for (const place of placedWeights(layers, inputs)) {
    const module = numbers[place.layer]!;
    const tensor = weightTensor(place, weights, `layers.${place.layer}.${place.name}`, 'float32');
    tensors.set(`${module}.${torchWeightName(place.name)}`, place.name === 'kernel' ? unitsFirst(tensor) : tensor);
    if (place.name === 'movingVariance') {
      tensors.set(`${module}.${BATCHES_TRACKED}`, { dtype: 'I64', shape: [], data: BigInt64Array.of(0n) });
    }
  }
  return encodeSafetensors(tensors, { format: 'pt', [EXPORT_KEY]: EXPORT_VERSION, ...metadata });
}

/** (inputs, units) → (units, inputs), as nn.Linear has it */
function unitsFirst({ shape, data }: Tensor): Tensor {
  const [inputs, units] = shape as [number, number];
  const values = transposed(data as Float32Array, units, inputs);
  return { dtype: 'F32', shape: [units, inputs], data: Float32Array.from(values) };
}

function script({ model, inputs, training, preprocessing, classes }: SavedModel): string {
  const config = {
    inputs,
    outputs: layerWidths(model.layers, inputs).at(-1),
    seed: model.seed,
    // First weights are in the file, so how they would be drawn is of no use there.
    layers: model.layers.map((layer) => ({ ...layer, kernelInitializer: undefined })),
    training,
    preprocessing,
    classes,
  };
  // In JSON a quote within a string has a backslash before it, and two strings have a sign between them: three quotes in a row
  // there are never, and no text of a stranger can end Python's literal.
  const text = readable(config);
  // Functions, since in a text to put in `$&` would mean something.
  return template.replace(TRAINING_MARK, () => trainingPart).replace(MODEL_MARK, () => `r"""${text}"""`);
}

/** JSON with a line for each field and each layer, for people who open the script. */
function readable({
  layers,
  ...rest
}: { readonly layers: readonly object[] } & Readonly<Record<string, unknown>>): string {
  const list = layers.map((layer) => `  ${JSON.stringify(layer)}`).join(',\n');
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${[...fields, ` "layers": [\n${list}\n ]`].join(',\n')}\n}`;
}
