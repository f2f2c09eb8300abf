/** The code that the walkthrough shows is what stands in the files; its formulas need no style attributes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { excerptText } from '../../../src/page/walkthrough/code-texts.js';
import { CutError, cutCase, cutDeclaration, entryOf, indented } from '../../../src/page/walkthrough/cut-code.js';
import { EPOCHS_CODE, STEPS } from '../../../src/page/walkthrough/sections.js';
import { WALKTHROUGH_SHADERS } from '../../../src/page/walkthrough/shader-texts.js';
import { formulaHtml, withoutOlderFonts } from '../../../tools/vite-tex.js';

const SOURCE = [
  '/** Says one. */',
  'export function one(): number {',
  '  return 1;',
  '}',
  '',
  'const two = 2;',
  '',
  '/**',
  ' * Of a kind.',
  ' */',
  'export function three(kind: string): number {',
  '  switch (kind) {',
  "    case 'a':",
  '      return 1;',
  "    case 'b': {",
  '      return 2;',
  '    }',
  '    default:',
  '      return 3;',
  '  }',
  '}',
].join('\n');

describe('a declaration is cut out with its comment', () => {
  test('to its closing brace, or the one line that it is', () => {
    expect(cutDeclaration(SOURCE, 'one').split('\n')).toEqual(SOURCE.split('\n').slice(0, 4));
    expect(cutDeclaration(SOURCE, 'two')).toBe('const two = 2;');
    expect(cutDeclaration(SOURCE, 'three').split('\n')).toEqual(SOURCE.split('\n').slice(7));
  });

  test('with one case of its switch, and a mark where others were', () => {
    const three = cutDeclaration(SOURCE, 'three');
    const body = (text: string) => text.split('\n').slice(5, -2);
    expect(body(cutCase(three, 'a'))).toEqual(["    case 'a':", '      return 1;', '    // …']);
    expect(body(cutCase(three, 'b'))).toEqual(['    // …', "    case 'b': {", '      return 2;', '    }', '    // …']);
  });

  test('control: what is not there is an error, and no empty text', () => {
    expect(() => cutDeclaration(SOURCE, 'four')).toThrow(CutError);
    expect(() => cutDeclaration(SOURCE, 'on')).toThrow(CutError);
    expect(() => cutCase(cutDeclaration(SOURCE, 'three'), 'c')).toThrow(CutError);
    expect(() => entryOf('fn helper() {\n}')).toThrow(CutError);
  });
});

const excerpts = [...STEPS.map(({ code }) => code), EPOCHS_CODE].flatMap(({ reference }) => reference);

test.each(excerpts)('every line shown of $name stands in $file', (excerpt) => {
  const lines = readFileSync(excerpt.file, 'utf8').split('\n');
  const shown = excerptText(excerpt).split('\n');
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter((line) => !lines.includes(line) && line.trim() !== '// …')).toEqual([]);
});

describe('WGSL set again', () => {
  test.each(Object.keys(WALKTHROUGH_SHADERS))(
    '%s has the same tokens, and its entry point ends where it ends',
    (name) => {
      const { code } = WALKTHROUGH_SHADERS[name as keyof typeof WALKTHROUGH_SHADERS];
      const tokens = (text: string) => text.replaceAll(/\s+/g, '');
      expect(tokens(indented(code))).toBe(tokens(code));
      const entry = entryOf(code);
      expect(entry).toMatch(/^@compute @workgroup_size\(\w+(, \w+)?\)\nfn main\(/);
      expect(tokens(code)).toContain(tokens(entry));
      expect(entry.split('\n').at(-1)).toBe('}');
      expect(
        entry
          .split('\n')
          .slice(2, -1)
          .every((line) => line.startsWith('  ')),
      ).toBe(true);
    },
  );
});

describe('a formula', () => {
  test('is HTML with MathML, and carries its styles without style attributes', () => {
    const html = formulaHtml(String.raw`L = \tfrac{1}{2} \sum_b (y_b - t_b)^2`);
    expect(html).toContain('<math');
    expect(html).toContain('data-style="');
    expect(html).not.toMatch(/ style=/);
    for (const { formula } of STEPS) expect(formula).not.toMatch(/ style=|<script|katex-error/);
  });

  test('control: what is no TeX fails the build', () => {
    expect(() => formulaHtml(String.raw`\frac{1`)).toThrow();
    expect(() => formulaHtml(String.raw`\nosuchthing`)).toThrow();
  });

  test('needs fonts in one form only', () => {
    const face =
      'src:url(fonts/A.woff2) format("woff2"),url(fonts/A.woff) format("woff"),url(fonts/A.ttf) format("truetype")';
    expect(withoutOlderFonts(face)).toBe('src:url(fonts/A.woff2) format("woff2")');
    const css = withoutOlderFonts(readFileSync('node_modules/katex/dist/katex.min.css', 'utf8'));
    expect(css).not.toMatch(/\.woff\)|\.ttf/);
    expect(css.match(/\.woff2\)/g)!.length).toBeGreaterThan(10);
  });
});
