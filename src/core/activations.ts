/**
 * The activations by name, as in Keras, with the number that shaders/activation.wgsl knows each by.
 * What they compute is written twice on purpose, there and in reference/activation.ts; not here.
 */
export const ACTIVATIONS = { linear: 0, sigmoid: 1, tanh: 2, relu: 3, leakyRelu: 4, elu: 5 } as const;

export type Activation = keyof typeof ACTIVATIONS;
