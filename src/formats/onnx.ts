/**
 * A model as an ONNX file, which ONNX Runtime and most other programs that run networks open: input `x` and output `y`, float32,
 * (batch, columns) with any batch. Inference alone: ONNX says nothing of dropout, regularizers or how it was trained.
 * The same model gives the same bytes.
 */
import { counted } from '../core/text.js';
import { type ExportedModel, examplesFile, exportedModel, EXAMPLE_TOLERANCE } from './export-layers.js';
import { encodeOnnx } from './onnx-encode.js';
import { addLayer, OnnxChain } from './onnx-graph.js';
import { addInputScaling, addOutputScaling, foldedPreprocessing, unscaledExamples } from './onnx-preprocessing.js';
import type { ExportedFile, SavedModel } from './saved-model.js';

/** Options of `exportOnnx`. */
export interface OnnxOptions {
  /**
   * Whether the graph scales inputs itself, so that x is a table's numbers as they stand, and outputs back to the target's.
   * For inputs that are all numbers. Default false: x is what the model was trained on.
   */
  readonly preprocessing?: boolean | undefined;
  /** The version of the program that writes it, for `producer_version`. */
  readonly version?: string | undefined;
}

/**
 * `model.onnx`; and where the model has examples `model.examples.json`, with inputs, the outputs they must give, and how far
 * off they may be.
 * @throws FormatError for weights that do not fit the layers, are not finite or beyond float32, for a model beyond 2 GiB, and for
 *   preprocessing that is not of numbers alone where it is asked for
 */
export function exportOnnx(saved: SavedModel, options: OnnxOptions = {}): readonly ExportedFile[] {
  const model = exportedModel(saved);
  const folded = options.preprocessing ? foldedPreprocessing(saved, model.outputs) : undefined;
  const chain = new OnnxChain('x');
  if (folded) addInputScaling(chain, folded);
  for (const layer of model.layers) addLayer(chain, layer);
  if (folded) addOutputScaling(chain, folded);
  const bytes = encodeOnnx({
    graph: {
      name: 'idli',
      doc: docOf(model, folded !== undefined),
      input: { name: 'x', columns: model.inputs },
      output: { name: 'y', columns: model.outputs },
      nodes: chain.finished('y'),
      tensors: chain.tensors,
    },
    producerVersion: options.version,
    metadata: present({ classes: model.metadata['classes'], preprocessing: model.metadata['preprocessing'] }),
  });
  const unscaled = folded ? unscaledExamples(saved, folded) : { examples: saved.examples, loss: 1 };
  const examples = examplesFile(unscaled, EXAMPLE_TOLERANCE * unscaled.loss);
  return [{ name: 'model.onnx', bytes }, ...(examples ? [examples] : [])];
}

function docOf({ layers, inputs, outputs, metadata }: ExportedModel, isRaw: boolean): string {
  const kinds = layers.map(({ layer }) => {
    if (layer.type === 'dense') return `dense ${layer.units} ${layer.activation}`;
    return layer.type === 'activation' ? layer.activation : layer.type;
  });
  const given = isRaw ? 'as they stand in the table' : 'as the model was trained on them';
  const classes = metadata['classes'] === undefined ? '' : ' The metadata have the names of the classes.';
  return `${counted(inputs, 'input')} ${given} -> ${kinds.join(' -> ')} -> ${counted(outputs, 'output')}.${classes}`;
}

function present(entries: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
