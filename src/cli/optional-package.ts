/**
 * Finds optional peer dependencies (`webgpu`, `@sparticuz/chromium`) without loading them.
 *
 * It looks beside this program first and then in the project that the program was started in, so an
 * `idli` run through npx finds what that project installed. It never installs anything.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface OptionalPackage {
  /** The file that `import` would load. */
  main: string;
  folder: string;
  version: string;
}

export function findPackage(name: string): OptionalPackage | undefined {
  for (const base of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const main = resolveFrom(base, name);
    const found = main && packageAround(main, name);
    if (found) return found;
  }
  return undefined;
}

/** Where a package is, also one that only `import` may load, which a resolver of `require` does not find. */
export function findInstalled(name: string): Omit<OptionalPackage, 'main'> | undefined {
  for (const base of [import.meta.url, join(process.cwd(), 'package.json')]) {
    for (const modules of createRequire(base).resolve.paths(name) ?? []) {
      const folder = join(modules, name);
      const version = versionOf(folder, name);
      if (version !== undefined) return { folder, version };
    }
  }
  return undefined;
}

function resolveFrom(base: string, name: string): string | undefined {
  try {
    return createRequire(base).resolve(name);
  } catch {
    return undefined;
  }
}

/** Walks up from a file to the manifest that bears the name: `exports` may hide package.json. */
function packageAround(main: string, name: string): OptionalPackage | undefined {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    const version = versionOf(folder, name);
    if (version !== undefined) return { main, folder, version };
  }
  return undefined;
}

/** The version of the package of this name that lies in this very folder. */
function versionOf(folder: string, name: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return isManifest(manifest) && manifest.name === name ? manifest.version : undefined;
  } catch {
    // No manifest here.
    return undefined;
  }
}

function isManifest(value: unknown): value is { name: string; version: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'version' in value &&
    typeof value.version === 'string'
  );
}
