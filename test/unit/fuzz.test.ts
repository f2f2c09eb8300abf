/**
 * Hostile input for every reader, for a fixed number of cases: `npm run fuzz` runs the same targets for as long as one likes. The judge
 * itself is judged by readers that each do one thing wrong.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunError } from '../../src/core/run-error.js';
import { FUZZ_TARGETS } from '../support/fuzz/targets.js';
import { outcomeOf, target } from '../support/fuzz/judge.js';
import { main } from '../../tools/fuzz.js';

const CASES = 150;
/** What nobody hits by chance, and what is of another run whatever it says. */
const NEVER_RIGHT = ['run of any value', 'checkpoint of another run'];

describe('a value or a sentence, and nothing else', () => {
  test.each(FUZZ_TARGETS)('$name', async (one) => {
    const counts = { accepted: 0, refused: 0 };
    const { failure, smallest } = await one.run({ seed: 20, cases: CASES, onOutcome: (outcome) => counts[outcome]++ });
    expect(failure && `${failure}\n${smallest}`).toBeUndefined();
    expect(counts.accepted + counts.refused).toBe(CASES);
    // The store of what was measured refuses nothing: a text that it cannot use says nothing.
    if (one.name !== 'tuning store') expect(counts.refused).toBeGreaterThan(CASES / 10);
    // Of the others some are right in spite of all, or what is behind the first checks is never seen.
    if (!NEVER_RIGHT.includes(one.name)) expect(counts.accepted).toBeGreaterThan(0);
  });

  test('no two targets have one name', () => {
    expect(new Set(FUZZ_TARGETS.map(({ name }) => name)).size).toBe(FUZZ_TARGETS.length);
  });
});

describe('control: the judge finds a reader that', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['falls over', () => (undefined as unknown as string).length, /Cannot read properties/],
    ['throws what is no error', () => Promise.reject('no'), /no/], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
    ['says no sentence', () => Promise.reject(new Unsaid('')), /No sentence/],
    ['says two lines', () => Promise.reject(new Unsaid('a: found b,\nexpected c.')), /No sentence/],
    ['says what a terminal obeys', () => Promise.reject(new Unsaid('a: found \u001b[2J, expected c.')), /Control/],
    [
      'says too much',
      () => Promise.reject(new Unsaid(`a: found ${'b'.repeat(5000)}.`)),
      /A sentence of 5010 characters/,
    ],
    ['believes a header', () => new Float64Array(2 ** 26), /It took \d{9} bytes of memory/],
    ['makes a list as long as it is told', () => new Array<number>(2 ** 25).fill(0), /It took \d{9} bytes of memory/],
    [
      'changes what objects inherit',
      () => Reflect.set(Object.prototype, 'polluted', true),
      /All objects inherit .*polluted/,
    ],
  ])('%s', async (_, read, fault) => {
    try {
      await expect(outcomeOf(read)).rejects.toThrow(fault);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  test('keeps to the rules is left alone', async () => {
    expect(await outcomeOf(() => 1)).toBe('accepted');
    expect(await outcomeOf(() => Promise.reject(new RunError('a\u001b', 'b\n', 'c')))).toBe('refused');
  });

  test('fails for one input alone: that very input is shown, and its seed shows it again', async () => {
    const broken = target('broken', fc.nat(1000), (n) => {
      if (n >= 200) throw new TypeError('beyond 200');
    });
    const found = await broken.run({ seed: 5, cases: 100 });
    expect(found).toMatchObject({ smallest: '200', failure: expect.stringContaining('beyond 200') as unknown });
    expect(await broken.run({ seed: 5, cases: 100 })).toEqual(found);
  });
});

/** An error of ours that says what it is told to say. */
class Unsaid extends RunError {
  constructor(override readonly message: string) {
    super('', '', '');
  }
}

describe('npm run fuzz', () => {
  const told = async (...args: readonly string[]) => {
    const lines: string[] = [];
    const code = await main(args, (text: string) => void lines.push(text));
    return { code, lines };
  };

  test('runs each target once, and counts', async () => {
    const { code, lines } = await told('--minutes', '0', '--seed', '3', '--only', 'run document');
    expect(code).toBe(0);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^run document +200 cases +\d+ accepted +\d+ refused +0 failed$/);
  });

  test('control: options that are none end with 2', async () => {
    expect(await told('--minutes', 'x')).toEqual({
      code: 2,
      lines: ['--minutes: found x, expected a number of at least 0.'],
    });
    expect((await told('--seed', '0.5')).lines).toEqual(['--seed: found 0.5, expected a whole number.']);
    expect((await told('--only', 'nothing')).lines[0]).toContain(
      '--only: found nothing, expected a part of one of: run document',
    );
    expect((await told('--faster')).code).toBe(2);
  });
});
