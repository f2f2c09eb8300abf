/**
 * Buffers made once and given back together, and the way back to the host: GPU memory without any idea of
 * what is in it.
 */
import { COPY_DST, COPY_SRC, MAP_READ, MODE_READ, STORAGE, UNIFORM } from './flags.js';

/** All buffers of one owner. */
export class BufferPool {
  readonly gpu: GPUDevice;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: GPUDevice) {
    this.gpu = gpu;
  }

  /** A storage buffer of `count` 32-bit values, zero unless written. */
  storage(label: string, count: number): GPUBuffer {
    return this.#create(label, 4 * count, STORAGE | COPY_SRC | COPY_DST);
  }

  uniform(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, UNIFORM | COPY_DST);
  }

  /** A buffer that the host can read, for copies of others. */
  readback(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, MAP_READ | COPY_DST);
  }

  destroy(): void {
    for (const buffer of this.#buffers.splice(0)) buffer.destroy();
  }

  #create(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.gpu.createBuffer({ label, size, usage });
    this.#buffers.push(buffer);
    return buffer;
  }
}

/** A buffer, or a part of it in bytes. */
export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A buffer as a whole. */
export function whole(buffer: GPUBuffer): BufferPart {
  return { buffer, offset: 0, size: buffer.size };
}

/** One copy: from where, and into which staging buffer, one part behind the other. */
export interface StagedCopy {
  readonly sources: readonly BufferPart[];
  readonly staging: GPUBuffer;
}

/**
 * Copies several buffers to the host through staging buffers made once: one submit, all mapped in parallel.
 * One staging buffer each, because all together may be larger than the largest buffer a device has.
 */
export class Readback {
  readonly #gpu: GPUDevice;
  readonly #copies: readonly StagedCopy[];

  constructor(gpu: GPUDevice, copies: readonly StagedCopy[]) {
    this.#gpu = gpu;
    this.#copies = copies;
  }

  /** With staging buffers of its own, from the pool. */
  static of(pool: BufferPool, sources: readonly BufferPart[]): Readback {
    return new Readback(
      pool.gpu,
      sources.map((source) => ({
        sources: [source],
        staging: pool.readback(`${source.buffer.label} readback`, source.size),
      })),
    );
  }

  /** The contents of the sources, in their order, after everything submitted so far. */
  async read(): Promise<ArrayBuffer[]> {
    const encoder = this.#gpu.createCommandEncoder({ label: 'readback' });
    this.encode(encoder);
    this.#gpu.queue.submit([encoder.finish()]);
    return this.take();
  }

  /** Encodes the copies only, for a caller that submits them between other work and then calls `take`. */
  encode(encoder: GPUCommandEncoder): void {
    for (const { sources, staging } of this.#copies) {
      let end = 0;
      for (const { buffer, offset, size } of sources) {
        encoder.copyBufferToBuffer(buffer, offset, staging, end, size);
        end += size;
      }
    }
  }

  /** Waits for the copies and gives what they brought. */
  async take(): Promise<ArrayBuffer[]> {
    const taken = Promise.all(
      this.#copies.map(async ({ sources, staging }) => {
        const bytes = sources.reduce((sum, { size }) => sum + size, 0);
        await staging.mapAsync(MODE_READ, 0, bytes);
        // Sliced, because the mapped memory is gone with unmap.
        const contents = staging.getMappedRange(0, bytes).slice(0);
        staging.unmap();
        return contents;
      }),
    );
    if (isFirefox()) await nudge(this.#gpu, taken);
    return taken;
  }
}

/**
 * Firefox looks only every 100 ms whether a buffer is mapped, unless something is submitted
 * (https://bugzilla.mozilla.org/show_bug.cgi?id=1870699). An empty submit has it look; may go when that is mended.
 */
async function nudge(gpu: GPUDevice, taken: Promise<unknown>): Promise<void> {
  const settled = taken.then(
    () => true,
    () => true,
  );
  const pause = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), NUDGE_EVERY));
  while (!(await Promise.race([settled, pause()]))) gpu.queue.submit([]);
}

/** Milliseconds; a page's timers do not come sooner. */
const NUDGE_EVERY = 4;

function isFirefox(): boolean {
  // Node has no navigator before version 21, and the command line no types of one.
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return navigator?.userAgent?.includes('Firefox') ?? false;
}
