/**
 * The devices of a model: opened when one is first needed, kept from call to call, so that shaders are compiled once,
 * and given back together. It never takes the CPU where WebGPU was asked for.
 */
import { type Device, noAdapterError, openDevice } from '../gpu/device.js';
import { ParityError } from '../trainer/errors.js';
import type { BackendOptions } from './options.js';

export class Devices {
  /** By where they come from. */
  readonly #open = new Map<GPU, Promise<Device | undefined>>();
  #backend: NonNullable<BackendOptions['backend']> = 'auto';
  #gpu: GPU | undefined;

  /** What later calls take where they say nothing. */
  prefer({ backend, gpu }: BackendOptions): void {
    this.#backend = backend ?? this.#backend;
    this.#gpu = gpu ?? this.#gpu;
  }

  /** Whether the choice between GPU and CPU is left to this library. */
  isAuto({ backend = this.#backend }: BackendOptions): boolean {
    return backend === 'auto';
  }

  /**
   * The device that the options ask for; undefined for the CPU. One that was lost is opened anew.
   * @throws DeviceError if there must be one and is not
   */
  async take({ backend = this.#backend, gpu = this.#gpu }: BackendOptions): Promise<Device | undefined> {
    if (backend === 'cpu') return undefined;
    this.#gpu = gpu;
    const source = gpu ?? globalThis.navigator?.gpu;
    const device = source && (await this.#opened(source));
    if (!device && backend === 'webgpu') throw noAdapterError();
    return device;
  }

  /**
   * Has something computed by the device that the options ask for, or by the CPU: also where the choice is left to this library and
   * the device was found to compute wrongly.
   * @throws DeviceError as `take`, and what the work throws
   */
  async using<T>(options: BackendOptions, work: (device: Device | undefined) => Promise<T>): Promise<T> {
    const device = await this.take(options);
    try {
      return await work(device);
    } catch (error) {
      const isRefused = error instanceof ParityError && error.refusal !== undefined;
      if (isRefused && this.isAuto(options)) return work(undefined);
      throw error;
    }
  }

  /** Gives every device back. The next `take` opens one again. */
  async close(): Promise<void> {
    const opened = [...this.#open.values()];
    this.#open.clear();
    for (const result of await Promise.allSettled(opened)) {
      if (result.status === 'fulfilled') result.value?.close();
    }
  }

  async #opened(source: GPU): Promise<Device | undefined> {
    const known = this.#open.get(source);
    const device = await known;
    if (device && isAlive(device)) return device;
    // Another call may have opened it anew meanwhile.
    if (this.#open.get(source) === known) {
      device?.close();
      this.#remember(source, openDevice(source));
    }
    return this.#open.get(source);
  }

  #remember(source: GPU, opening: Promise<Device | undefined>): void {
    this.#open.set(source, opening);
    const forget = () => {
      if (this.#open.get(source) === opening) this.#open.delete(source);
    };
    // No adapter, or one that gives no device: there may be one the next time.
    opening.then((device) => device ?? forget(), forget);
  }
}

function isAlive(device: Device): boolean {
  try {
    device.check();
    return true;
  } catch {
    return false;
  }
}
