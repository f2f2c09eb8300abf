/**
 * The optimizers in float64, each stepping exactly as torch's of that name does, and the clipping of gradients.
 * Twin of the optimizer shaders: one flat array of weights w, their gradients dw, and what the optimizer keeps.
 */
import type { Optimizer } from '../core/training.js';

/** What changes from step to step: the scheduled learning rate, and for Adam 1 − beta1ᵗ and 1 − beta2ᵗ, t from 1. */
export interface StepRates {
  readonly learningRate: number;
  readonly correction1: number;
  readonly correction2: number;
}

/** @param t the update, from 1 */
export function stepRates(optimizer: Optimizer, learningRate: number, t: number): StepRates {
  if (!('beta1' in optimizer)) return { learningRate, correction1: 1, correction2: 1 };
  return { learningRate, correction1: 1 - optimizer.beta1 ** t, correction2: 1 - optimizer.beta2 ** t };
}

/** How many arrays as long as the weights an optimizer keeps. */
export function optimizerStateCount(optimizer: Optimizer): 0 | 1 | 2 {
  switch (optimizer.name) {
    case 'sgd':
      return optimizer.momentum === 0 ? 0 : 1;
    case 'rmsprop':
    case 'adagrad':
      return 1;
    case 'adam':
    case 'adamW':
      return 2;
    default:
      return optimizer satisfies never;
  }
}

/** What an optimizer keeps for `count` weights, before the first step. */
export function initialState(optimizer: Optimizer, count: number): Float64Array[] {
  const start = optimizer.name === 'adagrad' ? optimizer.initialAccumulatorValue : 0;
  return Array.from({ length: optimizerStateCount(optimizer) }, () => new Float64Array(count).fill(start));
}

/** One step: changes the weights w and the state in place. */
export function updateParameters(
  optimizer: Optimizer,
  { learningRate, correction1, correction2 }: StepRates,
  w: Float64Array,
  dw: Float64Array,
  state: readonly Float64Array[],
): void {
  const [first, second] = state;
  for (let i = 0; i < w.length; i++) {
    const g = dw[i]!;
    // Decoupled weight decay, before the step.
    w[i]! -= learningRate * optimizer.weightDecay * w[i]!;
    switch (optimizer.name) {
      case 'sgd': {
        if (!first) {
          w[i]! -= learningRate * g;
          break;
        }
        const velocity = optimizer.momentum * first[i]! + g;
        first[i] = velocity;
        w[i]! -= learningRate * (optimizer.nesterov ? g + optimizer.momentum * velocity : velocity);
        break;
      }
      case 'rmsprop': {
        const square = optimizer.rho * first![i]! + (1 - optimizer.rho) * g * g;
        first![i] = square;
        w[i]! -= (learningRate * g) / (Math.sqrt(square) + optimizer.epsilon);
        break;
      }
      case 'adagrad': {
        const sum = first![i]! + g * g;
        first![i] = sum;
        w[i]! -= (learningRate * g) / (Math.sqrt(sum) + optimizer.epsilon);
        break;
      }
      case 'adam':
      case 'adamW': {
        const mean = optimizer.beta1 * first![i]! + (1 - optimizer.beta1) * g;
        const square = optimizer.beta2 * second![i]! + (1 - optimizer.beta2) * g * g;
        first![i] = mean;
        second![i] = square;
        const denominator = Math.sqrt(square) / Math.sqrt(correction2) + optimizer.epsilon;
        w[i]! -= ((learningRate / correction1) * mean) / denominator;
        break;
      }
      default:
        return optimizer satisfies never;
    }
  }
}

/** √ Σ g², over all gradients together */
export function globalNorm(gradients: readonly Float64Array[]): number {
  let sum = 0;
  for (const gradient of gradients) for (const g of gradient) sum += g * g;
  return Math.sqrt(sum);
}

/** What each gradient is multiplied by so that the norm of all is at most clipNorm; 1 where it is already. */
export function clipScale(norm: number, clipNorm: number): number {
  return clipNorm / Math.max(norm, clipNorm);
}

/** A gradient value held within ±limit. */
export function clipValue(g: number, limit: number): number {
  return Math.max(-limit, Math.min(g, limit));
}
