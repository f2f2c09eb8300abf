/**
 * Whether a device computes a plan's passes right: looked up, and found out where nobody has (first-use.ts, loaded for
 * that alone). A verdict is remembered with the device, and in a store by the adapter and by the very text of each
 * shader, so that a new driver or a new version is tested anew. Only good ones are kept. It tests nothing itself.
 */
import type { Device } from '../gpu/device.js';
import type { Plan } from '../plan/plan.js';
import { pipelineTexts } from '../plan/shader-texts.js';
import { adapterKey, isApproved } from '../tune/approved.js';
import { pageStore, type TuningStore } from '../tune/text-store.js';
import type * as firstUse from './first-use.js';

/** Makes the run that the plan's passes are tested in. */
export type TestRun = (using: typeof firstUse) => firstUse.TestRun;

/** Shaders with their constants that computed right, by device. */
const APPROVED = new WeakMap<GPUDevice, Set<string>>();
/** Where verdicts on a device are kept, where its opener knows a place. */
const STORES = new WeakMap<GPUDevice, TuningStore>();

/** Keeps verdicts on this device there, whoever uses it. */
export function keepVerdicts({ gpu }: Device, store: TuningStore): void {
  STORES.set(gpu, store);
}

/**
 * Fulfilled once every pass of the plan has been seen to compute right on the device.
 * @throws ParityError, naming the adapter, if one does not
 */
export async function approve(device: Device, plan: Plan, run: TestRun, given?: TuningStore): Promise<void> {
  const { gpu } = device;
  const approved = APPROVED.get(gpu) ?? new Set();
  APPROVED.set(gpu, approved);
  const fresh = (await pipelineTexts(plan)).filter((pipeline) => !approved.has(pipeline));
  if (fresh.length === 0) return;
  const store = given ?? STORES.get(gpu) ?? pageStore();
  const names = await Promise.all(fresh.map(digest));
  // Browsers that say little of an adapter say at least which browser they are; a new one may have a new driver.
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  const key = [adapterKey(device), gpu.adapterInfo?.device, navigator?.userAgent].join('|');
  if (!(store && (await isApproved(store, key, names)))) {
    const using = await import('./first-use.js');
    await using.testPasses(device, plan, run(using));
    if (store) await using.rememberApproved(store, key, names);
  }
  for (const pipeline of fresh) approved.add(pipeline);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
