/**
 * Vite plugin: makes `import source from '…/name.wgsl'` a string of plain WGSL.
 *
 * Shaders may import each other's declarations (WESL: `import package::activation::activate;`,
 * where `package` is the shaders/ folder). They are linked here, at build time, so the linker never
 * ships. A condition of WESL's `@if` holds where it is named behind the path: `name.wgsl?inStorage`.
 * What is shipped has no comments and no indentation, which are half of it; lines stay lines, so that a compiler's
 * message can be found. The plugin changes nothing else in a shader: no templates, no substitution.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { link } from 'wesl/core';
import type { Plugin } from 'vite';

const EXTENSION = '.wgsl';

/** Conditions that shaders know; those that are not named do not hold. */
const CONDITIONS = ['alone', 'inStorage'];

/** Links one shader with what it imports from its own folder, under these conditions; returns plain WGSL. */
export async function linkShader(
  path: string,
  holding: readonly string[] = [],
): Promise<{ code: string; modules: string[] }> {
  const folder = dirname(path);
  const files = (await readdir(folder)).filter((file) => file.endsWith(EXTENSION));
  const entries = await Promise.all(
    files.map(async (file) => [file.replace(EXTENSION, '.wesl'), await readFile(join(folder, file), 'utf8')] as const),
  );
  const linked = await link({
    weslSrc: Object.fromEntries(entries),
    rootModuleName: basename(path, EXTENSION),
    conditions: Object.fromEntries(CONDITIONS.map((name) => [name, holding.includes(name)])),
  });
  return { code: withoutComments(linked.dest), modules: files.map((file) => join(folder, file)) };
}

/** WGSL has no strings that could hold the sign of a comment; block comments may be nested, and are not used here. */
function withoutComments(code: string): string {
  if (code.includes('/*')) throw new Error('A shader has a block comment; line comments alone are taken out.');
  const lines = code.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
  return `${lines.filter(Boolean).join('\n')}\n`;
}

export function wgsl(): Plugin {
  return {
    name: 'idli-wgsl',
    enforce: 'pre',
    async load(id) {
      const [path = id, query = ''] = id.split('?', 2);
      if (!path.endsWith(EXTENSION)) return null;
      const { code, modules } = await linkShader(path, query.split('&'));
      for (const module of modules) this.addWatchFile(module);
      return { code: `export default ${JSON.stringify(code)};`, moduleType: 'js' };
    },
  };
}
