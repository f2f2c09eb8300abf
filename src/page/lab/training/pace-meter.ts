/** How quick a training is and how long it will take, by the clock of who watches it. Rests and the check before do not count. */
export interface Speed {
  /** Undefined before there is something to measure. */
  readonly stepsPerSecond: number | undefined;
  /** Since the first step, without rests. */
  readonly secondsSpent: number;
}

/** Milliseconds that the speed is the mean of. */
const WINDOW = 3000;

interface Sample {
  readonly step: number;
  /** Milliseconds spent. */
  readonly time: number;
}

export class PaceMeter {
  #samples: Sample[] = [];
  #spent = 0;
  /** When it last looked; undefined while it rests. */
  #last: number | undefined;

  /** @param now milliseconds */
  take(step: number, now: number): Speed {
    // What was done before the first news took a time that nobody measured.
    if (this.#last !== undefined) this.#spent += now - this.#last;
    this.#last = now;
    this.#samples.push({ step, time: this.#spent });
    while (this.#samples.length > 2 && this.#spent - this.#samples[1]!.time >= WINDOW) this.#samples.shift();
    const first = this.#samples[0]!;
    const rate = (1000 * (step - first.step)) / (this.#spent - first.time);
    return { stepsPerSecond: Number.isFinite(rate) && rate > 0 ? rate : undefined, secondsSpent: this.#spent / 1000 };
  }

  rest(): void {
    this.#last = undefined;
  }

  /** Goes on after a rest. */
  resume(now: number): void {
    this.#last ??= now;
  }
}
