/**
 * JSON as somebody writes it who wants to break its reader: a document that was right, with another value at one of its places, a
 * field more whose name means something to JavaScript, numbers beyond all numbers, halves of characters, texts and nesting without
 * measure; and texts that are no JSON any more. It knows no document.
 */
import fc from 'fast-check';

/** A piece of text that stands in the JSON as it is. */
class Raw {
  constructor(readonly text: string) {}
}

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
];
const HTML = '<img src=x onerror="alert(1)"></script>';
const deep = (depth: number, open: string, close: string) => new Raw(open.repeat(depth) + close.repeat(depth));

const POISON: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    [],
    {},
    [[]],
    [null],
    -0,
    -1,
    0.5,
    3,
    1e308,
    -1e308,
    5e-324,
    2 ** 24,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    -(2 ** 63),
  ],
  ...['1e400', '-1e400', '1E+999999999', '0.1e-99999', '123456789012345678901234567890', '-0'].map(
    (text) => new Raw(text),
  ),
  ...['NaN', 'Infinity', 'undefined', '01', "'x'", '"\\ud800"', '"\\u0000"', '"\\u001b[2J"'].map(
    (text) => new Raw(text),
  ),
  ...[
    HTML,
    '\u202e',
    '\ufeff',
    '../../x',
    'C:\\x',
    'file:///etc/passwd',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...['x'.repeat(20_000), Array.from({ length: 3000 }, () => 0), Array.from({ length: 300 }, () => HTML)],
  ...[33, 65, 200, 20_000].flatMap((depth) => [deep(depth, '[', ']'), deep(depth, '{"a":', '}'), deep(depth, '[', '')]),
  { name: 'toString' },
  { type: 'constructor' },
  { length: 2 ** 32 },
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'),
];

type Path = readonly string[];

/** Every place of a document, as the keys that lead there; of long lists the first few. */
function placesOf(value: unknown, here: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || value instanceof Raw) return [here];
  return [
    here,
    ...Object.entries(value)
      .slice(0, 12)
      .flatMap(([key, inner]) => placesOf(inner, [...here, key])),
  ];
}

function changedAt(value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [
    name,
    name === key ? changedAt(inner, rest, change) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** `JSON.stringify` that lets pieces of text through and writes a key `__proto__`. */
function written(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`)
    .join(',')}}`;
}

type Change = (old: unknown) => unknown;

const poison = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...POISON) },
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
);
const replaced = poison.map(
  (value): Change =>
    () =>
      value,
);
const added = fc
  .tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary' }), fc.constant('k'.repeat(5000))), poison)
  .map(([name, value]): Change => (old) => {
    if (Array.isArray(old)) return [...(old as unknown[]), value];
    return typeof old === 'object' && old !== null
      ? Object.fromEntries([...Object.entries(old), [name, value]])
      : value;
  });
const removed = fc.nat(20).map((n): Change => (old) => {
  if (typeof old !== 'object' || old === null) return old;
  const entries = Object.entries(old as Record<string, unknown>).filter((_, i, all) => i !== n % all.length);
  return Array.isArray(old) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
});
const repeated = fc.integer({ min: 2, max: 300 }).map(
  (times): Change =>
    (old) =>
      Array.isArray(old) ? Array.from({ length: times }, () => old as unknown[]).flat() : old,
);
const scaled = fc.double({ noNaN: true }).map(
  (factor): Change =>
    (old) =>
      typeof old === 'number' ? old * factor : old,
);

/** Characters: a list takes some thirty bytes for each of its two, and the judge has a limit for what an input takes. */
const LONGEST = 500_000;

/** One of the documents as text after one to three changes. */
export function changedJson(documents: readonly unknown[]): fc.Arbitrary<string> {
  const change = fc.oneof(
    { weight: 4, arbitrary: replaced },
    { weight: 2, arbitrary: added },
    removed,
    repeated,
    scaled,
  );
  const parts = fc.tuple(fc.nat(), change);
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(parts, { minLength: 1, maxLength: 3 }))
    .map(([document, changes]) =>
      written(
        changes.reduce<unknown>((value, [n, apply]) => {
          const places = placesOf(value);
          return changedAt(value, places[n % places.length]!, apply);
        }, document),
      ).slice(0, LONGEST),
    );
}

/** The usual mixture for a text of JSON: changed, any, torn, said twice. */
export function hostileJson(documents: readonly unknown[]): fc.Arbitrary<string> {
  const changed = changedJson(documents);
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    fc.json({ maxDepth: 4 }),
    fc
      .tuple(changed, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([text, share]) => text.slice(0, share * text.length)),
    changed.map((text) => text.replace(/("[^"]*":)([^,{}[\]]*),/, '$1$2,$1$2,')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
}

/** The value of a text, where it has one; a text that is no JSON is another reader's matter. */
export function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
