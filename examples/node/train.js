/**
 * Learns XOR in Node: on WebGPU where the package `webgpu` is installed and finds an adapter, else on the CPU, and says
 * which. `node train.js cpu` or `node train.js webgpu` takes that one.
 */
import process from 'node:process';
import { adam, adapterText, dense, sequential } from 'idli';
import { openNodeGpu } from 'idli/node';

const [backend = 'auto'] = process.argv.slice(2);
const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore
const y = [[0], [1], [1], [0]];

const node = backend === 'cpu' ? undefined : await openGpu();
const layers = [dense(8, { activation: 'tanh' }), dense(1, { activation: 'sigmoid' })];
const model = sequential(layers, { inputs: 2, seed: 1 });
try {
  const training = model.fit(x, y, {
    loss: 'binaryCrossentropy',
    optimizer: adam({ learningRate: 0.1 }),
    epochs: 200,
    backend,
    gpu: node?.gpu,
  });
  const { history, adapter } = await training.result;
  console.log(`trained on ${adapter ? adapterText(adapter) : 'the CPU'}, loss ${history.loss.at(-1).toFixed(4)}`);
  const predictions = await model.predict(x);
  console.log(`XOR of the rows: ${predictions.classes().join(' ')}`);
} finally {
  await model.dispose();
  node?.close();
}

/** A GPU, or nothing where there is none and none was asked for by name. */
async function openGpu() {
  try {
    return await openNodeGpu();
  } catch (error) {
    if (backend === 'webgpu') throw error;
    return undefined;
  }
}
