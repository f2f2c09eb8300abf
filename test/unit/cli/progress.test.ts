/** The progress bar on a made-up terminal: what a line holds, how it fits, and that nothing of it is left. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Progress, progressBar } from '../../../src/cli/progress.js';
import { durationText, rateText } from '../../../src/cli/progress-text.js';

class Terminal {
  written: string[] = [];
  listeners: (() => void)[] = [];
  constructor(
    public columns: number | undefined = 120,
    readonly isTTY = true,
  ) {}
  write(text: string) {
    this.written.push(text);
  }
  on(_: 'resize', listener: () => void) {
    this.listeners.push(listener);
  }
  off(_: 'resize', listener: () => void) {
    this.listeners = this.listeners.filter((each) => each !== listener);
  }
  /** What the line shows now: everything since it was last erased, without colours. */
  get line(): string {
    return this.written.join('').split('\x1b[2K').at(-1)!.replaceAll('\x1b[36m', '').replaceAll('\x1b[39m', '');
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function begin(terminal: Terminal, environment: Record<string, string> = {}): Progress {
  const progress = progressBar('Training', 'steps', terminal, environment);
  progress.update(0, 100);
  vi.advanceTimersByTime(10_000);
  return progress;
}

test('shows what is done, the time left, the loss and the pace', () => {
  const terminal = new Terminal();
  begin(terminal).update(40, 100, 'epoch 4: loss 0.25000000', 12_345);
  expect(terminal.line).toBe(
    `Training ${'█'.repeat(12)}${'░'.repeat(18)} 40 of 100 steps, 0:15 left, epoch 4: loss 0.25000000, 12,300 examples/s`,
  );
});

test('says nothing of the time left before it knows a pace, and nothing of a pace that it is not told', () => {
  const terminal = new Terminal();
  const progress = progressBar('Training', 'steps', terminal, {});
  progress.update(0, 100);
  expect(terminal.line).toBe(`Training ${'░'.repeat(30)} 0 of 100 steps`);
});

test('set-up before the first word of progress does not count as pace', () => {
  const terminal = new Terminal();
  const progress = progressBar('Training', 'steps', terminal, {});
  vi.advanceTimersByTime(60_000);
  progress.update(10, 100);
  vi.advanceTimersByTime(1_000);
  progress.update(20, 100);
  expect(terminal.line).toContain('0:08 left');
});

test('a bar that looks full says that all is done', () => {
  const terminal = new Terminal();
  const progress = begin(terminal);
  progress.update(999, 1000);
  expect(terminal.line).toContain(`${'█'.repeat(29)}░`);
  vi.advanceTimersByTime(100);
  progress.update(1000, 1000);
  expect(terminal.line).toContain('█'.repeat(30));
});

describe('on a narrow terminal', () => {
  test.each([120, 100, 80, 60, 40, 30, 20, 8, 1])('of %i columns it stays on one line', (columns) => {
    const terminal = new Terminal(columns);
    begin(terminal).update(40, 100, 'epoch 4: loss 0.25000000', 12_345);
    expect(terminal.line.length).toBeLessThan(columns);
    expect('Training 40 of 100 steps'.startsWith(terminal.line) || terminal.line.includes('40 of 100 steps')).toBe(
      true,
    );
  });

  test('the pace goes first, then the bar, then the loss, then the time', () => {
    const shown = (columns: number) => {
      const terminal = new Terminal(columns);
      begin(terminal).update(40, 100, 'loss 0.25', 500);
      return terminal.line;
    };
    expect(shown(76)).toBe('Training ████░░░░░░ 40 of 100 steps, 0:15 left, loss 0.25, 500 examples/s');
    expect(shown(59)).toBe('Training ████░░░░░░ 40 of 100 steps, 0:15 left, loss 0.25');
    expect(shown(50)).toBe('Training 40 of 100 steps, 0:15 left, loss 0.25');
    expect(shown(40)).toBe('Training 40 of 100 steps, 0:15 left');
    expect(shown(30)).toBe('Training 40 of 100 steps');
    expect(shown(12)).toBe('Training 40');
  });

  test('that does not say its width it takes 80', () => {
    const terminal = new Terminal(0);
    begin(terminal).update(40, 100, 'epoch 4: loss 0.25000000', 12_345);
    expect(terminal.line.length).toBeLessThan(80);
    expect(terminal.line).toContain('loss 0.25000000');
  });

  test('it follows the width', () => {
    const terminal = new Terminal(120);
    const progress = begin(terminal);
    progress.update(40, 100, 'epoch 4: loss 0.25000000', 12_345);
    terminal.columns = 30;
    terminal.listeners.forEach((listener) => listener());
    expect(terminal.line).toBe('Training 40 of 100 steps');
    progress.end();
    expect(terminal.listeners).toEqual([]);
  });
});

test('draws at most every 50 ms', () => {
  const terminal = new Terminal();
  const progress = begin(terminal);
  for (let done = 1; done <= 100; done++) {
    progress.update(done, 100);
    vi.advanceTimersByTime(10);
  }
  expect(terminal.written.length).toBeLessThanOrEqual(22);
  expect(terminal.written.length).toBeGreaterThan(15);
});

test('leaves nothing behind, in every case its own line only', () => {
  const terminal = new Terminal();
  const progress = begin(terminal);
  progress.update(40, 100);
  progress.end();
  expect(terminal.line).toBe('');
  expect(terminal.written.join('')).not.toContain('\n');
});

describe('colour', () => {
  const shown = (environment: Record<string, string>) => {
    const terminal = new Terminal();
    begin(terminal, environment).update(40, 100);
    return terminal.written.join('');
  };
  test('is there, and not with NO_COLOR', () => {
    expect(shown({})).toContain('\x1b[36m');
    expect(shown({ NO_COLOR: '1' })).not.toContain('\x1b[36m');
    // https://no-color.org: an empty value does not count.
    expect(shown({ NO_COLOR: '' })).toContain('\x1b[36m');
  });
});

test('prints nothing where stderr is no terminal, or cannot go back in a line', () => {
  for (const [terminal, environment] of [
    [new Terminal(80, false), {}],
    [new Terminal(), { TERM: 'dumb' }],
  ] as const) {
    const progress = begin(terminal, environment);
    progress.update(40, 100, 'loss 1', 3);
    progress.end();
    expect([terminal.written, terminal.listeners]).toEqual([[], []]);
  }
});

test.each([
  [0, '0:00'],
  [0.4, '0:00'],
  [59.6, '1:00'],
  [61, '1:01'],
  [3599, '59:59'],
  [3600, '1:00:00'],
  [3723, '1:02:03'],
  [360_000, '100:00:00'],
])('%d seconds are %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

test.each([
  [0.5, '0.5 examples/s'],
  [870.4, '870 examples/s'],
  [12_345, '12,300 examples/s'],
  [9_876_543, '9,880,000 examples/s'],
])('%d examples in a second are %s', (rate, text) => expect(rateText(rate)).toBe(text));
