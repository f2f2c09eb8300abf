/** How the walkthrough writes the plan's matrices: as in its formulas, and in words. */

export interface TensorName {
  /** As in the formulas. */
  readonly symbol: string;
  readonly words: string;
}

const NAMES: Readonly<Record<string, TensorName>> = {
  x: { symbol: 'x', words: 'inputs' },
  targets: { symbol: 't', words: 'targets' },
  'layers.0.kernel': { symbol: 'w₀', words: 'weights of the hidden layer' },
  'layers.1.kernel': { symbol: 'w₁', words: 'weights of the output' },
  'layers.0.kernel before': { symbol: 'w₀', words: 'weights before the update' },
  'layers.1.kernel before': { symbol: 'w₁', words: 'weights before the update' },
  'layers.0.y': { symbol: 'y₀', words: 'outputs of the hidden layer' },
  'layers.1.y': { symbol: 'y₁', words: 'outputs of the network' },
  loss: { symbol: 'L', words: 'loss' },
  'absolute error': { symbol: 'Σ|y₁ − t|', words: 'absolute error, summed' },
  'layers.1.dz': { symbol: 'δ₁', words: 'delta of the output' },
  'layers.0.dz': { symbol: 'δ₀', words: 'deltas of the hidden layer' },
  'layers.1.dkernel': { symbol: 'dw₁', words: 'gradient of w₁' },
  'layers.0.dkernel': { symbol: 'dw₀', words: 'gradient of w₀' },
};

export function nameOf(tensor: string): TensorName {
  return NAMES[tensor] ?? { symbol: tensor, words: tensor };
}
