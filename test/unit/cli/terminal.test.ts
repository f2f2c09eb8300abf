/** What reaches a terminal: nothing that it obeys; and that there is one way to it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { shownPath } from '../../../src/cli/shown-path.js';
import { printable, table } from '../../../src/cli/table.js';
import { print, say, terminalText } from '../../../src/cli/terminal.js';
import { DataError } from '../../../src/data/data-error.js';

const ERASE = '\u001b[2J';
/** Everything that a terminal obeys, in 7 bits and in 8, and what turns the direction of writing. */
const OBEYED = /[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('terminalText', () => {
  test.each([
    [`a${ERASE}b`, 'a\\u001b[2Jb'],
    ['\u009b2J', '\\u009b2J'],
    ['right\rwrong', 'right\\u000dwrong'],
    ['\u0007\u0008\u007f', '\\u0007\\u0008\\u007f'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
  ])('%j is shown as an escape', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  test('control: texts of all languages, lines and the rest stay as they are', () => {
    const text = 'Straße, 東京, émoji 👩‍🚀, −1 × 2 …\n\\u001b is six signs\n';
    expect(terminalText(text)).toBe(text);
  });

  test('a document in JSON says the same as before, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const shown = terminalText(JSON.stringify(value, undefined, indent));
        expect(shown).not.toMatch(OBEYED);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    const names = { '\u009b2J': '\u202e\u0085\u007f' };
    expect(JSON.parse(terminalText(JSON.stringify(names)))).toEqual(names);
    // Control: JSON alone leaves such signs as they are.
    expect(JSON.stringify(names)).toMatch(OBEYED);
  });
});

test('both streams are written through it', () => {
  const told: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  }
  print(ERASE);
  say(ERASE, '');
  expect(told).toEqual(['\\u001b[2J\n', '\\u001b[2J']);
});

test('a cell of a table is one line, as wide as it looks; a path is quoted where it is odd', () => {
  expect(table(['a\nb', 'c'], [['1\r\n2', `x${ERASE}`]], 1)).toEqual([
    'a\ufffdb       c',
    '1\ufffd\ufffd2  x\ufffd[2J',
  ]);
  expect(printable('a\nb')).toBe('a\ufffdb');
  expect(shownPath(`a${ERASE}\n.csv`)).toBe('"a\\u001b[2J\\n.csv"');
});

test('the sentence of an error is one line, of bounded length, with nothing in it that a terminal obeys', () => {
  const { message } = new DataError('a.csv', 'column \u001b[2J\nb', 'c'.repeat(10_000), '\u009b\u202e');
  expect(message).not.toMatch(OBEYED);
  expect(message).not.toContain('\n');
  expect(message.length).toBeLessThan(1000);
});

/** Lines of the command line's source that write to a stream, or hand one on, by file. */
function writers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /process\.(stdout|stderr)\b(?!\.(on|isTTY)\b)|console\.|stderr\.write/.test(
        readFileSync(join(folder, file), 'utf8'),
      ),
    )
    .sort();
}

test('there is no other way: the progress bar draws numbers and words of its own, the interruption says a sentence of its own', () => {
  expect(writers('src/cli')).toEqual(['interrupt.ts', 'progress.ts', 'terminal.ts']);
});
