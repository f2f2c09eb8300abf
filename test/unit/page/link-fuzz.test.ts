/**
 * Links from strangers: whatever stands in a hash, reading it gives a state that the page knows, or the start and one sentence; it never
 * throws, never changes what other objects inherit, and never unpacks more than its limit. The judge itself is judged by readers that
 * each do one thing wrong.
 */
import type * as fflate from 'fflate';
import { deflateSync, strToU8 } from 'fflate';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkRun, LAB_START } from '../../../src/page/lab/lab-state.js';
import { hashOf, readHash, type ReadLink } from '../../../src/page/state/link.js';
import { type PageState, START, VIEWS } from '../../../src/page/state/page-state.js';

const unpacked = vi.hoisted(() => ({ bytes: 0 }));

vi.mock('fflate', async (original) => {
  const real = await original<typeof fflate>();
  class CountedInflate extends real.Inflate {
    constructor(take: (part: Uint8Array, isLast: boolean) => void) {
      super((part, isLast) => {
        unpacked.bytes += part.length;
        take(part, isLast);
      });
    }
  }
  return { ...real, Inflate: CountedInflate };
});

/** What link.ts allows a state, and what one more piece of its input can unpack to: deflate's limit is 1032 to 1. */
const MOST_UNPACKED = 4 * 1024 * 1024 + 1024 * 1032 + 64 * 1024;

const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const linkOf = (json: string, view = 'lab') => `#${view}/${base64Url(deflateSync(strToU8(json)))}`;

/** What is wrong with how a link was read. */
function faultsOf(hash: string, read: (hash: string) => ReadLink = readHash): string[] {
  const inherited = Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
  unpacked.bytes = 0;
  const faults: string[] = [];
  try {
    const { state, problem } = read(hash);
    if (problem !== undefined) faults.push(...faultsOfSentence(problem, state));
    faults.push(...faultsOfState(state));
  } catch (error) {
    faults.push(`it throws ${String(error)}`);
  }
  const after = Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;
  if (after !== inherited) faults.push('all objects inherit something else');
  if (unpacked.bytes > MOST_UNPACKED) faults.push(`it unpacks ${unpacked.bytes} bytes`);
  return faults;
}

function faultsOfSentence(problem: string, { view, ...rest }: PageState): string[] {
  const faults: string[] = [];
  if (!/^The link [\s\S]+[.]$/.test(problem)) faults.push(`no sentence: ${problem}`);
  if (problem.length > 500) faults.push(`${problem.length} characters about a link`);
  const { view: _, ...start } = START;
  if (!VIEWS.includes(view) || JSON.stringify(rest) !== JSON.stringify(start)) faults.push('half a state is shown');
  return faults;
}

function faultsOfState(state: PageState): string[] {
  const faults: string[] = [];
  if (!VIEWS.includes(state.view)) faults.push(`no view is called ${String(state.view)}`);
  if (Object.keys(state).sort().join() !== 'lab,view,walkthrough') faults.push('unknown parts of a state');
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > 40) throw new Error('it is too deep');
    const prototype: unknown = Object.getPrototypeOf(value);
    if (![Object.prototype, Array.prototype].includes(prototype as object)) faults.push('an object of another kind');
    for (const key of Object.keys(value)) if (key in Object.prototype) faults.push(`a field called ${key}`);
    Object.values(value).forEach((one) => walk(one, depth + 1));
  };
  walk(state, 0);
  checkRun(state.lab.run);
  // What it shows can be written as a link again, and is read back the same.
  if (JSON.stringify(readHash(hashOf(state)).state) !== JSON.stringify(state))
    faults.push('its own link leads elsewhere');
  return faults;
}

const expectSound = (hash: string): void => {
  expect(faultsOf(hash), hash.slice(0, 200)).toEqual([]);
};

const HTML = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

/** Values that programs trip over. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, '', HTML, [], {}, [[]], -0, -1, 0.5, 1e308, 2 ** 53, 2 ** 31, -(2 ** 63), true, '\u202e', '\ud800', '\0'],
    { name: HTML },
    { name: 'toString' },
    { length: 4e9 },
    { toString: 1, valueOf: 1 },
    { toJSON: 1 },
    Array.from({ length: 1000 }, () => HTML),
    JSON.parse('{"__proto__":{"polluted":true}}'),
    JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  ),
  fc.jsonValue(),
);

const LAB_JSON = JSON.stringify({ walkthrough: { seed: 3, passes: 9 }, lab: LAB_START });

/** Every place of a document, as the keys that lead there. */
function placesOf(value: unknown, here: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...here, key]))];
}

/** A document with another value at one place, or with one field more there. */
function changedAt(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = (document as Record<string, unknown>)[key];
  const changed = changedAt(inner, rest, value);
  if (Array.isArray(document)) return (document as unknown[]).map((one, i) => (String(i) === key ? changed : one));
  return Object.fromEntries([...Object.entries(document as object), [key, changed]]);
}

afterEach(() => {
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('a hash of anything', () => {
  test('as text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => expectSound(text)));
    fc.assert(fc.property(fc.constantFrom(...VIEWS), fc.string(), (view, text) => expectSound(`#${view}/${text}`)));
  });

  test('as bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => expectSound(`#lab/${base64Url(bytes)}`)));
  });

  test('as bytes that unpack', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => expectSound(`#lab/${base64Url(deflateSync(bytes))}`)),
    );
  });

  test('as JSON', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (json) => expectSound(linkOf(json))));
    const parts = fc.record({ walkthrough: fc.jsonValue(), lab: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(fc.property(parts, (document) => expectSound(linkOf(JSON.stringify(document)))));
  });
});

describe('a link', () => {
  const whole = linkOf(LAB_JSON);

  test('is read back as it was written', () => {
    expect(faultsOf(whole)).toEqual([]);
    expect(readHash(whole)).toEqual({
      state: { ...START, view: 'lab', walkthrough: { seed: 3, passes: 9 } },
      problem: undefined,
    });
  });

  test('that is cut off anywhere', () => {
    for (let length = 0; length < whole.length; length++) expectSound(whole.slice(0, length));
    expect(readHash(whole.slice(0, -5)).problem).toMatch(/^The link is damaged: /);
  });

  test('with any of its bits turned', () => {
    const bytes = Buffer.from(whole.slice('#lab/'.length), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const turned = Uint8Array.from(bytes);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      expectSound(`#lab/${base64Url(turned)}`);
    }
  });

  test('with something hostile at any of its places', () => {
    const places = placesOf(JSON.parse(LAB_JSON));
    expect(places.length).toBeGreaterThan(25);
    fc.assert(
      fc.property(fc.constantFrom(...places), hostile, (place, value) =>
        expectSound(linkOf(JSON.stringify(changedAt(JSON.parse(LAB_JSON), place, value)))),
      ),
      { numRuns: 1500 },
    );
  });

  test('with a field more at any of its objects', () => {
    const places = placesOf(JSON.parse(LAB_JSON));
    const names = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', HTML),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), names, hostile, (place, name, value) => {
        const at = place.reduce<unknown>((one, key) => Reflect.get(one as object, key), JSON.parse(LAB_JSON));
        fc.pre(typeof at === 'object' && at !== null && !Array.isArray(at));
        expectSound(linkOf(JSON.stringify(changedAt(JSON.parse(LAB_JSON), [...place, name], value))));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['__proto__', 'constructor', 'toString'])('with a field called %s is refused', (name) => {
    const inLayer = LAB_JSON.replace('"units":32', `"units":32,"${name}":{"polluted":true}`);
    const written = name.replace(/./, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
    const hidden = LAB_JSON.replace('"lab":{', `"lab":{"${written}":{"polluted":true},`);
    for (const json of [inLayer, hidden]) {
      expectSound(linkOf(json));
      expect(readHash(linkOf(json)).problem).toContain(`it has a field called ${name}`);
    }
  });
});

describe('a bomb', () => {
  test('of zeros, of blanks, of nines, of brackets, of a name', () => {
    const size = 60 * 1024 * 1024;
    const bombs = ['\0', ' ', '9', '[', '{"a":'].map((text) => text.repeat(size / text.length));
    for (const bomb of [...bombs, `{"${'k'.repeat(3_000_000)}":1}`, `"${'x'.repeat(4_000_000)}"`]) {
      const hash = linkOf(bomb);
      expect(hash.length).toBeLessThan(256 * 1024);
      expectSound(hash);
      expect(readHash(hash).problem).toMatch(/^The link (is damaged: |has a field |says )/);
    }
  });

  test('is not unpacked where its text alone is too long', () => {
    expectSound(`#lab/${'A'.repeat(300_000)}`);
    expect(unpacked.bytes).toBe(0);
  });

  test('of nesting, as deep as its size allows', () => {
    for (const depth of [33, 1000, 1_000_000]) {
      const json = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      expectSound(linkOf(json));
      expectSound(linkOf(LAB_JSON.replace('"relu"', json)));
      expect(readHash(linkOf(json)).problem).toMatch(/nested too deep|holds no JSON/);
    }
  });

  test('of rows, of layers, of names: within its size it is refused or bounded', () => {
    const many = (text: string, count: number) => Array.from({ length: count }, () => text).join(',');
    const documents = [
      LAB_JSON.replace('"layers":[', `"layers":[${many('{"units":1000000}', 50_000)},`),
      LAB_JSON.replace('"metrics":[', `"metrics":[${many('"accuracy"', 200_000)},`),
      LAB_JSON.replace(/"data":\{[^}]*\}/, `"data":{"x":[${many('[1,2]', 200_000)}],"y":[${many('[1]', 200_000)}]}`),
    ];
    for (const json of documents) expectSound(linkOf(json));
  });
});

test('control: the judge finds a reader that throws, believes, pollutes, rambles, or unpacks it all', async () => {
  const { Inflate } = await import('fflate');
  const believed = (value: unknown): ReadLink => ({ state: value as PageState, problem: undefined });
  const wrong: readonly (readonly [(hash: string) => ReadLink, RegExp])[] = [
    [(hash) => believed(JSON.parse(hash)), /it throws SyntaxError/],
    [() => believed({ ...START, view: HTML }), /no view is called/],
    [() => believed({ ...START, lab: { ...LAB_START, constructor: 1 } }), /a field called constructor/],
    [() => ({ state: START, problem: HTML }), /no sentence/],
    [() => ({ state: START, problem: `The link is ${'long '.repeat(200)}.` }), /characters about a link/],
    [() => ({ state: { ...START, walkthrough: { seed: 2, passes: 0 } }, problem: 'The link is odd.' }), /half a state/],
    [
      () => {
        Reflect.set(Object.prototype, 'polluted', true);
        return believed(START);
      },
      /all objects inherit/,
    ],
    [
      () => {
        new Inflate(() => undefined).push(deflateSync(new Uint8Array(20_000_000)), true);
        return believed(START);
      },
      /it unpacks 20000000 bytes/,
    ],
  ];
  for (const [read, fault] of wrong) {
    const faults = faultsOf('#lab', read);
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(faults.join('\n')).toMatch(fault);
  }
});
