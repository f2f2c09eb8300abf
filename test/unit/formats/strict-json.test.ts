/** JSON of strangers: what JSON.parse makes of it, or a refusal where an object has a key twice or nests too deep. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictJson } from '../../../src/formats/strict-json.js';
import { formatRefusal } from './format-refusal.js';

const refusal = (text: string) => formatRefusal(() => parseStrictJson(text, 'f', 'here'));

test('any JSON, however it is spaced, is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\t', '  '), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(parseStrictJson(text, 'f', 'here')).toEqual(JSON.parse(text));
    }),
  );
});

describe('a key twice', () => {
  test.each([
    ['{"a":1,"a":2}', '"a"'],
    ['{"a":1,"b":[{"c":{},"c" \n:0}]}', '"c"'],
    ['{"\\"":1,"\\u0022":2}', '"\\""'],
    ['{"a":"}","b":"{","a":","}', '"a"'],
    ['{"__proto__":1,"__proto__":1}', '"__proto__"'],
    ['{"":1,"":1}', '""'],
  ])('%s', (text, key) => {
    expect(refusal(text)).toBe(`f, here: found the key ${key} twice, expected each key once.`);
  });

  test.each([
    '{"a":{"a":{"a":1}},"b":{"a":2}}',
    '["a","a",{"a":"a"}]',
    '{"a":"\\"a\\":","b":["a",":"],"c":"\\\\"}',
    '"a:"',
  ])('control: %s has none', (text) => {
    expect(parseStrictJson(text, 'f', 'here')).toEqual(JSON.parse(text));
  });
});

test('64 levels are read, 65 are not', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(refusal(nested(64))).toBeUndefined();
  expect(refusal(nested(65))).toBe('f, here: found JSON nested deeper than 64, expected at most 64 levels.');
  expect(refusal('[1,]')).toBe('f, here: found text that is no JSON, expected JSON.');
});
