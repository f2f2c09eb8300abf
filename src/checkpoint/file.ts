/**
 * A checkpoint as a file: the state of a training in safetensors, with a checksum over all of it. A file that was torn or in which a
 * bit has flipped is refused. It keeps no files; stores do.
 */
import { crc32 } from '../core/crc32.js';
import { CheckpointError, type SavedState, type StateTensors } from '../core/saved-state.js';
import { FormatError } from '../formats/format-error.js';
import { decodeSafetensors, encodeSafetensors } from '../formats/safetensors.js';
import type { Tensor } from '../formats/tensor.js';

const FORMAT = 'idli checkpoint';
const VERSION = '1';

/** What a file holds. */
export interface Checkpoint {
  /** What the training is of (fingerprint.ts). */
  readonly fingerprint: string;
  readonly state: SavedState;
}

/** What the JSON of a state says, once it is known to say it: all but the tensors. */
type Said = Omit<SavedState, 'tensors'>;

/**
 * Whether a value is what `encodeCheckpoint` wrote. By hand: the few pages that keep checkpoints need not make all others load
 * more of a schema library.
 */
function isState(value: unknown): value is Said {
  if (!isObject(value)) return false;
  const { backend, schedule, adapter, place, isOver, history, confusionMatrices, ...others } = value as {
    readonly [K in keyof Said]?: unknown;
  };
  const isKnown = ['webgpu', 'cpu'].includes(backend as string) && typeof isOver === 'boolean';
  const areTexts = [schedule, adapter].every((text) => text === undefined || typeof text === 'string');
  const isPlanned = schedule === undefined || ['persistent', 'layered'].includes(schedule as string);
  if (!isKnown || !areTexts || !isPlanned || Object.keys(others).length > 0 || !isPlace(place)) return false;
  const isOfEpochs = (list: unknown, isItem: (item: unknown) => boolean) =>
    Array.isArray(list) && list.length === place.epoch && list.every(isItem);
  const isMatrix = (matrix: unknown) =>
    Array.isArray(matrix) && matrix.every((row) => Array.isArray(row) && row.every(isCount));
  return (
    isObject(history) &&
    'loss' in history &&
    Object.values(history).every((curve) => isOfEpochs(curve, (item) => typeof item === 'number')) &&
    isObject(confusionMatrices) &&
    Object.values(confusionMatrices).every((matrices) => isOfEpochs(matrices, isMatrix))
  );
}

function isPlace(value: unknown): value is SavedState['place'] {
  if (!isObject(value)) return false;
  const names = ['epoch', 'turn', 'step'];
  return Object.keys(value).length === names.length && names.every((name) => isCount(value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

export function encodeCheckpoint({ fingerprint, state }: Checkpoint): Uint8Array<ArrayBuffer> {
  const { tensors, ...rest } = state;
  const named = new Map(
    Object.entries(tensors).map(([name, data]) => [
      name,
      { dtype: dtypeOf(data), shape: [data.length], data } as Tensor,
    ]),
  );
  const metadata = { format: FORMAT, version: VERSION, fingerprint, state: JSON.stringify(rest, withOddNumbers) };
  return encodeSafetensors(named, { ...metadata, checksum: checksumOf(metadata, named) });
}

/** @throws CheckpointError for a file that is no checkpoint, or not whole */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const { tensors, metadata } = decoded(bytes, name);
  const { checksum, ...others } = metadata;
  if (others['format'] !== FORMAT) throw new CheckpointError(name, 'another kind of file', 'a checkpoint');
  if (others['version'] !== VERSION) {
    throw new CheckpointError(
      name,
      `version ${others['version'] ?? 'unknown'}`,
      `version ${VERSION}, which this program reads`,
    );
  }
  if (checksum !== checksumOf(others, tensors)) {
    throw new CheckpointError(name, 'another checksum than it says', 'a file as it was written');
  }
  const said = parseJson(others['state'] ?? '', name);
  if (!isState(said)) throw new CheckpointError(name, 'a state that this program does not know', 'one that it wrote');
  return { fingerprint: others['fingerprint'] ?? '', state: { ...said, tensors: stateTensors(tensors, name) } };
}

function decoded(bytes: Uint8Array, name: string) {
  try {
    return decodeSafetensors(bytes, name);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new CheckpointError(name, `${error.found}${error.place && ` at ${error.place}`}`, error.expected);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => ODD_NUMBERS.get(value) ?? value);
  } catch {
    throw new CheckpointError(name, 'a state that is no JSON', 'one that this program wrote');
  }
}

/** Numbers that JSON cannot hold, in words that no name is. */
const ODD_NUMBERS = new Map<unknown, number>([
  ['\0NaN', NaN],
  ['\0Infinity', Infinity],
  ['\0-Infinity', -Infinity],
  ['\0-0', -0],
]);

function withOddNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return '\0-0';
  return Number.isFinite(value) ? value : `\0${value}`;
}

function dtypeOf(data: StateTensors[string]): 'F64' | 'F32' | 'U32' {
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Float32Array ? 'F32' : 'U32';
}

function stateTensors(tensors: ReadonlyMap<string, Tensor>, name: string): StateTensors {
  return Object.fromEntries(
    [...tensors].map(([key, { dtype, data }]) => {
      if (dtype === 'F64' || dtype === 'F32' || dtype === 'U32') return [key, data];
      throw new CheckpointError(name, `a tensor of type ${dtype}`, 'F64, F32 or U32');
    }),
  );
}

/** Over every name, size and bit, in the order of their names. */
function checksumOf(metadata: Readonly<Record<string, string>>, tensors: ReadonlyMap<string, Tensor>): string {
  const text = Object.entries(metadata).sort(byKey).flat();
  const parts = [...tensors].sort(byKey).map(([name, { dtype, shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [name, dtype, shape.join(), crc32(bytes)];
  });
  return crc32(new TextEncoder().encode(JSON.stringify([text, parts])))
    .toString(16)
    .padStart(8, '0');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
