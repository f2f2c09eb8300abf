/**
 * What products are computed with on a device: what was measured on it, before or by now, and a rule of thumb by the
 * kind of adapter for the rest. It measures nothing.
 */
import type { Device } from '../gpu/device.js';
import {
  byCost,
  type ProductChoices,
  type ProductShape,
  type Variant,
  type VariantKind,
  variantOf,
  VARIANTS,
} from '../passes/products.js';
import { adapterKey } from './approved.js';
import { type Choices, pageStore, recall, remember, type TuningStore } from './store.js';

/** What was measured on a device, or recalled from a store that was asked. */
interface Memory {
  tuned: Choices;
  readonly asked: Set<TuningStore | 'page'>;
}

/** As long as the device; a model that is trained again measures nothing again. */
const MEMORIES = new WeakMap<GPUDevice, Memory>();

/** @param store where to ask; by default the page's own, where there is a page */
export async function knownProducts(device: Device, store?: TuningStore): Promise<ProductChoices> {
  const memory = memoryOf(device);
  const source = store ?? pageStore();
  if (source && !memory.asked.has(store ?? 'page')) {
    memory.asked.add(store ?? 'page');
    const kinds = kindsOf(device);
    const recalled = Object.entries(await recall(source, adapterKey(device)));
    const possible = recalled.filter(([, name]) => kinds.includes(VARIANTS[name].kind));
    memory.tuned = { ...Object.fromEntries(possible), ...memory.tuned };
  }
  return { kind: kindsOf(device)[0]!, tuned: memory.tuned };
}

/** Keeps what was measured: with the device, and in the store. */
export async function learn(device: Device, measured: Choices, store?: TuningStore): Promise<void> {
  const memory = memoryOf(device);
  memory.tuned = { ...memory.tuned, ...measured };
  const target = store ?? pageStore();
  if (target) await remember(target, adapterKey(device), measured);
}

function memoryOf({ gpu }: Device): Memory {
  const memory = MEMORIES.get(gpu) ?? { tuned: {}, asked: new Set() };
  MEMORIES.set(gpu, memory);
  return memory;
}

/**
 * The kinds of variants that may be quick on a device, the usual one first. On a software adapter a read costs more
 * than arithmetic, and a barrier more than both; a graphics card wants its workgroup memory used.
 */
export function kindsOf(device: Device): readonly VariantKind[] {
  if (!device.adapter.isFallback) return ['workgroup', 'registers'];
  return hasQuads(device) ? ['quads', 'registers'] : ['registers'];
}

/** Whether four neighbouring invocations are the whole of a subgroup, so that no order of them is left to a driver. */
function hasQuads({ gpu }: Device): boolean {
  const { subgroupMinSize, subgroupMaxSize } = gpu.adapterInfo ?? {};
  return gpu.features.has('subgroups') && subgroupMinSize === 4 && subgroupMaxSize === 4;
}

/** Variants worth measuring on a software adapter: each costs a tenth of a second to compile. */
const SOFTWARE_CANDIDATES = 3;
const GRAPHICS_CANDIDATES: readonly Variant[] = ['workgroup16', 'workgroup32', 'workgroup64', 'registers8wide'];

/** What to measure for a shape, first what is taken without measuring. */
export function candidatesFor(device: Device, shape: ProductShape): Variant[] {
  const kinds = kindsOf(device);
  const usual = variantOf(shape, { kind: kinds[0]!, tuned: {} });
  const others = device.adapter.isFallback
    ? byCost(shape, kinds)
        .filter((name) => name !== usual)
        .slice(0, SOFTWARE_CANDIDATES - 1)
    : GRAPHICS_CANDIDATES.filter((name) => name !== usual);
  return [usual, ...others];
}
