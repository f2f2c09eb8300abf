/**
 * The device view's side in the GPU's worker: one device, opened by itself and watched, what it is, and what is measured and tested on
 * it. A device that is lost is told of; the next look opens another. It shows nothing and trains nothing that anybody keeps.
 */
import { adapterText, type Device, DeviceError, noAdapterError, openDevice } from '../../../gpu/device.js';
import { type MemoryWatch, watchMemory } from '../../../gpu/memory-watch.js';
import { workgroupLimits } from '../../../plan/limits.js';
import type { RunResult, SelfTestReport } from '../../../trainer/self-test.js';
import type { LabRun } from '../../lab/lab-state.js';
import type { DeviceLook, LookResult, RunMeasure } from '../look.js';

interface Opened {
  readonly device: Device;
  readonly memory: MemoryWatch;
  readonly adapter: GPUAdapter | undefined;
}

/** What the page is called of its device. */
export type OnLost = (sentence: string) => void;

/** What is ended from outside; it is no failure. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

export class DeviceSession {
  #opened: Opened | undefined;
  #work: AbortController | undefined;

  /** Opens the device, anew where it was lost. @throws DeviceError if there is an adapter that gives no device */
  async look(onLost: OnLost): Promise<LookResult> {
    this.close();
    const { gpu } = navigator as { readonly gpu?: GPU };
    const device = await openDevice(gpu, ['timestamp-query']);
    if (!device) return { hasApi: gpu !== undefined, isSecureContext: self.isSecureContext };
    // The one that the device is of cannot be asked any more; the same question has the same answer.
    const adapter = (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
    const opened = { device, adapter, memory: watchMemory(device.gpu) };
    this.#opened = opened;
    void device.gpu.lost.then(({ message }) => {
      if (this.#opened !== opened) return;
      this.#opened = undefined;
      this.#work?.abort(new DeviceError(`The GPU device was lost: ${message || 'no reason given'}`));
      onLost(message);
    });
    return { look: lookOf(opened) };
  }

  /** The self-test, run by run. @throws StoppedError once it is stopped, DeviceError if the device is lost */
  async test(onResult: (result: RunResult, done: number, of: number) => void): Promise<SelfTestReport> {
    return this.#working(async ({ device }, signal) => {
      const { selfTest } = await import('../../../trainer/self-test.js');
      return selfTest(device, { onResult, signal });
    });
  }

  /**
   * Time and memory of a run, by its plan for this device.
   * @param run with data that are drawn or in it; undefined for the tutorial's
   * @throws RunError for one that cannot be trained, StoppedError once it is stopped, DeviceError if the device fails
   */
  async measure(run: LabRun | undefined, onProgress: (share: number) => void): Promise<RunMeasure> {
    return this.#working(async ({ device, memory }, signal) => {
      const { measureRun } = await import('./measure-run.js');
      return measureRun(device, memory, run, { signal, onProgress });
    });
  }

  /** Ends what is under way, as soon as it may. */
  stop(): void {
    this.#work?.abort(new StoppedError('It was stopped.'));
  }

  close(): void {
    this.stop();
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.device.close();
  }

  async #working<T>(work: (opened: Opened, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (!this.#opened) throw noAdapterError();
    this.stop();
    const controller = new AbortController();
    this.#work = controller;
    try {
      return await work(this.#opened, controller.signal);
    } catch (error) {
      // A device that was given back under the work fails in a way of its own.
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      if (this.#work === controller) this.#work = undefined;
    }
  }
}

function lookOf({ device, adapter }: Opened): DeviceLook {
  const { vendor, architecture, description, isFallback } = device.adapter;
  const { subgroupMinSize } = (device.gpu.adapterInfo as Partial<GPUAdapterInfo> | undefined) ?? {};
  return {
    ...{ vendor, architecture, description },
    name: adapterText(device.adapter),
    isSoftware: isFallback,
    lanes: { count: workgroupLimits(device).lanes, isTold: subgroupMinSize !== undefined },
    features: Array.from(adapter?.features ?? device.gpu.features).sort(),
    taken: Array.from(device.gpu.features).sort(),
    limits: limitsOf(device.gpu.limits, adapter?.limits ?? device.gpu.limits),
  };
}

function limitsOf(here: GPUSupportedLimits, most: GPUSupportedLimits): DeviceLook['limits'] {
  const limits: Record<string, { here: number; most: number }> = {};
  // They stand on the prototype, as getters.
  for (const name in here) {
    const [own, other] = [here, most].map((of) => (of as unknown as Record<string, unknown>)[name]);
    if (typeof own === 'number' && typeof other === 'number') limits[name] = { here: own, most: other };
  }
  return limits;
}
