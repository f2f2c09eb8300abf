/**
 * The config.json of a Keras 3 file. A Sequential model where its layers say everything; where an activation has no name in Keras,
 * a functional model, in which an operation may stand between layers. Plain data, no weights.
 */
import type { TrainingSettings } from '../core/training.js';
import { builtIn, type KerasLayer, type KerasObject } from './keras-layers.js';
import { compileConfig, type CompileConfig } from './keras-training.js';

export interface KerasModel extends KerasObject {
  readonly compile_config?: CompileConfig;
}

const NAME = 'idli';
const INPUT = 'input_layer';

/** @param inputs columns of x */
export function kerasConfig(
  layers: readonly KerasLayer[],
  inputs: number,
  training: TrainingSettings | undefined,
): KerasModel {
  const compile = compileConfig(training);
  return {
    ...(isSequential(layers) ? sequential(layers, inputs) : functional(layers, inputs)),
    ...(compile && { compile_config: compile }),
  };
}

export function isSequential(layers: readonly KerasLayer[]): boolean {
  return layers.every(({ weights }) => weights !== undefined);
}

function sequential(layers: readonly KerasLayer[], inputs: number): KerasModel {
  return {
    ...builtIn('keras', 'Sequential', {
      name: NAME,
      trainable: true,
      dtype: 'float32',
      layers: [inputLayer(inputs), ...layers.map(({ object }) => object)],
      build_input_shape: [null, inputs],
    }),
    build_config: { input_shape: [null, inputs] },
  };
}

function functional(layers: readonly KerasLayer[], inputs: number): KerasModel {
  const first = { name: INPUT, object: inputLayer(inputs), outputs: inputs };
  const all = [first, ...layers];
  const nodes = all.map(({ name, object }, i) => ({
    ...object,
    name,
    inbound_nodes: i === 0 ? [] : [{ args: [tensorOf(all[i - 1]!)], kwargs: {} }],
  }));
  const config = {
    name: NAME,
    trainable: true,
    layers: nodes,
    input_layers: [INPUT, 0, 0],
    output_layers: [all.at(-1)!.name, 0, 0],
  };
  return { module: 'keras.src.models.functional', class_name: 'Functional', config, registered_name: 'Functional' };
}

/** What a layer gave, for the next one to take. */
function tensorOf({ name, outputs }: Pick<KerasLayer, 'name' | 'outputs'>) {
  const config = { shape: [null, outputs], dtype: 'float32', keras_history: [name, 0, 0] };
  return { class_name: '__keras_tensor__', config };
}

function inputLayer(inputs: number): KerasObject {
  return builtIn('keras.layers', 'InputLayer', {
    batch_shape: [null, inputs],
    dtype: 'float32',
    sparse: false,
    name: INPUT,
  });
}
