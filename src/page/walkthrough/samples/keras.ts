/** The third: layers by name, as in Keras. It is run, and shown as it stands. */
import { dense } from '../../../model/layers.js';
import { sequential } from '../../../model/sequential.js';
import { sgd } from '../../../model/settings.js';

export async function trainWithLayers(x: number[][], y: number[][], seed: number) {
  const sigmoid = {
    activation: 'sigmoid',
    useBias: false,
    kernelInitializer: { name: 'randomUniform', minval: -1, maxval: 1 },
  } as const;
  const model = sequential([dense(4, sigmoid), dense(1, sigmoid)], { inputs: 3, seed });
  const training = model.fit(x, y, {
    loss: 'halfSumSquaredError',
    optimizer: sgd({ learningRate: 1 }),
    epochs: 50,
  });
  const { history, milliseconds, backend } = await training.result;
  await model.dispose();
  return { loss: history.loss, milliseconds, on: backend };
}
