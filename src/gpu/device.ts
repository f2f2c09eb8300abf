/**
 * Opens a WebGPU device and watches it: WebGPU without any idea of networks.
 * A failure (device lost, an error nobody caught) is remembered and thrown at the next check; nothing
 * goes on computing on a broken device. It never falls back to anything by itself.
 */

/** A GPU that could not do what it was asked: lost, out of memory, or a call it found invalid. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** What the browser or driver tells of the adapter; browsers may leave texts empty. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True for a software adapter: WebGPU computed by the CPU, for correctness and not for speed. */
  readonly isFallback: boolean;
}

/** An open device that is watched. @internal */
export interface Device {
  readonly gpu: GPUDevice;
  readonly adapter: AdapterDescription;
  /** @throws DeviceError if the device was lost or reported an error since it was opened */
  check(): void;
  /**
   * What a call that failed really died of: on a lost device every call fails in a way of its own, and the news of
   * the loss may come later. An error that is none of the GPU's is returned as it is.
   */
  explain(error: unknown): Promise<unknown>;
  /**
   * Whether what befell it is its loss, and not an error in what was asked of it, after which it may be lost as well. Waits a
   * moment for the news, which may come after the errors that a loss makes.
   */
  isLost(): Promise<boolean>;
  /** Gives the device back; buffers on it are gone. */
  close(): void;
}

/** Asked for where an adapter has them; nothing depends on them but speed. */
const FEATURES: readonly GPUFeatureName[] = ['subgroups'];

/**
 * Opens a device with the adapter's own limits for buffer sizes and workgroup memory.
 * @param gpu `navigator.gpu`, or what npm `webgpu` makes in Node
 * @param wanted features that a caller would like beside the usual ones, where the adapter has them
 * @returns undefined where there is no adapter
 * @throws DeviceError if there is one and it gives no device
 * @internal
 */
export async function openDevice(
  gpu: GPU | undefined,
  wanted: readonly GPUFeatureName[] = [],
): Promise<Device | undefined> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return undefined;
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  const description = describeAdapter(adapter.info);
  try {
    const requiredLimits = { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize };
    const requiredFeatures = [...FEATURES, ...wanted].filter((feature) => adapter.features.has(feature));
    const device = await adapter.requestDevice({ label: 'idli', requiredLimits, requiredFeatures });
    return watchDevice(device, description);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError(`The adapter ${adapterText(description)} gives no device: ${reason}`, { cause });
  }
}

/** Milliseconds that the news of a loss may take: Firefox first finishes what was submitted. */
const NEWS_OF_LOSS = 2000;
/** The same where something else has failed, which must not wait so long to be told. */
const NEWS_AFTER_ERROR = 200;
/** What a readback that fails is named (`GPUBuffer.mapAsync`). */
const READBACK_ERRORS = ['AbortError', 'OperationError'];

/** For callers who need a device where `openDevice` found none. */
export function noAdapterError(): DeviceError {
  return new DeviceError(
    'There is no WebGPU adapter here: use a browser with WebGPU, in Node give `gpu` from openNodeGpu() of idli/node, ' +
      "or take the backend 'cpu'.",
  );
}

/** Waits for the news of a loss, for a while; no timer is left that would keep a process alive. */
function newsOf(lost: Promise<unknown>, milliseconds = NEWS_OF_LOSS): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void lost.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Watches a device that somebody else opened. @internal */
export function watchDevice(gpu: GPUDevice, adapter: AdapterDescription): Device {
  const state: { failure?: DeviceError; closed: boolean; lost: boolean } = { closed: false, lost: false };
  const onError = ({ error }: GPUUncapturedErrorEvent): void => {
    state.failure ??= new DeviceError(`The GPU reported an error: ${error.message}`);
  };
  gpu.addEventListener('uncapturederror', onError);
  void gpu.lost.then(({ message }) => {
    if (state.closed || state.failure) return;
    state.lost = true;
    state.failure = new DeviceError(`The GPU device was lost: ${message || 'no reason given'}`);
  });
  return {
    gpu,
    adapter,
    check() {
      if (state.failure) throw state.failure;
    },
    async explain(error) {
      if (!(error instanceof Error && READBACK_ERRORS.includes(error.name))) return state.failure ?? error;
      if (!state.failure) await newsOf(gpu.lost);
      const unexplained = `The GPU did not give back what it computed: ${error.message}`;
      return state.failure ?? new DeviceError(unexplained, { cause: error });
    },
    async isLost() {
      await newsOf(gpu.lost, NEWS_AFTER_ERROR);
      return state.lost;
    },
    close() {
      state.closed = true;
      gpu.removeEventListener('uncapturederror', onError);
      gpu.destroy();
    },
  };
}

/** What an adapter says of itself, with software adapters recognised also where the browser does not flag them. @internal */
export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const { vendor, architecture, description } = info;
  const named = /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(`${vendor} ${architecture} ${description}`);
  return { vendor, architecture, description, isFallback: info.isFallbackAdapter || named };
}

/** What a software adapter is called wherever a person reads of one. */
export const SOFTWARE_ADAPTER = 'software adapter: the CPU computes, not a GPU';

/** The adapter in one phrase; a software adapter is always called that. */
export function adapterText(adapter: AdapterDescription): string {
  return adapter.isFallback ? `${adapterName(adapter)} (${SOFTWARE_ADAPTER})` : adapterName(adapter);
}

/** The adapter's own name, for callers that show the label beside it. */
export function adapterName({ vendor, architecture, description }: AdapterDescription): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

/**
 * Runs `work` inside error scopes, so that an invalid call or a lack of memory is this call's error.
 * @throws DeviceError with what the device said
 * @internal
 */
export async function guarded<T>(device: Device, what: string, work: () => T | Promise<T>): Promise<T> {
  const { value, approved } = await guardedAhead(device, what, work);
  await approved;
  return value;
}

/**
 * The same, for callers who go on before the device has said whether it agrees: what it has to say takes a way to it
 * and back. Whatever comes of the value must not be told to anybody before `approved` is fulfilled.
 * @throws DeviceError, RunError, … where the work itself fails
 * @internal
 */
export async function guardedAhead<T>(
  device: Device,
  what: string,
  work: () => T | Promise<T>,
): Promise<{ readonly value: T; readonly approved: Promise<void> }> {
  const { gpu } = device;
  gpu.pushErrorScope('out-of-memory');
  gpu.pushErrorScope('validation');
  // Both scopes are popped whatever happens, or they would swallow somebody else's errors.
  const [result] = await Promise.allSettled([Promise.resolve().then(work)]);
  const approved = Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]).then(
    ([validation, memory]) => {
      if (validation) throw new DeviceError(`${what}: the GPU refused a call: ${validation.message}`);
      if (memory) throw new DeviceError(`${what}: the GPU is out of memory: ${memory.message}`);
    },
    // A lost device has no scopes.
    async (error: unknown) => {
      throw await device.explain(error);
    },
  );
  if (result.status === 'fulfilled') {
    // Whoever waits for it hears of it; until then it is no unhandled rejection.
    approved.catch(() => undefined);
    return { value: result.value, approved };
  }
  // Our own sentence knows more than the scope's.
  const [said] = await Promise.allSettled([approved]);
  if (result.reason instanceof DeviceError) throw result.reason;
  if (said.status === 'rejected') throw said.reason;
  throw await device.explain(result.reason);
}
