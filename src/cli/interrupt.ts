/**
 * Ctrl-C during a training: the first signal asks the work to stop and keeps what there is, the second ends the process
 * at once. It stops nothing by itself: whoever works looks at the signal.
 */

/** Exit code of a process that SIGINT ended, as shells have it. */
const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/**
 * npm sends a signal on to its script, which a terminal has already told: one press of Ctrl-C comes twice within
 * milliseconds. Nobody presses twice in so short a time.
 */
const SAME_PRESS_MS = 300;

export interface Interruptible {
  /** Aborted by the first SIGINT or SIGTERM; its reason is an InterruptError. */
  readonly signal: AbortSignal;
  /** Whether that has happened. */
  readonly interrupted: boolean;
  /** Listens no longer: signals then do what they do in any other program. */
  dispose(): void;
}

/** The work was stopped by a signal; what ends the command line with code 130. */
export class InterruptError extends Error {
  override readonly name = 'InterruptError';
  readonly exitCode = INTERRUPTED;

  constructor(readonly signal: NodeJS.Signals) {
    super(`Stopped by ${signal}.`);
  }
}

/** What signals come from and what they end; tests hand in another one than this process. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
  readonly stderr: { write(text: string): unknown };
}

/** Listens for SIGINT and SIGTERM until `dispose()`. */
export function interruptible(
  source: SignalSource = process,
  now: () => number = () => performance.now(),
): Interruptible {
  const controller = new AbortController();
  let first = 0;
  const listener = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      first = now();
      source.stderr.write('\nStopping as soon as the work under way is done; once more stops at once.\n');
      controller.abort(new InterruptError(signal));
    } else if (now() - first > SAME_PRESS_MS) {
      source.exit(INTERRUPTED);
    }
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return {
    signal: controller.signal,
    get interrupted() {
      return controller.signal.aborted;
    },
    dispose() {
      for (const signal of SIGNALS) source.off(signal, listener);
    },
  };
}
