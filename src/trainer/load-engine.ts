/**
 * Loads what works on a device, what trains and what uses a trained network by itself. A page that only builds a model,
 * or trains on the CPU, never asks for it.
 */
import type * as engine from './engine.js';
import type * as use from './predict.js';

export function loadEngine(): Promise<typeof engine> {
  return import('./engine.js');
}

export function loadUse(): Promise<typeof use> {
  return import('./predict.js');
}
