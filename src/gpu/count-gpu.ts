/**
 * Counts what is asked of WebGPU, by standing in for the methods of its prototypes: it sees every library's devices,
 * also those opened before. Counting is for a run of its own; nothing is wrapped while times are taken.
 */
export interface GpuCounts {
  submits: number;
  computePasses: number;
  dispatches: number;
  buffersCreated: number;
  bindGroupsCreated: number;
  pipelinesCreated: number;
  /** writeBuffer, and buffers that are mapped at creation. */
  bytesUp: number;
  /** What was mapped for reading. */
  bytesDown: number;
}

export function noCounts(): GpuCounts {
  return {
    ...{ submits: 0, computePasses: 0, dispatches: 0, buffersCreated: 0, bindGroupsCreated: 0, pipelinesCreated: 0 },
    ...{ bytesUp: 0, bytesDown: 0 },
  };
}

type Method = (...args: never[]) => unknown;

/** Runs `work` and says what it asked of WebGPU. */
export async function countingGpu(work: () => Promise<unknown>): Promise<GpuCounts> {
  const counts = noCounts();
  const undo: (() => void)[] = [];
  /** Has `note` see the arguments of each call of a method, which is then called. */
  const watch = (
    type: { readonly prototype: object },
    name: string,
    note: (args: unknown[], self: unknown) => void,
  ) => {
    const prototype = type.prototype as Record<string, Method>;
    const original = prototype[name]!;
    prototype[name] = function (this: unknown, ...args: never[]) {
      note(args, this);
      return original.apply(this, args);
    };
    undo.push(() => (prototype[name] = original));
  };
  const one = (field: keyof GpuCounts) => () => (counts[field] += 1);
  watch(GPUQueue, 'submit', (args) => {
    if ((args[0] as unknown[]).length > 0) counts.submits += 1;
  });
  watch(GPUQueue, 'writeBuffer', (args) => (counts.bytesUp += writtenBytes(args)));
  watch(GPUCommandEncoder, 'beginComputePass', one('computePasses'));
  watch(GPUComputePassEncoder, 'dispatchWorkgroups', one('dispatches'));
  watch(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', one('dispatches'));
  watch(GPUDevice, 'createBuffer', (args) => {
    const { size, mappedAtCreation } = args[0] as GPUBufferDescriptor;
    counts.buffersCreated += 1;
    if (mappedAtCreation) counts.bytesUp += size;
  });
  watch(GPUDevice, 'createBindGroup', one('bindGroupsCreated'));
  watch(GPUDevice, 'createComputePipeline', one('pipelinesCreated'));
  watch(GPUDevice, 'createComputePipelineAsync', one('pipelinesCreated'));
  watch(GPUBuffer, 'mapAsync', (args, self) => {
    const [mode, offset = 0, size] = args as [number, number?, number?];
    // READ is 1; a buffer mapped for writing brings nothing down.
    if ((mode & 1) !== 0) counts.bytesDown += size ?? (self as GPUBuffer).size - offset;
  });
  try {
    await work();
  } finally {
    for (const restore of undo.reverse()) restore();
  }
  return counts;
}

/** Bytes of writeBuffer(buffer, offset, data, dataOffset, size): the last two are elements of a typed array. */
function writtenBytes(args: readonly unknown[]): number {
  const [, , data, dataOffset = 0, size] = args as [unknown, unknown, ArrayBuffer | ArrayBufferView, number?, number?];
  const element = ArrayBuffer.isView(data) && 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
  return size === undefined ? data.byteLength - dataOffset * element : size * element;
}
