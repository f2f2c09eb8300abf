/** The passes of a network's layers, forward and backward: what each layer needs, and what the next one takes over. */
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../src/core/activations.js';
import type { LayerDocument } from '../../src/core/model.js';
import type { TrainingDocument } from '../../src/core/training.js';
import type { Plan } from '../../src/plan/plan.js';
import { makeRun } from '../support/runs.js';
import { flow, planOf } from './plan-runs.js';

/** Four rows of three inputs in one batch, nothing measured. */
function network(layers: readonly LayerDocument[], training: Partial<TrainingDocument> = {}): Plan {
  return planOf(makeRun({ batch: 4, inputs: 3, layers, training: { metrics: [], ...training } }));
}

const activation = (label: string, plan: Plan) =>
  plan.programs['train']!.find((pass) => pass.label === label)?.constants['ACTIVATION'];
const names = (plan: Plan) => plan.buffers.map(({ name }) => name);
const one = { units: 1 } as const;

describe('an activation', () => {
  test('whose slope follows from its output rides along: forward in its product, backward in the one above', () => {
    const plan = network([{ units: 2, activation: 'tanh' }, one]);
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.y
      layers.1 forward: dense_forward_plain(layers.0.y, parameters) → layers.1.y
      loss: elementwise_loss(layers.1.y, targets, targets) → layers.1.dz, partials
      layers.1 input gradient: dense_input_gradient_plain(layers.1.dz, parameters, layers.0.y) → layers.0.dz
      layers.1 kernel gradient: dense_kernel_gradient_plain(layers.0.y, layers.1.dz) → gradients
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(activation('layers.0 forward', plan)).toBe(ACTIVATIONS.tanh);
    expect(activation('layers.1 input gradient', plan)).toBe(ACTIVATIONS.tanh);
  });

  test('of the last layer goes back in the loss', () => {
    const plan = network([{ units: 1, activation: 'elu' }]);
    expect(activation('loss', plan)).toBe(ACTIVATIONS.elu);
    expect(flow(plan)).not.toContain('activation_gradient');
  });

  test('whose slope follows from its input is an operation of its own, both ways, and its input is kept', () => {
    const plan = network([{ units: 2, activation: 'gelu' }, one]);
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.z
      layers.0 activation: activation_forward(layers.0.z) → layers.0.y
      layers.1 forward: dense_forward_plain(layers.0.y, parameters) → layers.1.y
      loss: elementwise_loss(layers.1.y, targets, targets) → layers.1.dz, partials
      layers.1 input gradient: dense_input_gradient_plain(layers.1.dz, parameters, layers.0.y) → layers.0.dz
      layers.1 kernel gradient: dense_kernel_gradient_plain(layers.0.y, layers.1.dz) → gradients
      layers.0 activation gradient: activation_gradient(layers.0.z) → layers.0.dz
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(activation('layers.0 forward', plan)).toBe(ACTIVATIONS.linear);
    expect(activation('layers.0 activation', plan)).toBe(ACTIVATIONS.gelu);
    expect(activation('layers.1 input gradient', plan)).toBe(ACTIVATIONS.linear);
  });

  test('as a layer of its own takes the output below as its input', () => {
    expect(flow(network([{ units: 2 }, { type: 'activation', activation: 'silu' }, one]))).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.y
      layers.1 forward: activation_forward(layers.0.y) → layers.1.y
      layers.2 forward: dense_forward_plain(layers.1.y, parameters) → layers.2.y
      loss: elementwise_loss(layers.2.y, targets, targets) → layers.2.dz, partials
      layers.2 input gradient: dense_input_gradient_plain(layers.2.dz, parameters, layers.1.y) → layers.0.dz
      layers.2 kernel gradient: dense_kernel_gradient_plain(layers.1.y, layers.2.dz) → gradients
      layers.1 activation gradient: activation_gradient(layers.0.y) → layers.0.dz
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(flow(network([{ units: 2 }, { type: 'activation', activation: 'relu' }, one]))).toContain(
      'layers.1 activation gradient: activation_gradient(layers.1.y) → layers.0.dz',
    );
  });

  test('in front of a layer that is no product goes back by itself', () => {
    const plan = network([{ units: 2, activation: 'relu' }, { type: 'layerNormalization' }, one]);
    expect(flow(plan)).toContain('layers.0 activation gradient: activation_gradient(layers.0.y) → layers.0.dz');
    expect(activation('layers.2 input gradient', plan)).toBe(ACTIVATIONS.linear);
  });

  test('softmax inside a network takes whole rows', () => {
    const plan = network([{ units: 2, activation: 'softmax' }, one]);
    expect(flow(plan)).toContain('layers.0 activation: softmax_forward(layers.0.z) → layers.0.y');
    expect(flow(plan)).toContain('layers.0 activation gradient: softmax_gradient(layers.0.y) → layers.0.dz');
  });
});

describe('a loss from logits', () => {
  test('takes what the activation is applied to, and leaves its gradient: the activation goes back in nothing', () => {
    const plan = network([{ units: 3, activation: 'softmax' }], { loss: 'categoricalCrossentropy' });
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.z
      layers.0 activation: softmax_forward(layers.0.z) → layers.0.y
      loss: softmax_crossentropy(layers.0.z, targets, targets) → layers.0.dz, partials
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
  });

  test('of sigmoid keeps its logits too', () => {
    const plan = network([{ units: 2, activation: 'sigmoid' }], { loss: 'binaryCrossentropy' });
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.z
      layers.0 activation: activation_forward(layers.0.z) → layers.0.y
      loss: elementwise_loss(layers.0.z, targets, targets) → layers.0.dz, partials
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(activation('loss', plan)).toBe(ACTIVATIONS.linear);
    expect(names(plan)).toContain('layers.0.z');
  });

  test('of softmax as a layer of its own takes the output of the layer below', () => {
    const layers = [
      { units: 3, activation: 'relu' },
      { type: 'activation', activation: 'softmax' },
    ] as const;
    const plan = network(layers, { loss: 'categoricalCrossentropy' });
    expect(flow(plan)).toContain('loss: softmax_crossentropy(layers.0.y, targets, targets) → layers.0.dz, partials');
    expect(flow(plan)).toContain('layers.0 activation gradient: activation_gradient(layers.0.y) → layers.0.dz');
    expect(flow(plan)).not.toContain('softmax_gradient');
  });

  test('is not one where probabilities come by another way, and goes back through it', () => {
    const plan = network([{ units: 2, activation: 'softmax' }], { loss: 'binaryCrossentropy' });
    expect(flow(plan)).toContain('loss: elementwise_loss(layers.0.y, targets, targets) → layers.0.dz, partials');
    expect(flow(plan)).toContain('layers.0 activation gradient: softmax_gradient(layers.0.y) → layers.0.dz');
  });
});

describe('dropout', () => {
  const layers = [{ units: 2, activation: 'relu' }, { type: 'dropout', rate: 0.25 }, one] as const;

  test('has its mask in training, forward and backward, from the counters alone', () => {
    expect(flow(network(layers))).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.y
      layers.1 forward: dropout_forward(counters, layers.0.y) → layers.1.y
      layers.2 forward: dense_forward_plain(layers.1.y, parameters) → layers.2.y
      loss: elementwise_loss(layers.2.y, targets, targets) → layers.2.dz, partials
      layers.2 input gradient: dense_input_gradient_plain(layers.2.dz, parameters, layers.1.y) → layers.0.dz
      layers.2 kernel gradient: dense_kernel_gradient_plain(layers.1.y, layers.2.dz) → gradients
      layers.1 gradient: dropout_gradient(counters) → layers.0.dz
      layers.0 activation gradient: activation_gradient(layers.0.y) → layers.0.dz
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    const masks = network(layers).programs['train']!.filter(({ shader }) => shader.startsWith('dropout'));
    expect(masks.map(({ uniforms }) => uniforms)).toEqual(
      [1, 2].map(() => ({ count: 8, rowLength: 64, seed: 7, layer: 1, threshold: 2 ** 22, scale: 4 / 3 })),
    );
  });

  test('is passed over in inference', () => {
    const plan = network(layers, { validationSplit: 0.5 });
    expect(flow(plan, 'validate')).not.toContain('dropout');
    expect(flow(plan, 'validate')).toContain('dense_forward_plain(layers.0.y, parameters) → layers.2.y');
  });

  test('below every weight has no way back, and as the last layer hands the gradient on', () => {
    const first = network([{ type: 'dropout', rate: 0.5 }, one]);
    expect(flow(first)).toContain('layers.0 forward: dropout_forward(counters, x) → layers.0.y');
    expect(flow(first)).not.toContain('dropout_gradient');
    const last = network([one, { type: 'dropout', rate: 0.5 }]);
    expect(flow(last)).toContain('loss: elementwise_loss(layers.1.y, targets, targets) → layers.0.dz, partials');
    expect(flow(last)).toContain('layers.1 gradient: dropout_gradient(counters) → layers.0.dz');
  });
});

describe('normalization', () => {
  test('of batches: moments of the batch in training, moving ones in inference, moved after the log', () => {
    const plan = network([{ units: 2 }, { type: 'batchNormalization' }, one], { validationSplit: 0.5 });
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.y
      layers.1 moments: column_moments(layers.0.y) → layers.1.moments
      layers.1 forward: normalize(layers.0.y, layers.1.moments, parameters) → layers.1.y
      layers.2 forward: dense_forward_plain(layers.1.y, parameters) → layers.2.y
      loss: elementwise_loss(layers.2.y, targets, targets) → layers.2.dz, partials
      layers.2 input gradient: dense_input_gradient_plain(layers.2.dz, parameters, layers.1.y) → layers.0.dz
      layers.2 kernel gradient: dense_kernel_gradient_plain(layers.1.y, layers.2.dz) → gradients
      layers.1 weight gradient: normalization_weight_gradient(layers.0.y, layers.1.moments, layers.0.dz) → layers.1.sums, gradients
      layers.1 input gradient: batch_normalization_gradient(layers.0.y, layers.1.moments, layers.1.sums, parameters) → layers.0.dz
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      layers.1 statistics: moving_statistics(counters, layers.1.moments) → statistics
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(flow(plan, 'validate')).toContain('normalize(layers.0.y, statistics, parameters) → layers.1.y');
    expect(flow(plan, 'validate')).not.toContain('moments');
  });

  test('of layers: moments of each row, in training and in inference', () => {
    const plan = network([{ units: 2 }, { type: 'layerNormalization' }, one], { validationSplit: 0.5 });
    expect(flow(plan)).toMatchInlineSnapshot(`
      "
      layers.0 forward: dense_forward_plain(x, parameters) → layers.0.y
      layers.1 moments: row_moments(layers.0.y) → layers.1.moments
      layers.1 forward: normalize(layers.0.y, layers.1.moments, parameters) → layers.1.y
      layers.2 forward: dense_forward_plain(layers.1.y, parameters) → layers.2.y
      loss: elementwise_loss(layers.2.y, targets, targets) → layers.2.dz, partials
      layers.2 input gradient: dense_input_gradient_plain(layers.2.dz, parameters, layers.1.y) → layers.0.dz
      layers.2 kernel gradient: dense_kernel_gradient_plain(layers.1.y, layers.2.dz) → gradients
      layers.1 weight gradient: normalization_weight_gradient(layers.0.y, layers.1.moments, layers.0.dz) → layers.1.sums, gradients
      layers.1 input gradient: layer_normalization_gradient(layers.0.y, layers.1.moments, parameters) → layers.0.dz
      layers.0 kernel gradient: dense_kernel_gradient_plain(x, layers.0.dz) → gradients
      log: log_batch(partials) → counters, sums, epochLog
      update: sgd(gradients, rates, counters) → parameters, previous
      "
    `);
    expect(flow(plan, 'validate')).toContain('row_moments(layers.0.y) → layers.1.moments');
    expect(names(plan)).not.toContain('statistics');
  });

  test('of the inputs has gradients of its weights, and none of what lies below', () => {
    const plan = network([{ type: 'layerNormalization' }, one]);
    expect(flow(plan)).toContain('layers.0 weight gradient: normalization_weight_gradient(x, layers.0.moments, ');
    expect(flow(plan)).not.toContain('layer_normalization_gradient');
    expect(names(plan)).toContain('layers.0.dz');
  });
});

test('regularization is a pass for each kernel that has one', () => {
  const layers = [
    { units: 2, kernelRegularizer: { l1: 0.5 } },
    { units: 2 },
    { units: 1, kernelRegularizer: { l2: 2 } },
  ];
  const { programs } = network(layers);
  const penalties = programs['train']!.filter(({ shader }) => shader === 'regularize');
  expect(penalties.map(({ label, uniforms: { l1, l2, offset, count } }) => ({ label, l1, l2, offset, count }))).toEqual(
    [
      { label: 'layers.0 penalty', l1: 0.5, l2: 0, offset: 0, count: 6 },
      { label: 'layers.2 penalty', l1: 0, l2: 2, offset: 14, count: 2 },
    ],
  );
  expect(penalties.map(({ uniforms }) => uniforms['partialsOffset'])).toEqual([1, 2]);
  expect(programs['train']!.find(({ shader }) => shader === 'log_batch')!.uniforms['penalties']).toBe(2);
});

test('control: the same layers with another activation are another plan', () => {
  const relu = network([{ units: 2, activation: 'relu' }, one]);
  expect(network([{ units: 2, activation: 'elu' }, one])).not.toEqual(relu);
  expect(flow(network([{ units: 2, activation: 'gelu' }, one]))).not.toEqual(flow(relu));
});
