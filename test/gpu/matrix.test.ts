/**
 * Every activation with every loss with every optimizer, each program of the plan run once and held against the
 * reference: nothing is "not supported on this backend".
 */
import { describe } from 'vitest';
import { type Activation, ACTIVATION_NAMES } from '../../src/core/activations.js';
import type { Loss, TrainingDocument } from '../../src/core/training.js';
import { LOSS_NAMES } from '../../src/core/training.js';
import { explainFailure } from '../../src/verify/report.js';
import { expect, test } from '../support/device.js';
import { broken, productDevice, verifyFirstStep } from '../support/plans.js';
import { makeRun } from '../support/runs.js';

const OPTIMIZERS: readonly TrainingDocument['optimizer'][] = [
  { name: 'sgd', learningRate: 0.1 },
  { name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  'rmsprop',
  'adagrad',
  'adam',
  'adamW',
];

const ROWS = 9;
const OUTPUTS = 3;

/** The activation itself where the loss takes its outputs, else the one that makes probabilities. */
function outputActivation(loss: Loss['name'], activation: Activation): Activation {
  if (loss === 'binaryCrossentropy') return activation === 'softmax' ? 'softmax' : 'sigmoid';
  return loss.endsWith('Crossentropy') ? 'softmax' : activation;
}

function runWith(activation: Activation, loss: Loss['name'], optimizer: TrainingDocument['optimizer']) {
  const isSparse = loss === 'sparseCategoricalCrossentropy';
  return makeRun({
    batch: ROWS,
    inputs: 4,
    layers: [
      { units: 6, activation },
      { units: OUTPUTS, activation: outputActivation(loss, activation) },
    ],
    training: { loss, ...(optimizer && { optimizer }), metrics: [] },
    ...(isSparse && { data: (draw) => ({ y: Array.from({ length: ROWS }, () => [Math.floor(OUTPUTS * draw())]) }) }),
  });
}

describe.each(ACTIVATION_NAMES)('%s', (activation) => {
  test.for(LOSS_NAMES)(`with %s and every optimizer`, async (loss, { device, adapterInfo }) => {
    for (const optimizer of OPTIMIZERS) {
      const run = runWith(activation, loss, optimizer);
      const parity = await verifyFirstStep(productDevice(device, adapterInfo), run);
      expect([run.training.optimizer, parity.filter(({ ok }) => !ok).map(explainFailure)]).toEqual([
        run.training.optimizer,
        [],
      ]);
      // Two layers forward and backward, loss, log, update: all wrote something that was looked at.
      expect(new Set(parity.map(({ pass }) => pass)).size).toBeGreaterThanOrEqual(8);
    }
  });
});

test('control: one wrong optimizer in the matrix is reported', async ({ device, adapterInfo }) => {
  const run = runWith('gelu', 'huber', 'adam');
  const shaders = broken('adam', 'rates.correction2', 'rates.correction1');
  const parity = await verifyFirstStep(productDevice(device, adapterInfo), run, shaders);
  expect(parity.filter(({ ok }) => !ok).map(({ pass }) => pass)).toEqual(['update']);
});
