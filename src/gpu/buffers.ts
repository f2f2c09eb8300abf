/**
 * Buffers made once and given back together, and the way back to the host: GPU memory without any idea of
 * what is in it.
 */
import { COPY_DST, COPY_SRC, MAP_READ, MODE_READ, STORAGE, UNIFORM } from './flags.js';

/** All buffers of one owner. */
export class BufferPool {
  readonly #gpu: GPUDevice;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: GPUDevice) {
    this.#gpu = gpu;
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
    const buffer = this.#gpu.createBuffer({ label, size, usage });
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

/**
 * Copies several buffers to the host through staging buffers made once: one submit, all mapped in parallel.
 * One staging buffer each, because all together may be larger than the largest buffer a device has.
 */
export class Readback {
  readonly #gpu: GPUDevice;
  readonly #copies: readonly { readonly source: BufferPart; readonly staging: GPUBuffer }[];

  constructor(gpu: GPUDevice, pool: BufferPool, sources: readonly BufferPart[]) {
    this.#gpu = gpu;
    this.#copies = sources.map((source) => ({
      source,
      staging: pool.readback(`${source.buffer.label} readback`, source.size),
    }));
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
    for (const { source, staging } of this.#copies) {
      encoder.copyBufferToBuffer(source.buffer, source.offset, staging, 0, source.size);
    }
  }

  /** Waits for the copies and gives what they brought. */
  async take(): Promise<ArrayBuffer[]> {
    return Promise.all(
      this.#copies.map(async ({ staging }) => {
        await staging.mapAsync(MODE_READ);
        // Sliced, because the mapped memory is gone with unmap.
        const contents = staging.getMappedRange().slice(0);
        staging.unmap();
        return contents;
      }),
    );
  }
}
