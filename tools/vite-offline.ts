/**
 * Vite plugin for the site: when all files are written, it writes `sw.js` beside them, the service worker with the list of them and
 * their hashes. It is built of src/page/offline/service-worker.ts into one plain script, since not every browser has service
 * workers made of modules. In `vite dev` there is none.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

const SOURCE = fileURLToPath(new URL('../src/page/offline/service-worker.ts', import.meta.url));
const NAME = 'sw.js';
/** For an operating system's menus, which keep them themselves. */
const ICONS = 'icons/';

export interface Site {
  /** Another one whenever any file is. */
  readonly version: string;
  /** Each file's path within the site, `''` for the page itself, and its hash as browsers check it. */
  readonly files: Readonly<Record<string, string>>;
}

/** The files of a built site. */
export async function siteIn(folder: string): Promise<Site> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .filter((name) => name !== NAME && !name.startsWith(ICONS))
    .sort();
  const files: Record<string, string> = {};
  const whole = createHash('sha256');
  for (const name of names) {
    const hash = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('base64');
    whole.update(`${name} ${hash}\n`);
    // Some servers send whoever asks for index.html to the folder.
    files[name === 'index.html' ? '' : name] = `sha256-${hash}`;
  }
  return { version: whole.digest('hex').slice(0, 16), files };
}

/** The service worker's script for a site. */
export async function serviceWorkerFor(site: Site): Promise<string> {
  const built = (await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    define: { __SITE__: JSON.stringify(site) },
    build: { write: false, target: 'es2023', lib: { entry: SOURCE, formats: ['iife'], name: 'sw' } },
  })) as Rolldown.RolldownOutput[];
  return built[0]!.output[0].code;
}

export function offline(): Plugin {
  return {
    name: 'idli-offline',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        await writeFile(join(dir!, NAME), await serviceWorkerFor(await siteIn(dir!)));
      },
    },
  };
}
