/**
 * The way of the log to the host: each slice copies the rows it ended, and the counters, into staging of its own. The
 * logs on the GPU are rings too, and a row may be written anew once the slice that ended it has copied it.
 */
import { type BufferPart, type BufferPool, Readback, whole } from '../gpu/buffers.js';
import { COUNTERS } from '../passes/rates.js';
import type { Plan } from './plan.js';

/** What one slice brought back. */
export interface SliceLogs {
  /** Epochs that ended in it, and their rows of epochLog and countLog. */
  readonly epochs: number;
  readonly sums: Float32Array;
  readonly counts: Uint32Array;
  readonly counters: Readonly<Record<(typeof COUNTERS)[number], number>>;
}

const NAMES = ['counters', 'epochLog', 'countLog'] as const;
type Staging = Readonly<Partial<Record<(typeof NAMES)[number], GPUBuffer>>>;

/** Staging for what each slice brings back, one place for each slice that may be under way. */
export class LogRing {
  /** Of the logs: how many epochs one slice may end. */
  readonly rows: number;
  readonly #gpu: GPUDevice;
  readonly #buffers: ReadonlyMap<string, GPUBuffer>;
  readonly #places: readonly Staging[];
  #taken = 0;

  constructor(plan: Plan, buffers: ReadonlyMap<string, GPUBuffer>, pool: BufferPool, places: number) {
    this.rows = plan.buffers.find(({ name }) => name === 'epochLog')!.shape[0]!;
    this.#gpu = pool.gpu;
    this.#buffers = buffers;
    this.#places = Array.from({ length: places }, (_, i) =>
      Object.fromEntries(
        NAMES.filter((name) => buffers.has(name)).map((name) => [
          name,
          pool.readback(`${name} readback ${i}`, buffers.get(name)!.size),
        ]),
      ),
    );
  }

  /** Copies the counters and some rows of the logs, at most all; the function given back waits for them. */
  encode(encoder: GPUCommandEncoder, firstEpoch: number, epochs: number): () => Promise<SliceLogs> {
    const staging = this.#places[this.#taken++ % this.#places.length]!;
    const names = NAMES.filter((name) => staging[name] && (name === 'counters' || epochs > 0));
    const readback = new Readback(
      this.#gpu,
      names.map((name) => {
        const buffer = this.#buffers.get(name)!;
        const sources = name === 'counters' ? [whole(buffer)] : this.#rowsOf(buffer, firstEpoch, epochs);
        return { sources, staging: staging[name]! };
      }),
    );
    readback.encode(encoder);
    return async () => {
      const contents = await readback.take();
      const taken = (name: (typeof NAMES)[number]) => contents[names.indexOf(name)] ?? new ArrayBuffer(0);
      const counters = new Uint32Array(taken('counters'));
      return {
        epochs,
        sums: new Float32Array(taken('epochLog')),
        counts: new Uint32Array(taken('countLog')),
        counters: Object.fromEntries(COUNTERS.map((name, i) => [name, counters[i]!])) as SliceLogs['counters'],
      };
    };
  }

  /** Rows of a ring, in two parts where they go on at its beginning. */
  #rowsOf(buffer: GPUBuffer, first: number, count: number): BufferPart[] {
    const rowBytes = buffer.size / this.rows;
    const start = first % this.rows;
    const before = Math.min(count, this.rows - start);
    const part = (row: number, rows: number): BufferPart => ({
      buffer,
      offset: row * rowBytes,
      size: rows * rowBytes,
    });
    return count > before ? [part(start, before), part(0, count - before)] : [part(start, before)];
  }
}
