/**
 * The model.weights.h5 of a Keras 3 file: HDF5 with a group `vars` for the model and one for each of its layers, in which the
 * weights are numbered. Written by h5wasm, an optional package, which is loaded when the first file is written.
 */
import type * as H5wasm from 'h5wasm';
import { bytesText } from '../core/text.js';
import { FormatError } from './format-error.js';
import type { KerasLayer } from './keras-layers.js';

type Hdf5 = Pick<typeof H5wasm, 'File' | 'ready'>;

/** Loads h5wasm; a test may give another. */
export type Hdf5Loader = () => Promise<Hdf5>;

/** What h5wasm's memory, of 2 GiB, surely holds beside its own copies. */
const MAX_BYTES = 2 ** 30;

const FILE = 'model.weights.h5';

/** @throws FormatError where h5wasm is not installed, and for weights of more than 1 GiB */
export async function kerasWeights(
  layers: readonly KerasLayer[],
  weightBytes: number,
  load: Hdf5Loader = () => import('h5wasm'),
): Promise<Uint8Array> {
  if (weightBytes > MAX_BYTES) {
    const expected = `at most ${bytesText(MAX_BYTES)} in a Keras file; ONNX holds twice that`;
    throw new FormatError('model.keras', '', `weights of ${bytesText(weightBytes)}`, expected);
  }
  const { File, ready } = await load().catch(() => {
    const expected = 'the package h5wasm, since Keras keeps weights in HDF5: npm install h5wasm';
    throw new FormatError('model.keras', FILE, 'nothing to write HDF5 with', expected);
  });
  const { FS } = await ready;
  // From here on nothing waits, so the file in h5wasm's memory and the clock are nobody else's.
  return withoutClock(() => {
    try {
      const file = new File(FILE, 'w');
      try {
        writeGroups(file, layers);
      } finally {
        file.close();
      }
      return FS.readFile(FILE);
    } finally {
      if (FS.analyzePath(FILE, false).exists) FS.unlink(FILE);
    }
  });
}

function writeGroups(file: H5wasm.File, layers: readonly KerasLayer[]): void {
  file.create_group('vars');
  const all = file.create_group('layers');
  for (const { name, weights } of layers) {
    if (!weights) continue;
    const vars = all.create_group(name).create_group('vars');
    vars.create_attribute('name', name);
    weights.forEach((weight, v) => {
      vars.create_dataset({ name: String(v), data: weight.values(), shape: [...weight.shape], dtype: '<f' });
    });
  }
}

/**
 * HDF5 writes the time into every object, and h5wasm has no setting against it; the same model shall give the same bytes. So the
 * clock stands still for as long as `write` runs, which lets nothing else run.
 */
function withoutClock<T>(write: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return write();
  } finally {
    Date.now = now;
  }
}
