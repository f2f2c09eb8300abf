/**
 * Arrays of numbers as NumPy's .npz, for the scripts that the lab gives: the rows as the network sees them, so that a script needs no
 * preprocessing of its own. Float32, which is what is trained with.
 */
import type { Source, Table } from '../../../core/examples.js';
import type { UsedModel } from './used-model.js';
import type { Download } from './subject.js';

const DAY = new Date(1980, 0, 1);

/** `x` and `y` to train on, `x_val`, `y_val` and `x_test`, `y_test` where there are such rows. */
export async function dataFile({ parts }: Pick<UsedModel, 'parts'>): Promise<Download> {
  const { zipSync } = await import('fflate');
  const entries: Record<string, Uint8Array> = {};
  const add = (suffix: string, source: Source | undefined) => {
    if (!source) return;
    entries[`x${suffix}.npy`] = npy(source.x);
    entries[`y${suffix}.npy`] = npy(source.y);
    if (source.weights) {
      const { weights } = source;
      entries[`weight${suffix}.npy`] = npy({ rows: weights.length, columns: 1, values: weights });
    }
  };
  add('', parts.train);
  add('_val', parts.validation);
  add('_test', parts.test);
  return { name: 'data.npz', type: 'application/zip', bytes: zipSync(entries, { mtime: DAY }) };
}

/** Version 1.0: magic, a header of a multiple of 64 bytes, the numbers row by row. */
function npy({ rows, columns, values }: Table): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const size = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(size + 4 * rows * columns);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (size - 10) & 255, (size - 10) >> 8]);
  bytes.set(new TextEncoder().encode(header.padEnd(size - 11) + '\n'), 10);
  new Float32Array(bytes.buffer, size).set(values);
  return bytes;
}
