/**
 * A model from the weights of a torch nn.Sequential in a safetensors file: one that exportPytorch wrote, perhaps trained on
 * since, or any other whose layers are given. Layers with weights are matched in order with modules that have some, so
 * the modules may be counted in any way; shapes, names and numbers are all checked. Activations are not in such a file: it
 * guesses none.
 */
import { type Layer, type LayerDocument, MAX_VALUES } from '../core/model.js';
import { describe, quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { parseModel } from '../core/run.js';
import { counted } from '../core/text.js';
import { FormatError } from './format-error.js';
import { MODEL_FORMAT } from './model-file.js';
import { checkFit, parseSettingsMetadata, type SavedSettings } from './model-metadata.js';
import { BATCHES_TRACKED, EXPORT_KEY, EXPORT_VERSION, torchWeightName } from './pytorch-names.js';
import { metadataPlace, tensorPlace } from './safetensors-header.js';
import { decodeSafetensors } from './safetensors.js';
import type { SavedModel } from './saved-model.js';
import type { Tensor } from './tensor.js';
import { collectWeights, placedWeights, weightMatrix } from './weight-tensors.js';

/** Options of `importPytorch`. */
export interface ImportPytorchOptions {
  /**
   * All layers of the network, those without weights too, as a run document has them. Needed unless the file came from
   * exportPytorch, and then they go before what it says.
   */
  readonly layers?: readonly LayerDocument[] | undefined;
}

/** A module of the nn.Sequential that has weights. */
interface Module {
  /** As its tensors' names begin: `0`, or `net.0`. */
  readonly name: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * @param fileName for the sentence about it
 * @throws FormatError for names that are no nn.Sequential's, weights that do not fit the layers, and a file of another
 *   program without `layers`, with what to give
 * @throws RunError for layers that are none
 */
export function importPytorch(bytes: Uint8Array, fileName: string, { layers }: ImportPytorchOptions = {}): SavedModel {
  const { tensors, metadata } = decodeSafetensors(bytes, fileName);
  if (metadata['format'] === MODEL_FORMAT) {
    throw new FormatError(
      fileName,
      '',
      'a model file of idli',
      'weights from PyTorch; this one needs no import: readModel and every command take it as it is',
    );
  }
  const modules = modulesOf(tensors, fileName);
  const settings = layers ? givenSettings(layers, modules, fileName) : ownSettings(metadata, modules, fileName);
  const { model, inputs } = settings;
  const weighted = new Set(placedWeights(model.layers, inputs).map(({ layer }) => layer));
  if (weighted.size !== modules.length) {
    const names = modules.map(({ name }) => name).join(', ');
    const found = `${counted(modules.length, 'module')} with weights (${names})`;
    throw new FormatError(fileName, '', found, `${weighted.size}, one for each of the layers with weights`);
  }
  const moduleOf = new Map([...weighted].map((layer, i) => [layer, modules[i]!]));
  const used = new Set<Tensor>();
  const weights = collectWeights(model.layers, inputs, (place) => {
    const module = moduleOf.get(place.layer)!;
    const own = torchWeightName(place.name);
    const tensor = module.tensors.get(own);
    const name = `${module.name}.${own}`;
    if (!tensor) throw new FormatError(fileName, tensorPlace(name), 'nothing', expectedOf(model.layers[place.layer]!));
    used.add(tensor);
    return weightMatrix(place, tensor, name, fileName, place.name === 'kernel');
  });
  checkAllUsed(modules, used, fileName);
  return { ...settings, weights };
}

function expectedOf(layer: Layer): string {
  return layer.type === 'dense' ? 'it (or "useBias": false in the layer)' : `the weight of a ${layer.type} layer`;
}

/** @throws FormatError for a tensor that no layer takes */
function checkAllUsed(modules: readonly Module[], used: ReadonlySet<Tensor>, file: string): void {
  for (const module of modules) {
    for (const [own, tensor] of module.tensors) {
      if (used.has(tensor) || own === BATCHES_TRACKED) continue;
      const expected = `none, since its layer has ${own === 'bias' ? '"useBias": false' : 'no such'}`;
      throw new FormatError(file, tensorPlace(`${module.name}.${own}`), 'a weight', expected);
    }
  }
}

/** By the module's number: `0.weight`, or with what stands before all of them alike, `net.0.weight`. */
function modulesOf(tensors: ReadonlyMap<string, Tensor>, file: string): Module[] {
  const byNumber = new Map<string, { name: string; tensors: Map<string, Tensor> }>();
  let prefix: string | undefined;
  for (const [name, tensor] of tensors) {
    const [, before, number, own] = /^((?:.*\.)?)(0|[1-9]\d{0,8})\.(\w+)$/s.exec(name) ?? [];
    if (before === undefined || (prefix !== undefined && prefix !== before)) {
      const expected = 'names of one nn.Sequential, such as "0.weight", with nothing or the same before each number';
      throw new FormatError(file, tensorPlace(name), 'a name that says no order of layers', expected);
    }
    prefix = before;
    const module = byNumber.get(number!) ?? { name: `${before}${number}`, tensors: new Map<string, Tensor>() };
    byNumber.set(number!, module);
    module.tensors.set(own!, tensor);
  }
  if (byNumber.size === 0) throw new FormatError(file, '', 'no tensors', 'the weights of an nn.Sequential');
  return [...byNumber].sort(([a], [b]) => Number(a) - Number(b)).map(([, module]) => module);
}

/** Layers that a caller gives; the file says how many inputs there are. */
function givenSettings(layers: readonly LayerDocument[], modules: readonly Module[], file: string): SavedSettings {
  if (!Array.isArray(layers)) throw new RunError('layers', describe(layers), 'a list of layers');
  const model = parseModel({ layers });
  const first = model.layers.find((layer) => layer.type === 'dense' || 'epsilon' in layer);
  const shape = modules[0]!.tensors.get('weight')?.shape;
  const name = tensorPlace(`${modules[0]!.name}.weight`);
  const sizes = first?.type === 'dense' ? 2 : 1;
  const inputs = shape?.at(-1);
  if (!shape || !inputs || shape.length !== sizes || inputs > MAX_VALUES) {
    const found = shape ? `the shape [${shape.join(', ')}]` : 'nothing';
    throw new FormatError(file, name, found, sizes === 2 ? '[units, inputs], as nn.Linear has it' : '[inputs]');
  }
  checkFit(model.layers, inputs);
  return { model: { seed: model.seed, layers: model.layers }, inputs };
}

/** What exportPytorch put beside the weights. */
function ownSettings(
  metadata: Readonly<Record<string, string>>,
  modules: readonly Module[],
  file: string,
): SavedSettings {
  const version = Object.hasOwn(metadata, EXPORT_KEY) ? metadata[EXPORT_KEY] : undefined;
  if (version === EXPORT_VERSION) return parseSettingsMetadata(metadata, file);
  if (version !== undefined) {
    const expected = `"${EXPORT_VERSION}", the version that this program reads`;
    throw new FormatError(file, metadataPlace(EXPORT_KEY), quoted(version), expected);
  }
  const found = `weights alone (${modules.slice(0, 8).map(moduleText).join('; ')}${modules.length > 8 ? '; …' : ''})`;
  throw new FormatError(file, '', found, `layers beside them: ${exampleOf(modules)}`);
}

function moduleText({ name, tensors }: Module): string {
  return `${name}: ${[...tensors].map(([own, { shape }]) => `${own} [${shape.join(', ')}]`).join(', ')}`;
}

/** What a caller could give, for a plain chain of nn.Linear; activations are theirs to know. */
function exampleOf(modules: readonly Module[]): string {
  const units = modules.map(({ tensors }) => tensors.get('weight')?.shape);
  const isPlain = units.every((shape) => shape?.length === 2);
  const first = isPlain && modules.length <= 8 ? units.map((shape) => shape![0]!) : [];
  if (first.length === 0) return 'importPytorch(bytes, name, { layers: [ … ] }), one for each module';
  const layers = first.map((size) => `{ units: ${size}, activation: … }`).join(', ');
  return `importPytorch(bytes, name, { layers: [${layers}] })`;
}
