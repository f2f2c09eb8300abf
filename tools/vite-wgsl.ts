/**
 * Vite plugin: makes `import source from '…/name.wgsl'` a string of plain WGSL, and `import texts from '…/name.pack'`
 * the texts of all shaders that the pack lists, one a line.
 *
 * Shaders may import each other's declarations (WESL: `import package::activation::activate;`,
 * where `package` is the shaders/ folder). They are linked here, at build time, so the linker never
 * ships. A condition of WESL's `@if` holds where it is named behind the path: `name.wgsl?inStorage`.
 * What is shipped has no comments and no indentation; packs that are built (or asked for by `name.pack?short`) have
 * each declaration once and short names too (wgsl-pack.ts). The plugin changes nothing else in a shader: no templates.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { link } from 'wesl/core';
import type { Plugin } from 'vite';
import { pack, shortShaders, type ShaderTexts } from './wgsl-pack.js';
import { unpack } from './wgsl-unpack.js';

const EXTENSION = '.wgsl';
const PACK = '.pack';
/** What several packs of a folder have in common, as a module of its own. */
const COMMON = '/common.pack-js';
/** What puts shaders together where they are used. */
const UNPACK = fileURLToPath(new URL('./wgsl-unpack.ts', import.meta.url));

/** Conditions that shaders know; those that are not named do not hold. */
const CONDITIONS = ['alone', 'inStorage'];

/** The modules of a folder of shaders, by the names that the linker wants. */
async function sourcesIn(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(EXTENSION));
  const entries = await Promise.all(
    files.map(async (file) => [file.replace(EXTENSION, '.wesl'), await readFile(join(folder, file), 'utf8')] as const),
  );
  return Object.fromEntries(entries);
}

/** Links one shader with what it imports, under these conditions; returns plain WGSL. */
async function linkShader(sources: Record<string, string>, name: string, holding: readonly string[]): Promise<string> {
  const linked = await link({
    weslSrc: sources,
    rootModuleName: name,
    conditions: Object.fromEntries(CONDITIONS.map((condition) => [condition, holding.includes(condition)])),
  });
  return withoutComments(linked.dest);
}

/** WGSL has no strings that could hold the sign of a comment; block comments may be nested, and are not used here. */
function withoutComments(code: string): string {
  if (code.includes('/*')) throw new Error('A shader has a block comment; line comments alone are taken out.');
  const lines = code.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
  return `${lines.filter(Boolean).join('\n')}\n`;
}

/** The plain texts of the shaders of every pack of a folder, by pack and then by name. */
export async function linkPacks(folder: string): Promise<Record<string, ShaderTexts>> {
  const sources = await sourcesIn(folder);
  const packs = (await readdir(folder)).filter((file) => file.endsWith(PACK)).sort();
  const texts = packs.map(async (file) => {
    const names = (await readFile(join(folder, file), 'utf8')).split('\n').filter(Boolean);
    const linked = names.map(async (name) => {
      const [shader = '', query = ''] = name.split('?');
      return [name, await linkShader(sources, shader, query.split('&'))] as const;
    });
    return [file, Object.fromEntries(await Promise.all(linked))] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** A module with what packs have in common, and for each pack one that puts its shaders together. */
export function packModules(packs: Readonly<Record<string, ShaderTexts>>, common: string): Record<string, string> {
  const { library, own } = pack(shortShaders(Object.assign({}, ...Object.values(packs)) as ShaderTexts));
  const files = Object.keys(packs);
  const textOf = (file: string) => {
    const names = Object.keys(packs[file]!);
    return unpack(library, Object.fromEntries(names.map((name) => [name, own[name]!])));
  };
  const lines = files.map((file) => new Set(Object.values(textOf(file)).join('\n').split('\n')));
  /** Which packs need a declaration of the library. */
  const users = (one: string) => files.filter((_, i) => lines[i]!.has(one));
  const declarations = library.split('\n');
  const linesOf = (isIn: (packs: readonly string[]) => boolean) =>
    JSON.stringify(declarations.filter((one) => isIn(users(one))).join('\n'));
  const modules: Record<string, string> = {
    [common]: `export const shared = ${linesOf(({ length }) => length > 1)};`,
  };
  for (const file of files) {
    const shaders = Object.fromEntries(Object.keys(packs[file]!).map((name) => [name, own[name]]));
    modules[file] = [
      `import { unpack } from ${JSON.stringify(UNPACK)};`,
      `import { shared } from ${JSON.stringify(common)};`,
      `const library = shared + '\\n' + ${linesOf((packs) => packs.length === 1 && packs[0] === file)};`,
      `const texts = /* @__PURE__ */ unpack(library, ${JSON.stringify(shaders)});`,
      `export default texts;`,
    ].join('\n');
  }
  return modules;
}

export function wgsl(): Plugin {
  let isBuild = false;
  /** By folder, until a file changes: three modules are made of one linking. */
  const linked = new Map<string, ReturnType<typeof linkPacks>>();
  const packsIn = (folder: string) => {
    const packs = linked.get(folder) ?? linkPacks(folder);
    linked.set(folder, packs);
    return packs;
  };
  return {
    name: 'idli-wgsl',
    enforce: 'pre',
    buildStart: () => linked.clear(),
    watchChange: () => linked.clear(),
    configResolved({ command }) {
      isBuild = command === 'build';
    },
    resolveId(id) {
      return id.endsWith(COMMON) ? id : null;
    },
    async load(id) {
      const [path = id, query = ''] = id.split('?', 2);
      const folder = dirname(path);
      if (path.endsWith(EXTENSION)) {
        const sources = await sourcesIn(folder);
        for (const file of Object.keys(sources)) this.addWatchFile(join(folder, file.replace('.wesl', EXTENSION)));
        const code = await linkShader(sources, basename(path, EXTENSION), query.split('&'));
        return { code: `export default ${JSON.stringify(code)};`, moduleType: 'js' };
      }
      if (!path.endsWith(PACK) && !path.endsWith(COMMON)) return null;
      for (const file of await readdir(folder)) this.addWatchFile(join(folder, file));
      const packs = await packsIn(folder);
      if (!isBuild && query !== 'short' && path.endsWith(PACK)) {
        return { code: `export default ${JSON.stringify(packs[basename(path)])};`, moduleType: 'js' };
      }
      const common = join(folder, COMMON);
      return { code: packModules(packs, common)[path.endsWith(COMMON) ? common : basename(path)]!, moduleType: 'js' };
    },
  };
}
