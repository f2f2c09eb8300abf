/** WebGPU in Node could not be had: which kind of reason, and a sentence that says what to do. */
export class NodeGpuError extends Error {
  override readonly name = 'NodeGpuError';

  /** @param problem `no-such-driver` is a driver that was asked for by name; without it nothing else is tried */
  constructor(
    readonly problem: 'no-package' | 'no-adapter' | 'no-such-driver',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
