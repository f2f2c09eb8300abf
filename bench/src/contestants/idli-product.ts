/** IDLI's matrix product on a device of its own, in the words of the benchmark. */
import { noAdapterError, openDevice } from '../../../src/gpu/device.js';
import { openProduct } from '../../../src/trainer/timed-product.js';
import type { Contestant } from './contestant.js';

export function idliProduct(gpu: GPU | undefined): NonNullable<Contestant['product']> {
  return async (size, a, b) => {
    const device = await openDevice(gpu);
    if (!device) throw noAdapterError();
    const product = await openProduct(device, size, { a, b });
    return {
      run: (times) => product.run(times),
      result: () => product.result(),
      dispose() {
        product.close();
        device.close();
        return Promise.resolve();
      },
    };
  };
}
