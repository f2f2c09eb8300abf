/**
 * Calls into a worker, each of which ends: with the worker's answer, or, once the worker was ended, with an error. Comlink leaves
 * those that a worker never answers open for good. It starts and ends no worker.
 */
export class Calls {
  readonly #open = new Set<(error: Error) => void>();
  #ended: Error | undefined;

  /** Ends all that are open, and whatever is called from now on. */
  end(error: Error): void {
    this.#ended = error;
    for (const reject of this.#open) reject(error);
    this.#open.clear();
  }

  /** The same remote object, whose calls end; so do those of what its calls give. */
  watch<T>(remote: T): T {
    const target = remote as (...given: unknown[]) => Promise<unknown>;
    // A target of its own: what Comlink makes is callable, and so must this be.
    return new Proxy(() => undefined, {
      get: (_, property) => {
        const value: unknown = Reflect.get(target, property);
        // What is awaited, or released, is Comlink's own.
        return typeof property === 'symbol' || property === 'then' ? value : this.watch(value);
      },
      apply: (_, __, given: unknown[]) =>
        this.#settled(Reflect.apply(target, undefined, given)).then((answer) =>
          // Objects that stay in the worker come as functions, all else as plain data.
          typeof answer === 'function' ? this.watch(answer) : answer,
        ),
    }) as T;
  }

  #settled(call: Promise<unknown>): Promise<unknown> {
    const ended = this.#ended;
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      const close = () => this.#open.delete(reject);
      call.then(resolve, reject).finally(close);
    });
  }
}
