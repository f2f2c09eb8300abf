/** A model that was trained on WebGPU, written and read again: the same weights, and it predicts the same bits. */
import {
  adam,
  batchNormalization,
  dense,
  dropout,
  layerNormalization,
  type Model,
  sequential,
} from '../../src/index.js';
import { numpyRandom } from '../../src/core/random.js';
import { readModel, writeModel } from '../../src/formats/model-file.js';
import { toSaved } from '../../src/model/saved.js';
import { fromSaved } from '../../src/model/sequential.js';
import { expect, test } from '../support/device.js';

const random = numpyRandom(3);
const x = Array.from({ length: 60 }, () => [2 * random() - 1, 2 * random() - 1, 2 * random() - 1]);
const y = x.map(([a, b]) => (a! > 0 ? 1 : 0) + (b! > 0 ? 2 : 0));

const network = (seed: number): Model =>
  sequential(
    [
      dense(8, { activation: 'gelu' }),
      batchNormalization({ momentum: 0.9 }),
      dropout(0.1),
      dense(6, { activation: 'tanh' }),
      layerNormalization(),
      dense(4, { activation: 'softmax' }),
    ],
    { inputs: 3, seed },
  );

test('saved, loaded, and used: the same bits', async () => {
  await using trained = network(1);
  await trained.fit(x, y, {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: adam({ learningRate: 0.02 }),
    epochs: 3,
    backend: 'webgpu',
  });
  const { layers, inputs, seed } = trained;
  const bytes = writeModel({ model: { layers, seed }, inputs, weights: trained.weights() });

  const saved = readModel(bytes, 'trained.safetensors');
  expect(saved.weights).toEqual(trained.weights());
  await using loaded = sequential(saved.model.layers, { inputs: saved.inputs, seed: saved.model.seed });
  const before = (await loaded.predict(x, { backend: 'webgpu' })).values;
  loaded.setWeights(saved.weights);

  const expected = (await trained.predict(x, { backend: 'webgpu' })).values;
  expect(Array.from((await loaded.predict(x, { backend: 'webgpu' })).values)).toEqual(Array.from(expected));
  // Control: without the file's weights it predicts otherwise.
  expect(Array.from(before)).not.toEqual(Array.from(expected));
});

test('a model from its file predicts the same bits, answers its examples, and trains on to the same bits', async () => {
  await using trained = network(5);
  const settings = {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: adam({ learningRate: 0.02 }),
    epochs: 2,
    batchSize: 16,
    backend: 'webgpu',
  } as const;
  await trained.fit(x, y, settings);
  const saved = readModel(writeModel(toSaved(trained)), 'trained.safetensors');
  await using loaded = fromSaved(saved);
  const bits = async (model: Model) => Array.from((await model.predict(x, { backend: 'webgpu' })).values);
  const expected = await bits(trained);
  expect(await bits(loaded)).toEqual(expected);
  // Control: a weight that is off by the last bit of a float32 does not always show, one percent does.
  const other = saved.weights.map((layer, l) => {
    const { kernel } = layer;
    return l > 0 || !kernel ? layer : { ...layer, kernel: { ...kernel, values: kernel.values.map((w) => 1.01 * w) } };
  });
  await using changed = fromSaved({ ...saved, weights: other });
  expect(await bits(changed)).not.toEqual(expected);

  const { examples } = saved;
  const answers = (await loaded.predict(examples!.x, { backend: 'webgpu' })).toRows();
  const apart = answers.flatMap((row, r) => row.map((value, c) => Math.abs(value - examples!.y[r]![c]!)));
  expect(Math.max(...apart)).toBeLessThan(1e-5);

  const on = await loaded.fit(x, y, { backend: 'webgpu' });
  expect(on).toEqual(await trained.fit(x, y, { backend: 'webgpu' }));
  expect(loaded.weights()).toEqual(trained.weights());
});
