/** Runs with comments: what is read, what is refused and where, and that nothing is read otherwise than JSON.parse does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonc } from '../../../src/cli/parse-jsonc.js';
import { DataError } from '../../../src/data/data-error.js';

const read = (text: string) => parseJsonc(text, 'run.json');

function refusal(text: string, name = 'run.json'): string {
  try {
    parseJsonc(text, name);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as Error).message;
  }
  throw new Error(`It was read: ${text}`);
}

describe('reads', () => {
  test.each([
    ['comments of a line and of a block', '{ // one\n "a": 1, /* two\n lines */ "b": 2 }', { a: 1, b: 2 }],
    [
      'what looks like a comment in a text',
      '{"url": "http://x/*y*/", "q": "\\"//"}',
      { url: 'http://x/*y*/', q: '"//' },
    ],
    ['commas before a closing bracket', '{"a": [1, 2,], "b": {"c": 3, /* last */ },}', { a: [1, 2], b: { c: 3 } }],
    ['a byte order mark', '\ufeff[1]', [1]],
    ['a comment at the very end', '7 // done', 7],
    ['Windows line ends', '{\r\n// one\r\n"a": 1\r\n}', { a: 1 }],
    ['empty lists and objects', '[[], {}, [{}]]', [[], {}, [{}]]],
  ])('%s', (_, text, value) => expect(read(text)).toEqual(value));

  test('the same name in different objects', () => {
    expect(read('{"a": {"a": [{"a": 1}, {"a": 2}]}}')).toEqual({ a: { a: [{ a: 1 }, { a: 2 }] } });
  });

  test('lists nested two hundred deep; deeper ones are refused, without running out of stack or memory', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    let value = read(nested(200));
    for (let i = 1; i < 200; i++) value = (value as unknown[])[0];
    expect(value).toEqual([]);
    const sentence = 'run.json, line 1, column 201: found more than 200 brackets inside one another, expected fewer.';
    for (const depth of [201, 100_000]) expect(refusal(nested(depth))).toBe(sentence);
  });

  test('a text of ten million signs', () => {
    expect((read(JSON.stringify('x'.repeat(1e7))) as string).length).toBe(1e7);
  });
});

describe('refuses, with line and column', () => {
  // prettier-ignore
  test.each([
    ['', 'line 1, column 1: found the end of the file, expected a value: a number, a text in double quotes, a list, an object, true, false or null.'],
    ['{"data": ', 'line 1, column 10: found the end of the file, expected a value: a number, a text in double quotes, a list, an object, true, false or null, since the "{" of line 1, column 1 is open.'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: found the text "b", expected "," or "}".'],
    ['{\n  a: 1\n}', 'line 2, column 3: found "a", expected the name of a field in double quotes.'],
    ["{'a': 1}", 'line 1, column 2: found a single quote, expected the name of a field in double quotes.'],
    ['{"a" 1}', 'line 1, column 6: found "1", expected ":" behind the field "a".'],
    ['{"a": }', 'line 1, column 7: found "}", expected a value: a number,'],
    ['[1, , 2]', 'line 1, column 5: found ",", expected a value: '],
    ['[,]', 'line 1, column 2: found ",", expected a value: '],
    ['{,}', 'line 1, column 2: found ",", expected the name of a field in double quotes.'],
    ['[1,,]', 'line 1, column 4: found ",", expected a value: '],
    ['[1}', 'line 1, column 3: found "}", expected "," or "]".'],
    ['{} {}', 'line 1, column 4: found "{", expected the end of the file.'],
    ['[NaN]', 'line 1, column 2: found "NaN", expected a value: '],
    ['[01]', 'line 1, column 2: found "01", expected a value: '],
    ['[.5]', 'line 1, column 2: found ".5", expected a value: '],
    ['[1.]', 'line 1, column 2: found "1.", expected a value: '],
    ['[+1]', 'line 1, column 2: found "+1", expected a value: '],
    ['[1e]', 'line 1, column 2: found "1e", expected a value: '],
    ['[TRUE]', 'line 1, column 2: found "TRUE", expected a value: '],
    ['["a\nb"]', 'line 1, column 4: found a line break in a text, expected a closing double quote, or the sign as an escape.'],
    ['["a\tb"]', 'line 1, column 4: found the sign "\\t" in a text, expected '],
    ['["\\x"]', 'line 1, column 3: found the escape "\\\\x" in a text, expected one of '],
    ['["\\u12g4"]', 'line 1, column 3: found the escape "\\\\u" in a text, expected one of '],
    ['["a', 'line 1, column 4: found the end of the file in a text, expected a closing double quote.'],
    ['[1] /* open', 'line 1, column 5: found a comment without an end, expected "*/" at its end.'],
    ['{"a": 1, // one\n "b": 2,\n "a": 3}', 'line 3, column 2: found the field "a" again, expected it once, as in line 1, column 2.'],
    ['{"a": 1, "\\u0061": 3}', 'line 1, column 10: found the field "a" again, expected it once, '],
    ['{"__proto__": 1, "__proto__": 2}', 'line 1, column 18: found the field "__proto__" again, '],
    ['\ufeff[x]', 'line 1, column 2: found "x", '],
    ['/* two\nlines */ [\r\n\r\n x]', 'line 4, column 2: found "x", '],
    ['[\u00a01]', 'line 1, column 2: found "\u00a0", '],
  ])('%j', (text, sentence) => {
    expect(refusal(text)).toContain(`run.json, ${sentence}`);
    // JSON knows neither comments nor the other liberties, so it refuses all of this too, but for a name given twice.
    if (!sentence.includes(' again')) expect(() => void JSON.parse(text)).toThrow();
  });

  test('in one line, whatever the name of the file', () => {
    expect(refusal('x', 'a\nb.json')).toMatch(/^"a\\nb\.json", line 1, column 1: found "x", .*\.$/);
  });
});

describe('beside JSON.parse', () => {
  test('any value comes back as it was written', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'large' }), (text) => {
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { seed: 1 },
    );
  });

  test('a text that somebody broke is refused by both or by neither', () => {
    const broken = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ':', '0', '-', '.', 'e', 't', '\n', ' '),
      )
      .map(([text, at, sign]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + sign + text.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        const [mine, theirs] = [outcome(() => read(text)), outcome(() => JSON.parse(text) as unknown)];
        // A comma too many is the one liberty that such a change can take; a name given twice is the one refusal.
        if (mine === 'refused' && /again, expected it once/.test(refusal(text))) return;
        if (theirs === 'refused' && /,\s*[\]}]/.test(text)) return;
        expect(mine).toEqual(theirs);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}
