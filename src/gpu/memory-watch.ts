/**
 * Watches the buffers of a device from now on: what is created and not yet given back, and the most there ever was at once. It
 * stands in for the device's own `createBuffer` and hands every call on; it keeps no buffer alive and judges nothing.
 */
export interface LiveBuffer {
  readonly label: string;
  readonly bytes: number;
}

export interface MemoryWatch {
  /** What is there now, in the order of its creation. */
  live(): readonly LiveBuffer[];
  /** Bytes that are there now. */
  bytes(): number;
  /** The most bytes that were there at once, since the watch began or `restart` was called. */
  peak(): number;
  restart(): void;
}

export function watchMemory(gpu: GPUDevice): MemoryWatch {
  // By numbers and not by the buffers themselves, which nobody need destroy to be rid of them.
  const alive = new Map<number, LiveBuffer>();
  const count = { made: 0, bytes: 0, peak: 0 };
  const create = gpu.createBuffer.bind(gpu);
  gpu.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const id = (count.made += 1);
    const bytes = descriptor.size;
    alive.set(id, { label: descriptor.label ?? '', bytes });
    count.bytes += bytes;
    count.peak = Math.max(count.peak, count.bytes);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      if (alive.delete(id)) count.bytes -= bytes;
      destroy();
    };
    return buffer;
  };
  return {
    live: () => Array.from(alive.values()),
    bytes: () => count.bytes,
    peak: () => count.peak,
    restart: () => (count.peak = count.bytes),
  };
}
