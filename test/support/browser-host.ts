/**
 * What the search for a browser may ask of the machine, and the real answers.
 *
 * The order of the search is in find-browser.ts; this file refuses to know it. Tests of that order
 * hand in a host of their own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { unpackBrotliFile, unpackBrotliTar } from '../../src/cli/archives.js';
import { cacheFolder, type Environment, unpackOnce } from '../../src/cli/cache.js';
import { findPackage } from '../../src/cli/optional-package.js';
import type { BrowserEngine } from './engines.js';

export interface Host {
  environment: Environment;
  platform: NodeJS.Platform;
  isRoot: boolean;
  exists(path: string): boolean;
  /** Browsers in puppeteer's cache, newest first; never the headless shell, which has no WebGPU. */
  puppeteerCache(engine: BrowserEngine): Promise<string[]>;
  /** The folder with the unpacked Chrome of @sparticuz/chromium, if that is installed. */
  unpackChrome(): Promise<string | undefined>;
  /** Puppeteer's download; returns the program. */
  downloadChrome(): Promise<string>;
  /** Whether the program starts (it may lack a library), asked with `--version`. */
  starts(path: string, environment: Environment): Promise<boolean>;
  run(program: string, args: string[]): Promise<void>;
  /** One line per step taken. */
  say(line: string): void;
}

const START_MS = 60_000;
const INSTALL_MS = 10 * 60_000;

export function thisHost(environment: Environment = process.env): Host {
  const cacheDir = environment['PUPPETEER_CACHE_DIR'] ?? join(environment['HOME'] ?? homedir(), '.cache', 'puppeteer');
  const execute = promisify(execFile);
  return {
    environment,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    exists: existsSync,
    puppeteerCache: async (engine) => {
      if (!existsSync(cacheDir)) return [];
      const { getInstalledBrowsers } = await import('@puppeteer/browsers');
      const wanted: string = engine === 'chromium' ? 'chrome' : engine;
      const found = (await getInstalledBrowsers({ cacheDir })).filter(({ browser }) => String(browser) === wanted);
      return found.map(({ executablePath }) => executablePath).reverse();
    },
    unpackChrome: () => unpackPackagedChrome(environment),
    downloadChrome: async () => {
      const { Browser, detectBrowserPlatform, install, resolveBuildId } = await import('@puppeteer/browsers');
      const platform = detectBrowserPlatform();
      if (!platform) throw new Error('there is no build for this platform');
      const buildId = await resolveBuildId(Browser.CHROME, platform, 'stable');
      return (await install({ browser: Browser.CHROME, buildId, cacheDir })).executablePath;
    },
    starts: async (path, extra) => {
      try {
        await execute(path, ['--version'], { env: { ...process.env, ...extra }, timeout: START_MS });
        return true;
      } catch {
        return false;
      }
    },
    run: async (program, args) => {
      await execute(program, args, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        timeout: INSTALL_MS,
        maxBuffer: 64 << 20,
      });
    },
    say: (line) => {
      console.error(`[browser] ${line}`);
    },
  };
}

/** Chrome, its software GPU, the libraries and the fonts that a bare machine lacks, side by side. */
async function unpackPackagedChrome(environment: Environment): Promise<string | undefined> {
  const found = findPackage('@sparticuz/chromium');
  if (!found || process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const archive = (name: string): string => join(found.folder, 'bin', name);
  return unpackOnce(join(cacheFolder(environment), `chrome-${found.version}`), async (folder) => {
    await unpackBrotliFile(archive('chromium.br'), join(folder, 'chromium'));
    for (const name of ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br']) {
      await unpackBrotliTar(archive(name), folder);
    }
    await writeFile(join(folder, 'fonts.conf'), FONTS_CONF);
  });
}

/** The package's own names folders of the service it was made for, not ours. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** `variable` with `folder` in front, as LD_LIBRARY_PATH wants it. */
export function prepend(folder: string, variable: string | undefined): string {
  return variable ? `${folder}${delimiter}${variable}` : folder;
}
