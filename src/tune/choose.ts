/**
 * What the products of a training are computed with: what is known of the device, and before a training that is long
 * enough to gain by it, what is measured then. Loaded where there are products to choose; what measures, where it does.
 */
import type { Device } from '../gpu/device.js';
import type { ProductChoices } from '../passes/products.js';
import type { Plan } from '../plan/plan.js';
import { knownProducts } from './known.js';
import type { TuningStore } from './store.js';
import { isWorthMeasuring } from './work.js';

/** @param tune whether to measure, or where to remember what was measured */
export async function chosenProducts(device: Device, plan: Plan, tune: boolean | TuningStore): Promise<ProductChoices> {
  const store = typeof tune === 'object' ? tune : undefined;
  if (tune === false || !isWorthMeasuring(device, plan)) return knownProducts(device, store);
  const { tunedProducts } = await import('./tuner.js');
  return tunedProducts(device, plan, { store });
}
