/**
 * The lab's device, open from the first training on: what was compiled for one need not be compiled for the next. One that has failed
 * is given back, and the next is another.
 */
import { type Device, openDevice } from '../../../gpu/device.js';
import { loadEngine } from '../../../trainer/load-engine.js';
import { verdictStore } from '../../worker/verdict-store.js';

export class HeldDevice {
  #device: Device | undefined;

  /** @returns undefined where there is no adapter @throws DeviceError if there is one and it gives no device */
  async open(): Promise<Device | undefined> {
    if (this.#device && !isWell(this.#device)) this.drop();
    if (!this.#device) {
      this.#device = await openDevice(navigator.gpu);
      if (this.#device) (await loadEngine()).keepVerdicts(this.#device, verdictStore);
    }
    return this.#device;
  }

  /** Gives it back. */
  drop(): void {
    this.#device?.close();
    this.#device = undefined;
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
