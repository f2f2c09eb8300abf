/**
 * The way of the log to the host: each slice copies the rows it ended, and the counters, into staging of its own. The
 * logs on the GPU are rings too, and a row may be written anew once the slice that ended it has copied it.
 */
import { type BufferPart, type BufferPool, Readback } from '../gpu/buffers.js';
import { COUNTERS } from '../passes/rates.js';
import type { Plan } from './plan.js';

/** What one slice brought back of the logs. */
export interface SliceLogs {
  /** Epochs that ended in it, and their rows of epochLog and countLog. */
  readonly epochs: number;
  readonly sums: Float32Array;
  readonly counts: Uint32Array;
  readonly counters: Readonly<Record<(typeof COUNTERS)[number], number>>;
}

const NAMES = ['counters', 'epochLog', 'countLog'] as const;
type Name = (typeof NAMES)[number];
/** Bytes that may come home with the last rows in one mapping; more have staging of their own. */
const MOST_HOME = 2 ** 20;

/** The counters by their names. */
export function countersIn(words: Uint32Array): SliceLogs['counters'] {
  return Object.fromEntries(COUNTERS.map((name, i) => [name, words[i]!])) as SliceLogs['counters'];
}

/** Staging for what each slice brings back, one place for each slice that may be under way: one mapping each. */
export class LogRing {
  /** Of the logs: how many epochs one slice may end. */
  readonly rows: number;
  readonly #gpu: GPUDevice;
  readonly #buffers: ReadonlyMap<string, BufferPart>;
  readonly #places: readonly GPUBuffer[];
  /** Bytes beside the logs' own. */
  readonly #room: number;
  #taken = 0;

  /** @param home parts that may come with the last slice: there is room for them as far as they are small */
  constructor(
    plan: Plan,
    buffers: ReadonlyMap<string, BufferPart>,
    pool: BufferPool,
    places: number,
    home: readonly BufferPart[] = [],
  ) {
    this.rows = plan.buffers.find(({ name }) => name === 'epochLog')!.shape[0]!;
    this.#gpu = pool.gpu;
    this.#buffers = buffers;
    const logs = bytesOf(NAMES.flatMap((name) => buffers.get(name) ?? []));
    this.#room = Math.min(MOST_HOME, bytesOf(home));
    const bytes = logs + this.#room;
    this.#places = Array.from({ length: places }, (_, i) => pool.readback(`log readback ${i}`, bytes));
  }

  /** Whether these can come home in the staging of the logs. */
  hasRoomFor(home: readonly BufferPart[]): boolean {
    return bytesOf(home) <= this.#room;
  }

  /**
   * Copies the counters, some rows of the logs, at most all, and what comes home with them; the function given back
   * waits for it all.
   */
  encode(
    encoder: GPUCommandEncoder,
    firstEpoch: number,
    epochs: number,
    home: readonly BufferPart[] = [],
  ): () => Promise<{ readonly logs: SliceLogs; readonly home: readonly ArrayBuffer[] }> {
    const staging = this.#places[this.#taken++ % this.#places.length]!;
    const parts = NAMES.map((name): readonly BufferPart[] => {
      const buffer = this.#buffers.get(name);
      if (!buffer) return [];
      if (name === 'counters') return [buffer];
      return epochs > 0 ? this.#rowsOf(buffer, firstEpoch, epochs) : [];
    });
    const groups = [...parts, ...home.map((part) => [part])];
    const readback = new Readback(this.#gpu, [{ sources: groups.flat(), staging }]);
    readback.encode(encoder);
    return async () => {
      const [all] = await readback.take();
      let end = 0;
      const contents = groups.map((group) => all!.slice(end, (end += bytesOf(group))));
      const words = (name: Name) => contents[NAMES.indexOf(name)]!;
      const logs = {
        epochs,
        sums: new Float32Array(words('epochLog')),
        counts: new Uint32Array(words('countLog')),
        counters: countersIn(new Uint32Array(words('counters'))),
      };
      return { logs, home: contents.slice(NAMES.length) };
    };
  }

  /** Rows of a ring, in two parts where they go on at its beginning. */
  #rowsOf({ buffer, offset, size }: BufferPart, first: number, count: number): BufferPart[] {
    const rowBytes = size / this.rows;
    const start = first % this.rows;
    const before = Math.min(count, this.rows - start);
    const part = (row: number, rows: number): BufferPart => ({
      buffer,
      offset: offset + row * rowBytes,
      size: rows * rowBytes,
    });
    return count > before ? [part(start, before), part(0, count - before)] : [part(start, before)];
  }
}

function bytesOf(parts: readonly BufferPart[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}
