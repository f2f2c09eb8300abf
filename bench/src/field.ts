/**
 * Our own entries of the field: how the library is called in the comparison, and beside it. Pages add the peers.
 */
import type { Contestant } from './contestants/contestant.js';
import { idli } from './contestants/idli.js';
import { idliProduct } from './contestants/idli-product.js';
import { OURS } from './targets.js';

export function ourEntries(gpu: GPU | undefined): Contestant[] {
  const product = idliProduct(gpu);
  return [
    idli({ id: OURS, name: 'IDLI webgpu', backend: 'webgpu', gpu, product }),
    idli({
      id: 'idli-webgpu-new',
      name: 'IDLI webgpu, a new model each time',
      backend: 'webgpu',
      gpu,
      isNewEachTime: true,
    }),
    idli({
      id: 'idli-webgpu-verified',
      name: 'IDLI webgpu, verifying (its default)',
      backend: 'webgpu',
      gpu,
      verify: true,
    }),
    ourReference(),
  ];
}

/** The float64 reference, which all losses are held against. */
export function ourReference(): Contestant {
  return idli({ id: 'idli-cpu', name: 'IDLI cpu (float64 reference)', backend: 'cpu' });
}
