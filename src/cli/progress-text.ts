/**
 * The words of the progress bar, and how they are made to fit a line. Pure functions; they know nothing of terminals but
 * their width and the codes of a colour.
 */

export interface ProgressFacts {
  readonly label: string;
  readonly counts: string;
  /** Of the work, 0 to 1. */
  readonly share: number;
  /** These may be empty. */
  readonly left: string;
  readonly remark: string;
  readonly rate: string;
}

/** Cells of the bar, the widest first. */
const BARS = [30, 20, 10];
const CYAN = '\x1b[36m';
const PLAIN = '\x1b[39m';

/** One line of at most `room` characters: what matters least is left out first, and what is too long still is cut. */
export function fittingLine(facts: ProgressFacts, room: number, isColoured: boolean): string {
  const { label, counts, share, left, remark, rate } = facts;
  const layouts: readonly (readonly [bar: number, ...parts: string[]])[] = [
    ...BARS.map((bar) => [bar, counts, left, remark, rate] as const),
    [BARS.at(-1)!, counts, left, remark],
    [0, counts, left, remark],
    [BARS.at(-1)!, counts, left],
    [0, counts, left],
    [0, counts],
  ];
  for (const [bar, ...parts] of layouts) {
    const words = parts.filter((part) => part !== '').join(', ');
    const cells = bar > 0 ? bar + 1 : 0;
    if (label.length + 1 + cells + words.length > room) continue;
    return [label, ...(bar > 0 ? [barText(bar, share, isColoured)] : []), words].join(' ');
  }
  return `${label} ${counts}`.slice(0, Math.max(room, 0));
}

function barText(cells: number, share: number, isColoured: boolean): string {
  // A bar that looks full while something is left would be a lie.
  const filled = share < 1 ? Math.min(Math.round(cells * share), cells - 1) : cells;
  const bar = '█'.repeat(filled);
  return `${isColoured ? `${CYAN}${bar}${PLAIN}` : bar}${'░'.repeat(cells - filled)}`;
}

/** `0:05`, `12:30`, `1:02:03`: minutes and seconds, with hours where there are some. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** `870 examples/s`, `12,300 examples/s`: three digits, since the pace is no more certain. */
export function rateText(examplesPerSecond: number): string {
  const rounded = Number(examplesPerSecond.toPrecision(3));
  return `${rounded.toLocaleString('en-US', { maximumFractionDigits: 2 })} examples/s`;
}
