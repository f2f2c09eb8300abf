/** Shaders as they are shipped, in short names, against the texts that people write: the same declarations, one by one. */
import { readdirSync } from 'node:fs';
import layered from '../../shaders/layered.pack';
import shortLayered from '../../shaders/layered.pack?short';
import others from '../../shaders/layered_others.pack';
import shortOthers from '../../shaders/layered_others.pack?short';
import persistent from '../../shaders/persistent.pack';
import shortPersistent from '../../shaders/persistent.pack?short';
import { describe, expect, test } from 'vitest';
import { isReserved } from '../../tools/wgsl-names.js';
import { declarationsOf, pack, shortened, shortNames, shortShaders, tokensOf } from '../../tools/wgsl-pack.js';
import { declaredName, unpack } from '../../tools/wgsl-unpack.js';

const TEXTS = { ...layered, ...others, ...persistent };
const SHORT = { ...shortLayered, ...shortOthers, ...shortPersistent };
const NAMES = shortNames(Object.values(TEXTS).join('\n'));
const AS_THEY_ARE = new Map<string, string>();

/** A shader's declarations with these names, in an order that says nothing. */
const declarations = (code: string, names: ReadonlyMap<string, string>) =>
  declarationsOf(code)
    .map((one) => shortened(one, names))
    .sort();

/** Old names for new ones. */
const inverse = (names: ReadonlyMap<string, string>) => new Map([...names].map(([name, short]) => [short, name]));

test('both packs list every shader file with an entry point, but the probe', () => {
  const listed = new Set(Object.keys(TEXTS).map((name) => name.split('?')[0]));
  const library = new Set(Object.values(TEXTS).flatMap((code) => declarationsOf(code).map(declaredName)));
  expect(library.has('main')).toBe(true);
  const files = readdirSync('shaders').filter((file) => file.endsWith('.wgsl'));
  expect([...listed].filter((name) => !files.includes(`${name}.wgsl`))).toEqual([]);
  expect(Object.keys(SHORT)).toEqual(Object.keys(TEXTS));
});

describe('what is shipped, in its old names again, is what was written', () => {
  test.each(Object.keys(TEXTS))('%s', (name) => {
    expect(declarations(SHORT[name]!, inverse(NAMES))).toEqual(declarations(TEXTS[name]!, AS_THEY_ARE));
  });

  test('control: where two names become one, it is not', () => {
    const merged = new Map(NAMES).set('gradients', NAMES.get('parameters')!);
    const short = declarationsOf(TEXTS['sgd']!).map((one) => shortened(one, merged));
    expect(declarations(short.join('\n'), inverse(merged))).not.toEqual(declarations(TEXTS['sgd']!, AS_THEY_ARE));
  });

  test('control: a declaration that is missing is noticed', () => {
    const { library, own } = pack(shortShaders(TEXTS));
    const without = library
      .split('\n')
      .filter((line) => declaredName(line) !== NAMES.get('sigmoid'))
      .join('\n');
    const broken = unpack(without, own);
    const differs = Object.keys(TEXTS).filter((name) => broken[name]!.length !== SHORT[name]!.length);
    expect(differs).toContain('activation_forward');
    expect(differs).not.toContain('sgd');
  });
});

test('new names are all different, and none has a meaning in WGSL or in a shader already', () => {
  const words = new Set(Object.values(TEXTS).flatMap(tokensOf));
  const short = [...NAMES.values()];
  expect(new Set(short).size).toBe(short.length);
  expect(short.filter((name) => isReserved(name) || (words.has(name) && !NAMES.has(name)))).toEqual([]);
  // What the host says to a shader, and what WGSL itself says.
  for (const name of ['main', 'WORKGROUP', 'ACTIVATION', 'group', 'binding', 'f32', 'workgroupBarrier', 'x', 'xy']) {
    expect([name, NAMES.get(name)]).toEqual([name, undefined]);
  }
});

test('space goes where nothing would be read as something else', () => {
  const short = (code: string) => shortened(code, AS_THEY_ARE);
  expect(short('let a = b - -c;')).toBe('let a=b- -c;');
  expect(short('var x: array<vec4f, 3> = y;')).toBe('var x:array<vec4f,3> =y;');
  expect(short('return  1.0 / (2u + z.x) ;')).toBe('return 1.0/(2u+z.x);');
  expect(short('@compute @workgroup_size(N) fn main() {\n}')).toBe('@compute@workgroup_size(N)fn main(){}');
});

test('what a shader does not name does not come along, even where a local of it has the name', () => {
  // `b` is a function that two shaders share, and a local of a third.
  const shared = 'fn b()->f32{return 1.0;}';
  const shaders = {
    one: ['fn main(){b();}', shared],
    two: ['fn main(){let q=b();}', shared],
    three: ['fn main(){let b=1;}'],
  };
  const { library, own } = pack(shaders);
  const texts = unpack(library, own);
  for (const [name, all] of Object.entries(shaders)) expect(texts[name]!.split('\n').sort()).toEqual([...all].sort());
});

test('a directive stays in front', () => {
  const first = Object.entries(SHORT).filter(([, code]) => code.includes('enable '));
  expect(first.map(([name, code]) => [name, code.split('\n')[0]])).toEqual([
    ['dense_forward_quads', 'enable subgroups;'],
    ['dense_input_gradient_quads', 'enable subgroups;'],
    ['dense_kernel_gradient_quads', 'enable subgroups;'],
  ]);
});

test('a shader that ends within a declaration is refused', () => {
  expect(() => declarationsOf('fn main() {')).toThrow('ends within a declaration: fn main() {');
});
