/**
 * What a training is of, as a text that can be compared part by part: a checkpoint goes on with the very same run and data, and with
 * no other.
 */
import { crc32 } from '../core/crc32.js';
import type { Source, Table } from '../core/examples.js';
import { float64Chunks } from '../core/float64-chunks.js';
import { initialWeights } from '../core/initializers.js';
import { jsonFault } from '../core/json-keys.js';
import type { Matrix } from '../core/matrix.js';
import { CheckpointError } from '../core/saved-state.js';
import type { Task } from '../core/task.js';

/** Deeper than any fingerprint, and far from the end of any stack. */
const MOST_DEPTH = 64;
export function fingerprintOf({ model, training, train, validation, batchSize, widths }: Task): string {
  const { seed, layers } = model;
  return JSON.stringify({
    'model.seed': seed,
    'model.layers': layers,
    ...Object.fromEntries(Object.entries(training).map(([name, value]) => [`training.${name}`, value ?? null])),
    'training.batchSize': batchSize,
    'the inputs of the model': widths[0],
    // Given or drawn: a model that has drawn them before its first training gives them then.
    'the first weights': initialWeights(model, widths[0]!).map((layer) => Object.entries(layer).map(sumOfWeight)),
    'the training data': sumOf(train),
    'the validation data': validation ? sumOf(validation) : null,
  });
}

/** @throws CheckpointError naming what differs */
export function checkFingerprint(checkpoint: string, found: string, wanted: string): void {
  if (found === wanted) return;
  const [theirs, ours] = [parsed(found), parsed(wanted)];
  // A setting that is left out is in one of them alone. Data last: settings often are why they differ.
  const settings = Object.keys({ ...ours, ...theirs }).filter((name) => /^(model|training)\.\w{1,40}$/.test(name));
  const field = [...settings, ...Object.keys(ours)].find(
    (name) => JSON.stringify(theirs[name]) !== JSON.stringify(ours[name]),
  );
  const isShort = (value: unknown) => (JSON.stringify(value) ?? '').length <= 60;
  const said =
    field !== undefined && !field.startsWith('the ') && isShort(theirs[field]) && isShort(ours[field])
      ? {
          found: ` of ${JSON.stringify(theirs[field] ?? null)}`,
          wanted: `${JSON.stringify(ours[field] ?? null)}, as in this run`,
        }
      : { found: ' that differ', wanted: 'those of this run' };
  throw new CheckpointError(
    checkpoint,
    field === undefined ? 'another run' : `${field}${said.found}`,
    `${said.wanted}; another training needs another place for its checkpoints`,
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (jsonFault(text, MOST_DEPTH)) return {};
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function sumOfWeight([name, weight]: readonly [string, Matrix]): unknown {
  return [name, tableSum(weight)];
}

function sumOf({ x, y, weights }: Source): unknown {
  const columns = weights ? [{ rows: x.rows, columns: 1, values: weights }] : [];
  return [x, y, ...columns].map((table) => [table.rows, table.columns, tableSum(table)]);
}

/** Of the values as float64, whatever holds them. */
function tableSum({ values }: Table): number {
  const sums = Array.from(float64Chunks(values), (bytes) => crc32(bytes));
  return sums.length === 1 ? sums[0]! : crc32(new Uint8Array(Uint32Array.from(sums).buffer));
}
