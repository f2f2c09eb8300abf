/**
 * The benchmark's side in a worker: in the CPU's it times the reference, in the GPU's this product on WebGPU, one workload at a time.
 * What is not right is not timed. It compares nothing with others; that is bench/'s to do.
 */
import { adapterText, type Device, noAdapterError, openDevice } from '../../../gpu/device.js';
import { choiceOf } from '../choices.js';
import type { GpuResult, ReferenceFound } from '../result.js';

/** What is ended from outside; it is no failure. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

export interface AdapterFound {
  readonly name: string;
  readonly isSoftware: boolean;
}

export interface NoAdapter {
  readonly hasApi: boolean;
  readonly isSecureContext: boolean;
}

/** Told of what is under way, in a few words. */
export type OnSay = (doing: string) => void;

export class BenchSession {
  #work: AbortController | undefined;

  /** The adapter, or why there is none. @throws DeviceError if there is one and it gives no device */
  async adapter(): Promise<AdapterFound | NoAdapter> {
    const device = await openDevice(gpuOf());
    if (!device) return { hasApi: gpuOf() !== undefined, isSecureContext: self.isSecureContext };
    const found = { name: adapterText(device.adapter), isSoftware: device.adapter.isFallback };
    device.close();
    return found;
  }

  /** A workload on the CPU. @throws StoppedError once it is stopped */
  async reference(id: string, repetitions: number, say: OnSay): Promise<ReferenceFound> {
    return this.#working(async (signal) => {
      const { work } = choiceOf(id);
      if (work.kind === 'product') {
        const { timeReferenceProduct } = await import('./product-work.js');
        return timeReferenceProduct(work.size, { repetitions, signal, say });
      }
      const { timeReference } = await import('./training-work.js');
      return timeReference(work.workload, { repetitions, signal, say });
    });
  }

  /**
   * A workload on the GPU, checked first.
   * @param losses of the reference
   * @throws StoppedError once it is stopped; DeviceError, ParityError, where it fails or is not right
   */
  async onGpu(id: string, losses: readonly number[], repetitions: number, say: OnSay): Promise<GpuResult> {
    return this.#working(async (signal) => {
      const { work } = choiceOf(id);
      if (work.kind === 'training') {
        const { timeOnGpu } = await import('./training-work.js');
        return timeOnGpu(work.workload, losses, gpuOf()!, { repetitions, signal, say });
      }
      const { timeProductOnGpu } = await import('./product-work.js');
      const device = await openDevice(gpuOf());
      if (!device) throw noAdapterError();
      return withDevice(device, () => timeProductOnGpu(work.size, device, { repetitions, signal, say }));
    });
  }

  /** Ends what is under way, as soon as it may. */
  stop(): void {
    this.#work?.abort(new StoppedError('It was stopped.'));
  }

  async #working<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.stop();
    const controller = new AbortController();
    this.#work = controller;
    try {
      return await work(controller.signal);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      if (this.#work === controller) this.#work = undefined;
    }
  }
}

async function withDevice<T>(device: Device, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    device.close();
  }
}

/** Browsers without WebGPU, and pages that came over plain http, have none. */
function gpuOf(): GPU | undefined {
  return (navigator as { readonly gpu?: GPU }).gpu;
}
