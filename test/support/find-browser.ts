/**
 * Finds a Chromium or a Firefox that can run the GPU tests, and says each step it takes.
 *
 * It looks before it unpacks, unpacks before it downloads, and installs system packages last, only
 * as root. A browser that an environment variable names is taken or reported, never replaced by
 * another. Google's headless shell is not looked for: it has no WebGPU.
 */
import { join } from 'node:path';
import { type Host, prepend, thisHost } from './browser-host.js';
import type { BrowserEngine } from './engines.js';

export interface FoundBrowser {
  engine: BrowserEngine;
  path: string;
  /** Where it came from, in words. */
  from: string;
  /** `shell` for the Chrome of @sparticuz/chromium: an old-style headless build, with WebGPU. */
  headless: true | 'shell';
  /** To be set for the browser's process. */
  environment: Readonly<Record<string, string>>;
}

const VARIABLES = { chromium: 'IDLI_CHROMIUM', firefox: 'IDLI_FIREFOX' } as const;

const USUAL_PATHS: Readonly<Record<BrowserEngine, readonly string[]>> = {
  chromium: [
    '/usr/bin/chromium',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium-browser',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  firefox: [
    '/usr/bin/firefox-esr',
    '/usr/bin/firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ],
};

type Step = (host: Host) => Promise<FoundBrowser | undefined>;

const CHROMIUM_STEPS: readonly Step[] = [onMachine('chromium'), packaged, downloaded, viaApt('chromium', ['chromium'])];

/** What Firefox needs beside itself to have WebGPU without a graphics card: Mesa's llvmpipe. */
const FIREFOX_PACKAGES = ['firefox-esr', 'mesa-vulkan-drivers'];

/** The browser, or undefined where every step failed. Firefox is installed only if `demanded`. */
export async function findBrowser(
  engine: BrowserEngine,
  { demanded = false, host = thisHost() }: { demanded?: boolean; host?: Host } = {},
): Promise<FoundBrowser | undefined> {
  const steps = engine === 'chromium' ? CHROMIUM_STEPS : [onMachine(engine), ...firefoxInstall(demanded)];
  for (const step of steps) {
    const found = await step(host);
    if (found) {
      host.say(`${engine}: ${found.path} (${found.from})`);
      return found;
    }
  }
  return undefined;
}

/** What `findBrowser` finds without unpacking, downloading or installing; quick and silent. */
export async function findInstalled(engine: BrowserEngine, host: Host = thisHost()): Promise<FoundBrowser | undefined> {
  return onMachine(engine)({ ...host, say: () => undefined });
}

function onMachine(engine: BrowserEngine): Step {
  return async (host) => {
    const named = host.environment[VARIABLES[engine]];
    if (named) {
      if (await host.starts(named, {})) return plain(engine, named, VARIABLES[engine]);
      throw new Error(`${VARIABLES[engine]} names ${named}, which does not start`);
    }
    for (const path of USUAL_PATHS[engine]) {
      if (host.exists(path) && (await usable(host, path))) return plain(engine, path, 'installed on this machine');
    }
    for (const path of await host.puppeteerCache(engine)) {
      if (host.exists(path) && (await usable(host, path))) return plain(engine, path, "in puppeteer's cache");
    }
    return undefined;
  };
}

async function packaged(host: Host): Promise<FoundBrowser | undefined> {
  const folder = await attempt(host, 'unpacking @sparticuz/chromium', () => host.unpackChrome());
  if (folder === undefined) return undefined;
  const path = join(folder, 'chromium');
  // This build of Chrome ends itself when it finds no font at all, and calls its language en-US@posix, which
  // Intl refuses, in the locale of a bare machine.
  const surroundings = { FONTCONFIG_PATH: folder, LC_ALL: 'en_US.UTF-8' };
  const libraries = { LD_LIBRARY_PATH: prepend(join(folder, 'lib'), host.environment['LD_LIBRARY_PATH']) };
  // The machine's own libnss3, where it has one, fits better than the package's.
  for (const environment of [surroundings, { ...surroundings, ...libraries }]) {
    if (await host.starts(path, environment)) {
      return { engine: 'chromium', path, from: 'from @sparticuz/chromium', headless: 'shell', environment };
    }
  }
  host.say(`${path} does not start`);
  return undefined;
}

async function downloaded(host: Host): Promise<FoundBrowser | undefined> {
  const path = await attempt(host, "downloading Chrome into puppeteer's cache", () => host.downloadChrome());
  return path !== undefined && (await usable(host, path)) ? plain('chromium', path, 'downloaded') : undefined;
}

function firefoxInstall(demanded: boolean): readonly Step[] {
  return demanded ? [viaApt('firefox', FIREFOX_PACKAGES)] : [];
}

function viaApt(engine: BrowserEngine, packages: readonly string[]): Step {
  return async (host) => {
    if (host.platform !== 'linux' || !host.isRoot || !host.exists('/usr/bin/apt-get')) return undefined;
    await attempt(host, `installing ${packages.join(' and ')} with apt-get`, async () => {
      await host.run('apt-get', ['update']);
      await host.run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages]);
      return true;
    });
    return onMachine(engine)(host);
  };
}

async function usable(host: Host, path: string): Promise<boolean> {
  const starts = await host.starts(path, {});
  if (!starts) host.say(`${path} does not start`);
  return starts;
}

async function attempt<T>(host: Host, what: string, action: () => Promise<T>): Promise<T | undefined> {
  host.say(what);
  try {
    return await action();
  } catch (error) {
    host.say(`${what} failed: ${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''}`);
    return undefined;
  }
}

function plain(engine: BrowserEngine, path: string, from: string): FoundBrowser {
  return { engine, path, from, headless: true, environment: {} };
}
