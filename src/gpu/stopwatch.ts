/**
 * Takes the time of work on a device, without any idea of what it is: by the clock, without what an empty submit takes, and by
 * timestamps that the GPU writes around a compute pass, where the device has them. One at a time; it judges neither.
 */
import { BufferPool, Readback, whole } from './buffers.js';
import { COPY_SRC, QUERY_RESOLVE } from './flags.js';

/** What one submit took, in milliseconds. */
export interface Timed {
  /** From submit to the last number in hand, less what that takes without any work. */
  readonly clock: number;
  /** Of the compute pass on the GPU; undefined where the device writes no timestamps. */
  readonly stamps: number | undefined;
}

export interface Stopwatch {
  /** The time of what `work` encodes, in one compute pass. @throws what the device throws when it is lost */
  take(work: (encoder: GPUComputePassEncoder) => void): Promise<Timed>;
  close(): void;
}

/** Submits without work that say what a submit and the way back take. */
const EMPTY = 5;
/** Two timestamps of 64 bits. */
const BYTES = 16;

export async function openStopwatch(gpu: GPUDevice): Promise<Stopwatch> {
  const pool = new BufferPool(gpu);
  const queries = gpu.features.has('timestamp-query')
    ? gpu.createQuerySet({ label: 'stopwatch', type: 'timestamp', count: 2 })
    : undefined;
  const stamps = gpu.createBuffer({ label: 'stopwatch', size: BYTES, usage: QUERY_RESOLVE | COPY_SRC });
  const readback = Readback.of(pool, [whole(stamps)]);

  const take = async (work: (encoder: GPUComputePassEncoder) => void, empty: number): Promise<Timed> => {
    const encoder = gpu.createCommandEncoder({ label: 'stopwatch' });
    const around = queries && { querySet: queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
    const computePass = encoder.beginComputePass({ label: 'stopwatch', ...(around && { timestampWrites: around }) });
    work(computePass);
    computePass.end();
    if (queries) encoder.resolveQuerySet(queries, 0, 2, stamps, 0);
    readback.encode(encoder);
    const commands = encoder.finish();
    const started = performance.now();
    gpu.queue.submit([commands]);
    const [words] = await readback.take();
    const clock = Math.max(0, performance.now() - started - empty);
    const [begin, end] = new BigInt64Array(words!);
    return { clock, stamps: queries && Number(end! - begin!) / 1e6 };
  };

  const empties: number[] = [];
  for (let i = 0; i < EMPTY; i++) empties.push((await take(() => undefined, 0)).clock);
  const empty = empties.toSorted((a, b) => a - b)[Math.floor(EMPTY / 2)]!;
  return {
    take: (work) => take(work, empty),
    close() {
      queries?.destroy();
      stamps.destroy();
      pool.destroy();
    },
  };
}
