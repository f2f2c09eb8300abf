/**
 * The fixture of every GPU test: `import { expect, test } from '../support/device.js'`, then
 * `test('…', async ({ device, adapterInfo }) => …)`.
 *
 * One device per test file, the same in Node, Chromium and Firefox; around each test error scopes, a
 * watch for uncaptured errors and device loss, and a count of buffers. Any finding fails the test.
 * It refuses to skip: no adapter is a failed test.
 */
import { test as base } from 'vitest';
import { adapterText, describeAdapter } from '../../src/gpu/device.js';
import { beginTest, type DeviceWatch, endTest, watchDevice } from './gpu-watch.js';

export { expect } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** The adapter that the test ran on, for the summary. */
    adapter?: string;
  }
}

/** Used by the product where an adapter has them, so the tests ask for them too. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

export interface Session {
  readonly watch: DeviceWatch;
  readonly adapterInfo: GPUAdapterInfo;
}

/** An adapter, a device with the default limits, and the watch over it. */
export async function openSession(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<Session> {
  if (!gpu) throw new Error('There is no navigator.gpu here: WebGPU is missing or switched off');
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('navigator.gpu gave no adapter: there is no GPU driver, not even a software one');
  const device = await adapter.requestDevice({
    label: 'test device',
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
  });
  return { watch: watchDevice(device), adapterInfo: adapter.info };
}

export function closeSession({ watch }: Session): void {
  watch.expectLoss();
  watch.device.destroy();
}

interface FileFixtures {
  session: Session;
  adapterInfo: GPUAdapterInfo;
}

/** What the tests work on: the device, and what its adapter says of itself. */
export interface TestGpu {
  readonly device: GPUDevice;
  readonly adapterInfo: GPUAdapterInfo;
}

interface TestFixtures {
  device: GPUDevice;
  gpu: TestGpu;
}

export const test = base.extend<TestFixtures & FileFixtures>({
  session: [
    // eslint-disable-next-line no-empty-pattern -- Vitest reads the names of the fixtures needed here
    async ({}, use) => {
      const session = await openSession();
      await use(session);
      closeSession(session);
    },
    { scope: 'file' },
  ],
  adapterInfo: [
    async ({ session }, use) => {
      await use(session.adapterInfo);
    },
    { scope: 'file' },
  ],
  device: async ({ session, task }, use) => {
    task.meta.adapter = adapterText(describeAdapter(session.adapterInfo));
    const mark = beginTest(session.watch);
    await use(session.watch.device);
    const problems = await endTest(session.watch, mark);
    if (problems.length > 0) throw new Error(`The GPU reported:\n  ${problems.join('\n  ')}`);
  },
  gpu: async ({ device, adapterInfo }, use) => {
    await use({ device, adapterInfo });
  },
});
