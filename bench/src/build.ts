/**
 * Builds and serves the pages. Each is built on its own: built together they would share chunks, and a start-up page
 * would load what only others need.
 */
import { existsSync, readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin, preview } from 'vite';
import { wgsl } from '../../tools/vite-wgsl.js';

export const BENCH_FOLDER = join(import.meta.dirname, '..');
const SITE = join(BENCH_FOLDER, 'dist', 'site');

/** The peers, as package-lock.json pins them; installed only where that has not been done yet. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const lock = join(BENCH_FOLDER, 'package-lock.json');
  const installed = join(BENCH_FOLDER, 'node_modules', '.package-lock.json');
  const isCurrent = existsSync(installed) && (await stat(installed)).mtimeMs >= (await stat(lock)).mtimeMs;
  if (isCurrent) return;
  say('installing the peers (npm ci in bench/)');
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: BENCH_FOLDER,
      shell: process.platform === 'win32',
    });
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr?.trim().split('\n')[0] ?? String(error);
    throw new Error(`The peers could not be installed: ${reason}`, { cause: error });
  }
}

/** The pages by name: `bench`, and one for each start-up. */
export function pageNames(): string[] {
  return readdirSync(join(BENCH_FOLDER, 'pages')).map((file) => file.replace('.html', ''));
}

export async function buildPages(): Promise<void> {
  for (const name of pageNames()) {
    await build({
      configFile: false,
      root: BENCH_FOLDER,
      base: './',
      plugins: [wgsl(), tfjsThreads()],
      publicDir: false,
      logLevel: 'error',
      build: {
        outDir: join(SITE, name),
        emptyOutDir: true,
        target: 'es2023',
        chunkSizeWarningLimit: 10_000,
        assetsInlineLimit: 0,
        rollupOptions: { input: join(BENCH_FOLDER, 'pages', `${name}.html`) },
      },
    });
  }
}

/**
 * Workaround: the threads of tfjs-backend-wasm 4.22 start from the text of one of its functions, which names a variable
 * outside itself; in a bundle the threads never start and the backend waits forever. The variable says where the script
 * lies and is not needed, since setWasmPaths says it. May go when a release starts its threads from a bundle.
 */
function tfjsThreads(): Plugin {
  return {
    name: 'tfjs-threads',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('tfjs-backend-wasm-threaded-simd.js')) return null;
      const free = code
        .replaceAll('typeof _scriptDir !== "undefined" && _scriptDir', 'false')
        .replaceAll('||_scriptDir,', ',');
      return { code: free, map: null };
    },
  };
}

export interface Server {
  /** The address of a page. */
  readonly urlOf: (page: string) => string;
  /** The file behind an address of this server. */
  readonly fileOf: (url: string) => string;
  readonly close: () => Promise<void>;
}

/** Isolated (COOP, COEP), because threads of WebAssembly want it, and timers are finer there. */
export async function servePages(): Promise<Server> {
  const server = await preview({
    configFile: false,
    root: BENCH_FOLDER,
    logLevel: 'error',
    build: { outDir: SITE },
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
  });
  const base = server.resolvedUrls?.local[0];
  if (base === undefined) throw new Error('The built pages could not be served.');
  return {
    urlOf: (page) => `${base}${page}/pages/${page}.html`,
    fileOf: (url) => join(SITE, new URL(url).pathname),
    close: () => server.close(),
  };
}
