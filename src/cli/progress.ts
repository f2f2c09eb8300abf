/**
 * A live progress bar on a terminal, on stderr so that stdout stays a document: how much is done, how long it will take
 * yet, what is known by now. Where stderr is no terminal, or one that cannot go back in a line (TERM=dumb), it prints
 * nothing: a log is not filled with bars, and whoever wants a line for each epoch has the metrics file.
 *
 * It takes one line, however narrow the terminal, and leaves nothing of itself behind. `NO_COLOR` takes its colour.
 */
import { durationText, fittingLine, rateText } from './progress-text.js';

/** Milliseconds between two drawings. */
const PACE = 50;
/** Where the terminal does not say. */
const COLUMNS = 80;
const ERASE_LINE = '\r\x1b[2K';

export interface Progress {
  /**
   * @param of what there is to do, in the unit of `done`
   * @param remark what else is known by now, for example the loss
   * @param examplesPerSecond rows trained on in a second; left out where that is not known
   */
  update(done: number, of: number, remark?: string, examplesPerSecond?: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** What of a terminal's stream is used; tests hand in another one. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  /** Characters in a line; it may change. */
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** @param unit what is counted, for example `epochs` */
export function progressBar(
  label: string,
  unit: string,
  stream: ProgressStream = process.stderr,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Progress {
  if (!stream.isTTY || environment['TERM'] === 'dumb') return { update: () => {}, end: () => {} };
  const isColoured = !environment['NO_COLOR'];
  let begun: { readonly time: number; readonly done: number } | undefined;
  let drawn = -Infinity;
  let redraw = () => {};
  const onResize = () => redraw();
  stream.on('resize', onResize);
  return {
    update(done, of, remark = '', examplesPerSecond) {
      const now = performance.now();
      // What is told first may come after a long set-up, which says nothing of the pace.
      begun ??= { time: now, done };
      if (now - drawn < PACE) return;
      drawn = now;
      const left = ((now - begun.time) / 1000) * ((of - done) / (done - begun.done));
      const facts = {
        share: of > 0 ? Math.min(done / of, 1) : 0,
        label,
        counts: `${done} of ${of} ${unit}`,
        left: Number.isFinite(left) ? `${durationText(left)} left` : '',
        remark,
        rate: examplesPerSecond === undefined ? '' : rateText(examplesPerSecond),
      };
      redraw = () => {
        // The last column stays free: some terminals begin a new line with it.
        const room = (stream.columns || COLUMNS) - 1;
        stream.write(`${ERASE_LINE}${fittingLine(facts, room, isColoured)}`);
      };
      redraw();
    },
    end() {
      stream.off('resize', onResize);
      redraw = () => {};
      stream.write(ERASE_LINE);
    },
  };
}
