/**
 * The page makes no HTML, no script and no address from data: what a link, a file or a driver says is text in it. Preact escapes texts; here
 * stands that nobody goes around it, but for the formulas, which are built from the page's own sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PAGE = 'src/page';

/** What takes a text for HTML, for a script, or for an address to go to. */
const WAYS: Readonly<Record<string, RegExp>> = {
  'HTML from a text':
    /dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc/,
  'a script from a text': /(?<![.\w])eval\(|\bnew Function\b|\bset(Timeout|Interval)\(\s*['"`]|javascript:/,
  'an address from a value': /\b(href|src|action|formAction|data)=\{(?!`#\$\{name\}`\})/,
  'another page': /\bwindow\.open\(|location\.(assign|replace)\(|location(\.href)? = /,
};

const FILES = readdirSync(PAGE, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

function users(way: RegExp, textOf = (file: string) => readFileSync(join(PAGE, file), 'utf8')): string[] {
  return FILES.filter((file) => way.test(textOf(file))).sort();
}

test.each<[string, readonly string[]]>([
  ['HTML from a text', ['walkthrough/formula.tsx']],
  ['a script from a text', []],
  ['an address from a value', []],
  ['another page', []],
])('%s: %j alone', (way, expected) => {
  expect(FILES.length).toBeGreaterThan(100);
  expect(users(WAYS[way]!)).toEqual(expected);
});

test('the HTML of formulas is of the sources: files that are made when the page is built', () => {
  const textOf = (file: string) => readFileSync(join(PAGE, 'walkthrough', file), 'utf8');
  expect(users(/<Formula\b/)).toEqual(['walkthrough/steps.tsx']);
  expect(textOf('steps.tsx')).toContain('<Formula html={formula} />');
  // Each step's formula is an import, and a field in short form.
  const sections = textOf('sections.tsx');
  const imported = [...sections.matchAll(/^import (\w+) from '\.\/formulas\/\w+\.tex';$/gm)].map(([, name]) => name);
  const used = [...sections.matchAll(/\bformula: ([^,;\n]+),$/gm)].map(([, value]) => value);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((value) => !imported.includes(value))).toEqual([]);
});

test.each([
  ['HTML from a text', '<p dangerouslySetInnerHTML={{ __html: name }} />'],
  ['a script from a text', 'new Function(code)'],
  ['an address from a value', '<a href={run.data}>'],
  ['another page', 'location.href = link'],
])('control: %s is found', (way, text) => {
  expect(users(WAYS[way]!, () => text)).toHaveLength(FILES.length);
});
