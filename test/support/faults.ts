/**
 * Devices that things happen to at a chosen place of a training: each is a real one that is interfered with, so that what follows is
 * the engine's own doing. They are opened through a stand-in for `navigator.gpu`; nothing here knows of trainings but the label of
 * the commands of a slice.
 */
import { COPY_DST, COPY_SRC } from '../../src/gpu/flags.js';
import type { GpuSource } from '../../src/gpu/gpu-source.js';

/** What happens. */
export const FAULTS = [
  'destroyed',
  'invalid command',
  'readback refused',
  'out of memory',
  'stops early',
  'no room at set-up',
  'no room for a state',
  'flipped bit',
  'stale state',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Where it happens: with the commands of that number, from 1, of those with a label; 0 for the set-up. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
  /** Default: `slice`, a slice of the training. Of a flipped bit: the buffer; `at` is the word in it, and it is so with each write. */
  readonly label?: string;
}

export interface FaultyGpu {
  readonly gpu: GpuSource;
  /** Devices that were opened. */
  readonly opened: GPUDevice[];
  /** Slices of each device, in the order of these. */
  readonly slices: number[];
  /** What really happened. */
  readonly happened: FaultKind[];
}

export interface FaultyOptions {
  /** What the adapters of the devices are called, in order; where there is none, there is no adapter. Default: what they are. */
  readonly names?: readonly (string | undefined)[] | undefined;
}

/** @param faults of the devices that are opened, in order; what comes after them works */
export function faultyGpu(faults: readonly (Fault | undefined)[], { names }: FaultyOptions = {}): FaultyGpu {
  const source = globalThis.navigator.gpu;
  const asked = { count: 0 };
  const opened: GPUDevice[] = [];
  const slices: number[] = [];
  const happened: FaultKind[] = [];
  const open = async (adapter: GPUAdapter, descriptor: GPUDeviceDescriptor | undefined) => {
    const device = await adapter.requestDevice(descriptor);
    const place = opened.push(device) - 1;
    slices.push(0);
    const told = { slice: () => (slices[place]! += 1), happened: (kind: FaultKind) => happened.push(kind) };
    return interfered(device, faults[place], told);
  };
  const gpu = {
    ...{ wgslLanguageFeatures: source.wgslLanguageFeatures },
    getPreferredCanvasFormat: () => source.getPreferredCanvasFormat(),
    async requestAdapter(options?: GPURequestAdapterOptions) {
      const adapter = await source.requestAdapter(options);
      const place = asked.count++;
      if (!adapter || (names && place in names && names[place] === undefined)) return null;
      const { info } = adapter;
      const { vendor, architecture } = info;
      return standIn(adapter, {
        requestDevice: (descriptor) => open(adapter, descriptor),
        info: names?.[place] === undefined ? info : { ...info, vendor, architecture, description: names[place] },
      });
    },
  };
  return { gpu: gpu as unknown as GpuSource, opened, slices, happened };
}

/** An object with some of its methods replaced. */
export function standIn<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_, property) {
      if (property in own) return Reflect.get(own, property) as unknown;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value as () => void).bind(target) : value;
    },
    set: (_, property, value) => Reflect.set(target, property, value, target),
  });
}

type Listener = (event: { readonly error: { readonly message: string } }) => void;

/** Who hears of what a device does. */
interface Told {
  readonly slice: () => void;
  readonly happened: (kind: FaultKind) => void;
}

function interfered(device: GPUDevice, fault: Fault | undefined, told: Told): GPUDevice {
  const kind = fault?.kind;
  const filters: string[] = [];
  const listeners: Listener[] = [];
  const label = fault?.label ?? (kind === 'stale state' ? 'readback' : 'slice');
  const state = { count: 0, slices: 0, refuses: false, isFull: kind === 'no room at set-up' };
  const happen = () => {
    told.happened(kind!);
    if (kind === 'destroyed') device.destroy();
    if (kind === 'invalid command') submitInvalid(device);
    if (kind === 'readback refused') state.refuses = true;
    if (kind === 'out of memory') listeners.forEach((hear) => hear({ error: { message: 'Not enough memory left.' } }));
  };
  // A promise, so that it comes with the set-up under way and not before it.
  if (fault?.at === 0) void Promise.resolve().then(happen);
  const queue = standIn(device.queue, {
    writeBuffer(buffer, offset, data: Uint8Array<ArrayBuffer>, ...of) {
      const isHit = kind === 'flipped bit' && buffer.label === label && offset === 0 && data.byteLength > 4 * fault!.at;
      const written = isHit
        ? new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
        : data;
      if (isHit) written[4 * fault!.at + 2]! ^= 1;
      device.queue.writeBuffer(buffer, offset, written, ...of);
    },
  });
  return standIn(device, {
    queue,
    addEventListener(name: string, listener: unknown) {
      if (name === 'uncapturederror') listeners.push(listener as Listener);
      device.addEventListener(name as 'uncapturederror', listener as () => void);
    },
    createBuffer(descriptor) {
      // Staging that is made while it trains is a state's; the rest is made before, or outside of any scope.
      const isForState = state.slices > 0 && filters.length > 0 && / readback$/.test(descriptor.label ?? '');
      state.isFull ||= kind === 'no room for a state' && isForState;
      const buffer = device.createBuffer(descriptor);
      const map = buffer.mapAsync.bind(buffer);
      buffer.mapAsync = (...of) => (state.refuses ? Promise.reject(refused()) : map(...of));
      return buffer;
    },
    createCommandEncoder(descriptor) {
      const encoder = device.createCommandEncoder(descriptor);
      if (descriptor?.label === 'slice') {
        told.slice();
        state.slices += 1;
      }
      if (descriptor?.label !== label || ++state.count !== fault?.at) return encoder;
      happen();
      if (kind === 'stale state') return standIn(encoder, { copyBufferToBuffer: () => undefined });
      return kind === 'stops early' ? idle(encoder) : encoder;
    },
    pushErrorScope(filter) {
      filters.push(filter);
      device.pushErrorScope(filter);
    },
    async popErrorScope() {
      const filter = filters.pop();
      const error = await device.popErrorScope();
      const isHit = state.isFull && filter === 'out-of-memory';
      if (isHit) told.happened(kind!);
      // There is room for all else.
      if (isHit && kind === 'no room for a state') state.isFull = false;
      return isHit ? { message: 'Not enough memory left.' } : error;
    },
  });
}

function refused(): Error {
  return Object.assign(new Error('The mapping was refused.'), { name: 'OperationError' });
}

/** More than there is in a buffer is copied. */
function submitInvalid(device: GPUDevice): void {
  const [from, to] = [4, 8].map((size) => device.createBuffer({ size, usage: COPY_SRC | COPY_DST })) as [
    GPUBuffer,
    GPUBuffer,
  ];
  const encoder = device.createCommandEncoder({ label: 'an invalid copy' });
  encoder.copyBufferToBuffer(from, 0, to, 0, 8);
  device.queue.submit([encoder.finish()]);
  from.destroy();
  to.destroy();
}

/** Commands that do nothing, without an error. */
function idle(encoder: GPUCommandEncoder): GPUCommandEncoder {
  return standIn(encoder, {
    beginComputePass: (descriptor) =>
      standIn(encoder.beginComputePass(descriptor), { dispatchWorkgroups: () => undefined }),
  });
}
