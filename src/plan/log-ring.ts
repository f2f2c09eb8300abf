/**
 * The way of the log to the host: each slice copies the rows it ended, and the counters, into staging of its own.
 */
import { type BufferPart, type BufferPool, Readback, type StagedCopy, whole } from '../gpu/buffers.js';
import { COUNTERS } from '../passes/rates.js';
import { type Plan, programCount } from './plan.js';
import { MAX_DISPATCHES } from './slices.js';

/** What one slice brought back. */
export interface SliceLogs {
  /** Epochs that ended in it, and their rows of epochLog and countLog. */
  readonly epochs: number;
  readonly sums: Float32Array;
  readonly counts: Uint32Array;
  readonly counters: Readonly<Record<(typeof COUNTERS)[number], number>>;
}

/** Staging for what each slice brings back, one place for each slice that may be under way. */
export class LogRing {
  readonly #gpu: GPUDevice;
  readonly #buffers: ReadonlyMap<string, GPUBuffer>;
  readonly #places: {
    readonly counters: GPUBuffer;
    readonly sums: GPUBuffer;
    readonly counts: GPUBuffer | undefined;
  }[];
  readonly #columns: { readonly sums: number; readonly counts: number };
  #taken = 0;

  constructor(plan: Plan, buffers: ReadonlyMap<string, GPUBuffer>, pool: BufferPool, places: number) {
    this.#gpu = pool.gpu;
    this.#buffers = buffers;
    const columns = (name: string) => plan.buffers.find((buffer) => buffer.name === name)?.shape[1] ?? 0;
    this.#columns = { sums: columns('epochLog'), counts: columns('countLog') };
    const perEpoch = programCount(plan.epoch);
    const rows = Math.min(plan.epochs, Math.ceil(MAX_DISPATCHES / perEpoch) + 1);
    this.#places = Array.from({ length: places }, (_, i) => ({
      counters: pool.readback(`counters readback ${i}`, 4 * COUNTERS.length),
      sums: pool.readback(`epochLog readback ${i}`, 4 * rows * this.#columns.sums),
      counts:
        this.#columns.counts > 0 ? pool.readback(`countLog readback ${i}`, 4 * rows * this.#columns.counts) : undefined,
    }));
  }

  /** Copies the counters and some rows of the logs; the function given back waits for them. */
  encode(encoder: GPUCommandEncoder, firstEpoch: number, epochs: number): () => Promise<SliceLogs> {
    const place = this.#places[this.#taken++ % this.#places.length]!;
    const part = (name: string, columns: number): BufferPart => ({
      buffer: this.#buffers.get(name)!,
      offset: 4 * firstEpoch * columns,
      size: 4 * epochs * columns,
    });
    const copies: StagedCopy[] = [
      { source: whole(this.#buffers.get('counters')!), staging: place.counters },
      { source: part('epochLog', this.#columns.sums), staging: place.sums },
      ...(place.counts ? [{ source: part('countLog', this.#columns.counts), staging: place.counts }] : []),
    ].filter(({ source }) => source.size > 0);
    const readback = new Readback(this.#gpu, copies);
    readback.encode(encoder);
    return async () => {
      const contents = await readback.take();
      const taken = (buffer: GPUBuffer | undefined) => contents[copies.findIndex(({ staging }) => staging === buffer)];
      const counters = new Uint32Array(taken(place.counters)!);
      return {
        epochs,
        sums: new Float32Array(taken(place.sums) ?? new ArrayBuffer(0)),
        counts: new Uint32Array(taken(place.counts) ?? new ArrayBuffer(0)),
        counters: Object.fromEntries(COUNTERS.map((name, i) => [name, counters[i]!])) as SliceLogs['counters'],
      };
    };
  }
}
