/** Learns XOR and shows each epoch. What works on a GPU is a file of its own, which a bundler loads when it is needed. */
import { adam, adapterText, dense, sequential } from 'idli';

const x = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore
const y = [[0], [1], [1], [0]];
const result = document.querySelector('#result');
const progress = document.querySelector('#progress');
// `?backend=cpu` or `?backend=webgpu` takes that one.
const backend = new URLSearchParams(location.search).get('backend') ?? 'auto';

const layers = [dense(8, { activation: 'tanh' }), dense(1, { activation: 'sigmoid' })];
const model = sequential(layers, { inputs: 2, seed: 1 });
try {
  const optimizer = adam({ learningRate: 0.1 });
  const training = model.fit(x, y, { loss: 'binaryCrossentropy', optimizer, epochs: 200, backend });
  for await (const { epoch } of training) progress.value = epoch;
  const { adapter } = await training.result;
  const predictions = await model.predict(x);
  const where = adapter ? adapterText(adapter) : 'the CPU';
  result.textContent = `Trained on ${where}. XOR of the rows: ${predictions.classes().join(' ')}`;
} catch (error) {
  result.textContent = error.message;
} finally {
  await model.dispose();
}
