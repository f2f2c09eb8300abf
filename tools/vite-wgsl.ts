/**
 * Vite plugin: makes `import source from '…/name.wgsl'` a string of plain WGSL.
 *
 * Shaders may import each other's declarations (WESL: `import package::activation::activate;`,
 * where `package` is the shaders/ folder). They are linked here, at build time, so the linker never
 * ships. A condition of WESL's `@if` holds where it is named behind the path: `name.wgsl?inStorage`.
 * The plugin changes nothing else in a shader: no templates, no substitution.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { link } from 'wesl/core';
import type { Plugin } from 'vite';

const EXTENSION = '.wgsl';

/** Conditions that shaders know; those that are not named do not hold. */
const CONDITIONS = ['inStorage'];

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
  return { code: linked.dest, modules: files.map((file) => join(folder, file)) };
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
