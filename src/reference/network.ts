/**
 * The whole training in float64, as a textbook writes it: forward, error, deltas, update, next epoch.
 * It knows no plan, no passes and no GPU; it is what those are measured against.
 */
import { initialWeights, type LayerWeights } from '../core/initializers.js';
import { type Matrix, matrixFromRows } from '../core/matrix.js';
import type { Run } from '../core/run.js';
import { denseForward, denseInputGradient, denseKernelGradient } from './dense.js';
import { halfSumSquaredError, meanAbsoluteError, outputGradient } from './loss.js';
import { sgd } from './optimizer.js';

/** The numbers of a training, on whatever it ran. */
export interface Trained {
  /** One value per epoch, of its forward pass, before its update. */
  readonly history: { readonly loss: readonly number[]; readonly meanAbsoluteError: readonly number[] };
  /** The forward pass of the last epoch, before its update: (B, outputs). */
  readonly predictions: Matrix;
  /** The weights after the last update. */
  readonly weights: readonly LayerWeights[];
}

/** Trains one epoch at a time; each `next()` takes one full-batch step and gives the epoch's loss. */
export function* referenceEpochs(run: Run): Generator<{ loss: number; meanAbsoluteError: number }, Trained> {
  const { layers } = run.model;
  const { epochs, optimizer } = run.training;
  const x = matrixFromRows(run.data.x);
  const targets = matrixFromRows(run.data.y);
  const weights = initialWeights(run);
  const history = { loss: [] as number[], meanAbsoluteError: [] as number[] };
  const output = layers.length;
  let predictions = targets;

  for (let epoch = 0; epoch < epochs; epoch++) {
    // Forward: outputs[0] is x, outputs[l + 1] is what layer l makes of outputs[l].
    const outputs = [x];
    layers.forEach(({ activation }, l) => outputs.push(denseForward(outputs[l]!, weights[l]!, activation)));
    predictions = outputs[output]!;

    // Error.
    const loss = halfSumSquaredError(predictions, targets);
    const absolute = meanAbsoluteError(predictions, targets);

    // Deltas, from the last layer down: dz[l] is the gradient before the activation of layer l.
    const dz: Matrix[] = [];
    dz[output - 1] = outputGradient(predictions, targets, layers[output - 1]!.activation);
    for (let l = output - 1; l > 0; l--) {
      dz[l - 1] = denseInputGradient(dz[l]!, weights[l]!.kernel, outputs[l]!, layers[l - 1]!.activation);
    }

    // Update.
    layers.forEach(({ useBias }, l) => {
      const gradient = denseKernelGradient(outputs[l]!, dz[l]!, useBias);
      const { kernel, bias } = weights[l]!;
      weights[l] = {
        kernel: sgd(kernel, gradient.kernel, optimizer.learningRate),
        bias: bias && sgd(bias, gradient.bias!, optimizer.learningRate),
      };
    });

    history.loss.push(loss);
    history.meanAbsoluteError.push(absolute);
    yield { loss, meanAbsoluteError: absolute };
  }
  return { history, predictions, weights };
}

/** The whole training at once. */
export function trainReference(run: Run): Trained {
  const epochs = referenceEpochs(run);
  for (;;) {
    const step = epochs.next();
    if (step.done) return step.value;
  }
}
