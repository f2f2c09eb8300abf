/**
 * The last few results of something that takes long, by a key. Whoever asks while one is being made waits for the same. What failed
 * is kept too, since it would fail again; what was ended from outside is not.
 */
export class Kept<T> {
  readonly #entries = new Map<string, Promise<T>>();

  /**
   * @param most how many are kept
   * @param isSmall whether a result may be kept at all
   */
  constructor(
    private readonly most: number,
    private readonly isSmall: (value: T) => boolean = () => true,
  ) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    // The one asked for last is let go of last.
    this.#entries.delete(key);
    const entry = known ?? this.#watched(key, make());
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.most) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  #watched(key: string, entry: Promise<T>): Promise<T> {
    const forget = () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    entry.then(
      (value) => {
        if (!this.isSmall(value)) forget();
      },
      (error: unknown) => {
        if (error instanceof Error && error.name === 'AbortError') forget();
      },
    );
    return entry;
  }
}
