/**
 * Watches the buffers and devices of everything that asks WebGPU for some, whoever opens the devices, by standing in for methods of its
 * prototypes: what is alive, its bytes, and how many were ever made and given back. It hands every call on and judges nothing.
 */
type Method = (...args: never[]) => unknown;

export interface MemoryCounts {
  /** Buffers, made less destroyed. */
  readonly alive: number;
  readonly bytes: number;
  readonly created: number;
  readonly destroyed: number;
  /** Devices, opened less destroyed. */
  readonly devices: number;
}

export interface GpuMemory {
  readonly counts: () => MemoryCounts;
  /** Labels of the buffers that are alive. */
  readonly labels: () => string[];
}

/** Runs `work` under watch; counts begin at 0. */
export async function watchingMemory<T>(work: (memory: GpuMemory) => Promise<T>): Promise<T> {
  const alive = new Map<unknown, { readonly label: string; readonly size: number }>();
  const devices = new Set<unknown>();
  const count = { created: 0, destroyed: 0 };
  const undo: (() => void)[] = [];
  const watch = (
    type: { readonly prototype: object },
    name: string,
    note: (self: unknown, result: unknown) => void,
  ) => {
    const prototype = type.prototype as Record<string, Method>;
    const original = prototype[name]!;
    prototype[name] = function (this: unknown, ...args: never[]) {
      const result = original.apply(this, args);
      note(this, result);
      return result;
    };
    undo.push(() => (prototype[name] = original));
  };
  watch(GPUDevice, 'createBuffer', (_, result) => {
    const { label, size } = result as GPUBuffer;
    count.created += 1;
    alive.set(result, { label, size });
  });
  watch(GPUBuffer, 'destroy', (self) => {
    if (alive.delete(self)) count.destroyed += 1;
  });
  watch(GPUAdapter, 'requestDevice', (_, result) => {
    void (result as Promise<GPUDevice>).then((device) => devices.add(device));
  });
  watch(GPUDevice, 'destroy', (self) => devices.delete(self));
  try {
    return await work({
      counts: () => ({
        alive: alive.size,
        bytes: Array.from(alive.values()).reduce((sum, { size }) => sum + size, 0),
        ...count,
        devices: devices.size,
      }),
      labels: () => Array.from(alive.values(), ({ label }) => label),
    });
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}
