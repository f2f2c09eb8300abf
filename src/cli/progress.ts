/**
 * A live progress bar on a terminal, on stderr so that stdout stays a document. Where stderr is no
 * terminal it prints nothing.
 */
const WIDTH = 30;
/** Milliseconds between two drawings. */
const PACE = 50;

export interface Progress {
  update(done: number): void;
  /** Takes the bar away. */
  end(): void;
}

export function progressBar(label: string, total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { update: () => {}, end: () => {} };
  const started = performance.now();
  let drawn = -Infinity;
  return {
    update(done) {
      const now = performance.now();
      if (now - drawn < PACE) return;
      drawn = now;
      const filled = Math.round((WIDTH * done) / total);
      const left = (((now - started) / 1000) * (total - done)) / Math.max(done, 1);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      stream.write(`\r\x1b[2K${label} ${bar} ${done} of ${total} epochs, ${left.toFixed(0)} s left`);
    },
    end() {
      stream.write('\r\x1b[2K');
    },
  };
}
