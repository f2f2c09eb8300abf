/**
 * The lab's device, open from the first training on: what was compiled for one need not be compiled for the next. One that has failed
 * is given back, and the next is another.
 */
import { type Device, openDevice } from '../../../gpu/device.js';

/** Milliseconds that the news of a loss may take. */
const NEWS_OF_LOSS = 200;

export class HeldDevice {
  #device: Device | undefined;

  /** @returns undefined where there is no adapter @throws DeviceError if there is one and it gives no device */
  async open(): Promise<Device | undefined> {
    if (this.#device && !isWell(this.#device)) this.drop();
    this.#device ??= await openDevice(navigator.gpu);
    return this.#device;
  }

  /** Gives it back. */
  drop(): void {
    this.#device?.close();
    this.#device = undefined;
  }

  /** Whether it is lost. The news may come later than the errors that it makes. */
  async isLost(): Promise<boolean> {
    if (!this.#device) return false;
    const soon = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), NEWS_OF_LOSS));
    return Promise.race([this.#device.gpu.lost.then(() => true), soon]);
  }

  /** The one that is open, if one is. */
  get current(): Device | undefined {
    return this.#device;
  }
}

function isWell(device: Device): boolean {
  try {
    device.check();
    return true;
  } catch {
    return false;
  }
}
