/**
 * Makes many shaders small together: what several declare once, in a library, and without what only people read. Names
 * are made short by one renaming for all, in which no two names become one, so that what a shader computes cannot
 * change; names of override constants, which the host gives values to, and the entry point stay.
 * It takes linked WGSL without comments, and refuses what it cannot split into declarations.
 */
import { isReserved } from './wgsl-names.js';
import { declaredName, unpack } from './wgsl-unpack.js';

/** Some shaders by name, as plain WGSL. */
export type ShaderTexts = Readonly<Record<string, string>>;

export interface Packed {
  /** Declarations that several shaders have, by what no other declaration is called; one a line. */
  readonly library: string;
  /** Of each shader, what else it declares. */
  readonly own: ShaderTexts;
}

/** Words, numbers, space, runs of signs that could be read as one, and any other sign by itself. */
const TOKEN = /[A-Za-z_]\w*|\d[\w.]*|\s+|[-+*/%&|^<>=!~]+|./g;

export function tokensOf(code: string): string[] {
  return code.match(TOKEN) ?? [];
}

/** The declarations of a shader, in order. */
export function declarationsOf(code: string): string[] {
  const declarations: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < code.length; i++) {
    const sign = code[i]!;
    if (sign === '{' || sign === '(') depth += 1;
    if (sign === '}' || sign === ')') depth -= 1;
    if (depth > 0 || (sign !== '}' && sign !== ';')) continue;
    const declaration = code.slice(start, i + 1).trim();
    start = i + 1;
    // A struct may be followed by a semicolon that means nothing.
    if (declaration !== ';') declarations.push(declaration);
  }
  const rest = code.slice(start).trim();
  if (rest || depth !== 0) throw new Error(`The shader ends within a declaration: ${rest.slice(0, 80)}`);
  return declarations;
}

/** Every name that some shader declares and that may be another: functions, constants, variables, parameters, members. */
function declaredNames(code: string): Set<string> {
  const names = new Set<string>();
  for (const [, name] of code.matchAll(/\b(?:fn|const|let|struct|alias|var(?:\s*<[^>]*>)?)\s+(\w+)/g)) names.add(name!);
  for (const [, name] of code.matchAll(/([A-Za-z_]\w*)\s*:/g)) names.add(name!);
  for (const [, name] of code.matchAll(/\boverride\s+(\w+)/g)) names.delete(name!);
  return names;
}

/** New names for old ones, the shortest for what stands most often. No two are the same, and none is in use. */
export function shortNames(code: string): Map<string, string> {
  const declared = declaredNames(code);
  const uses = new Map<string, number>();
  const taken = new Set<string>();
  let before = '';
  for (const token of tokensOf(code)) {
    if (/^[A-Za-z_]/.test(token)) {
      // What an attribute is called is no name of ours (`@group`); nobody may have it as a name either.
      if (before === '@' || !declared.has(token) || isReserved(token)) taken.add(token);
      uses.set(token, (uses.get(token) ?? 0) + 1);
    }
    before = token;
  }
  const old = [...uses.keys()].filter((name) => !taken.has(name));
  old.sort((a, b) => uses.get(b)! - uses.get(a)! || (a < b ? -1 : 1));
  const names = new Map<string, string>();
  const fresh = freshNames((name) => taken.has(name) || isReserved(name));
  for (const name of old) names.set(name, fresh.next().value);
  return names;
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Names of one letter, then of a letter and another or a digit; without end for any shader that a person writes. */
function* freshNames(isTaken: (name: string) => boolean): Generator<string, never> {
  for (const name of LETTERS) if (!isTaken(name)) yield name;
  for (const first of LETTERS) {
    for (const second of [...LETTERS, ...'0123456789']) if (!isTaken(first + second)) yield first + second;
  }
  throw new Error('The shaders have more names than there are of two letters.');
}

/** Code with other names and without any space that is not needed to tell what stands beside it apart. */
export function shortened(code: string, names: ReadonlyMap<string, string>): string {
  const tokens = tokensOf(code);
  return tokens
    .map((token, i) => {
      if (!/^\s/.test(token)) return names.get(token) ?? token;
      const sides = [tokens[i - 1] ?? '', tokens[i + 1] ?? ''];
      const isNeeded = [/\w$|^\w/, /^[-+*/%&|^<>=!~]/].some((kind) => sides.every((side) => kind.test(side)));
      return isNeeded ? ' ' : '';
    })
    .join('');
}

/** All shaders of a product, each as its declarations in short names. */
export function shortShaders(texts: ShaderTexts): Readonly<Record<string, readonly string[]>> {
  const names = shortNames(Object.values(texts).join('\n'));
  return Object.fromEntries(
    Object.entries(texts).map(([name, code]) => [name, declarationsOf(code).map((one) => shortened(one, names))]),
  );
}

/** Which declarations more than one shader has, and no other declaration has the name of. Directives have none. */
function libraryOf(shaders: readonly (readonly string[])[]): Set<string> {
  const uses = new Map<string, number>();
  for (const one of shaders.flat()) uses.set(one, (uses.get(one) ?? 0) + 1);
  const called = new Map<string, number>();
  for (const one of uses.keys()) called.set(declaredName(one), (called.get(declaredName(one)) ?? 0) + 1);
  const isShared = (one: string) => declaredName(one) !== '' && uses.get(one)! > 1;
  return new Set([...uses.keys()].filter((one) => isShared(one) && called.get(declaredName(one)) === 1));
}

/**
 * Packs shaders, so that `unpack` gives each of them again with the very declarations it has. A name may mean something
 * else in another shader: what would come along uninvited stays out of the library.
 */
export function pack(shaders: Readonly<Record<string, readonly string[]>>): Packed {
  const library = libraryOf(Object.values(shaders));
  for (;;) {
    const packed = {
      library: [...library].join('\n'),
      own: Object.fromEntries(
        Object.entries(shaders).map(([name, all]) => [name, all.filter((one) => !library.has(one)).join('\n')]),
      ),
    };
    const unpacked = unpack(packed.library, packed.own);
    const uninvited = Object.entries(shaders).flatMap(([name, all]) =>
      unpacked[name]!.split('\n').filter((one) => !all.includes(one)),
    );
    if (uninvited.length === 0) return packed;
    for (const one of uninvited) library.delete(one);
  }
}
