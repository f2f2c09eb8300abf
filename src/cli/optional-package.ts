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
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (isManifest(manifest) && manifest.name === name) return { main, folder, version: manifest.version };
    } catch {
      // No manifest here: go on upwards.
    }
  }
  return undefined;
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
