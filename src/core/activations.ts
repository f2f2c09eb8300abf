/**
 * The activations by name, as in Keras, with the number that shaders/activation.wgsl knows each by.
 * What they compute is written twice on purpose, there and in reference/activation.ts; not here.
 */
export const ACTIVATIONS = {
  linear: 0,
  sigmoid: 1,
  tanh: 2,
  relu: 3,
  leakyRelu: 4,
  elu: 5,
  gelu: 6,
  geluTanh: 7,
  silu: 8,
  softplus: 9,
} as const;

/** An activation that takes each value by itself. */
export type ElementwiseActivation = keyof typeof ACTIVATIONS;

/** Softmax takes a whole row at once, and so has passes of its own. */
export type Activation = ElementwiseActivation | 'softmax';

export const ACTIVATION_NAMES: readonly Activation[] = [
  ...(Object.keys(ACTIVATIONS) as ElementwiseActivation[]),
  'softmax',
];

/** Activations whose slope follows from their output, so that their input need not be kept. */
const FROM_OUTPUT = [
  'linear',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
] as const satisfies ElementwiseActivation[];

export type OutputActivation = (typeof FROM_OUTPUT)[number];

export function hasSlopeFromOutput(activation: Activation): activation is OutputActivation {
  return (FROM_OUTPUT as readonly Activation[]).includes(activation);
}
