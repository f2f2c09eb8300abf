/**
 * A live progress bar on a terminal, on stderr so that stdout stays a document. Where stderr is no
 * terminal it prints nothing.
 */
const WIDTH = 30;
/** Milliseconds between two drawings. */
const PACE = 50;

export interface Progress {
  /**
   * @param of what there is to do, in the unit of `done`
   * @param remark what else is known by now
   */
  update(done: number, of: number, remark?: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** @param unit what is counted, for example `epochs` */
export function progressBar(label: string, unit: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { update: () => {}, end: () => {} };
  const started = performance.now();
  let drawn = -Infinity;
  return {
    update(done, of, remark = '') {
      const now = performance.now();
      if (now - drawn < PACE) return;
      drawn = now;
      const filled = Math.round((WIDTH * done) / of);
      const left = (((now - started) / 1000) * (of - done)) / Math.max(done, 1);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      stream.write(
        `\r\x1b[2K${label} ${bar} ${done} of ${of} ${unit}, ${left.toFixed(0)} s left${remark && `, ${remark}`}`,
      );
    },
    end() {
      stream.write('\r\x1b[2K');
    },
  };
}
