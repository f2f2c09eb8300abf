/**
 * Loads what computes: on a device, what trains and what uses a trained network by itself; on the CPU, the reference. A page that only
 * builds a model asks for none of them.
 */
import type * as engine from './engine.js';
import type * as use from './predict.js';
import type * as reference from './with-reference.js';

export function loadEngine(): Promise<typeof engine> {
  return import('./engine.js');
}

export function loadUse(): Promise<typeof use> {
  return import('./predict.js');
}

export function loadReference(): Promise<typeof reference> {
  return import('./with-reference.js');
}
