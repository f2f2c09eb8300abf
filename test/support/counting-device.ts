/**
 * A device that counts what is asked of it, to prove that a step creates nothing. It passes everything on;
 * only the device, its queue and its encoders are stood in for.
 */
export interface Counts {
  /** Calls by name, for example `createBuffer`, `submit`, `dispatchWorkgroups`. */
  readonly calls: Record<string, number>;
  reset(): void;
}

const WATCHED: Readonly<Record<string, readonly string[]>> = {
  createCommandEncoder: ['beginComputePass'],
  beginComputePass: [],
};

export function countingDevice(device: GPUDevice): { device: GPUDevice; counts: Counts } {
  const calls: Record<string, number> = {};
  const counts: Counts = {
    calls,
    reset: () => {
      for (const name of Object.keys(calls)) delete calls[name];
    },
  };
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property === 'queue') return watch(value as object);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const name = String(property);
          // An empty submit only has Firefox look whether a buffer is mapped (gpu/buffers.ts).
          const isEmpty = name === 'submit' && (args[0] as unknown[]).length === 0;
          if (!isEmpty) calls[name] = (calls[name] ?? 0) + 1;
          const result: unknown = Reflect.apply(value, target, args);
          return name in WATCHED ? watch(result as object) : result;
        };
      },
    });
  return { device: watch(device), counts };
}
