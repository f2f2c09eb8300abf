/**
 * Watches a device during a test: error scopes, uncaptured errors, device loss, buffers left alive.
 *
 * Plain functions over web APIs only, so that they run in Node, Chromium and Firefox and can
 * themselves be tested. They report what they saw and refuse to throw: the fixture in device.ts does.
 */

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const satisfies readonly GPUErrorFilter[];

/** Everything known about one device for as long as a test file uses it. */
export interface DeviceWatch {
  readonly device: GPUDevice;
  /** Buffers created and not yet destroyed. */
  readonly liveBuffers: ReadonlySet<GPUBuffer>;
  /** Errors outside any scope and device loss, emptied by `endTest`. */
  readonly incidents: string[];
  /** To be called before the file destroys the device itself. */
  expectLoss(): void;
}

/** What `beginTest` noted for `endTest`. */
export interface TestMark {
  readonly buffersBefore: ReadonlySet<GPUBuffer>;
}

/** Starts watching. The device's own `createBuffer` is replaced by one that keeps count. */
export function watchDevice(device: GPUDevice): DeviceWatch {
  const liveBuffers = countBuffers(device);
  const incidents: string[] = [];
  const expected = new AbortController();
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    incidents.push(`uncaptured ${describe(event.error)}`);
  });
  void device.lost.then(({ reason, message }) => {
    if (!expected.signal.aborted) incidents.push(`the device was lost (${reason}): ${message}`);
  });
  return {
    device,
    liveBuffers,
    incidents,
    expectLoss: () => {
      expected.abort();
    },
  };
}

export function beginTest(watch: DeviceWatch): TestMark {
  for (const filter of FILTERS) watch.device.pushErrorScope(filter);
  return { buffersBefore: new Set(watch.liveBuffers) };
}

/** Everything that went wrong since `beginTest`, one line each; leaked buffers are destroyed. */
export async function endTest(watch: DeviceWatch, mark: TestMark): Promise<string[]> {
  const problems: string[] = [];
  // Popped in the order that undoes the pushes; the promises settle when the GPU has caught up.
  const scopes = [...FILTERS]
    .reverse()
    .map((filter) => watch.device.popErrorScope().then((error) => ({ filter, error })));
  for (const result of await Promise.allSettled(scopes)) {
    if (result.status === 'rejected') problems.push(`an error scope is missing: ${String(result.reason)}`);
    else if (result.value.error) problems.push(`${result.value.filter} error: ${result.value.error.message}`);
  }
  const leaked = [...watch.liveBuffers].filter((buffer) => !mark.buffersBefore.has(buffer));
  for (const buffer of leaked) {
    problems.push(`leaked buffer "${buffer.label}" (${String(buffer.size)} bytes)`);
    // The next test of this file starts clean.
    buffer.destroy();
  }
  problems.push(...watch.incidents.splice(0));
  return problems;
}

function countBuffers(device: GPUDevice): ReadonlySet<GPUBuffer> {
  const live = new Set<GPUBuffer>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    live.add(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return live;
}

function describe(error: GPUError): string {
  return `${error.constructor.name}: ${error.message}`;
}
