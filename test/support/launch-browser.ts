/**
 * Starts the browser that find-browser.ts finds, with the settings that WebGPU needs on a machine
 * without a graphics card. A missing browser is an error that says how to get one.
 */
import { dirname } from 'node:path';
import { type Browser, launch } from 'puppeteer';
import { findSwiftShaders, hasVulkanDriver, thisMachine } from '../../src/cli/swiftshader.js';
import { prepend } from './browser-host.js';
import { type BrowserEngine, chosenEngines } from './engines.js';
import { findBrowser, type FoundBrowser } from './find-browser.js';

const CHROMIUM_FLAGS = [
  // Tests run as root in containers, on pages of our own only.
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  // A machine behind a closed network answers these slowly.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // A page in the background is slowed down, and a test page is always in the background.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** For a browser whose GPU process is to be killed: else it gives pages no GPU after the first few times. */
export const KILLS_GPU_PROCESS = ['--disable-gpu-process-crash-limit', '--disable-domain-blocking-for-3d-apis'];

const FIREFOX_PREFERENCES = {
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  'app.update.auto': false,
  'datareporting.healthreport.uploadEnabled': false,
};

const PROTOCOL_MS = 10 * 60_000;
const LAUNCH_MS = 120_000;

/**
 * Starts the engine's browser. IDLI_ENGINES must name an engine for it to be installed.
 * @param more flags of Chromium's
 */
export async function launchBrowser(engine: BrowserEngine, more: readonly string[] = []): Promise<Browser> {
  const { demanded } = chosenEngines();
  const found = await findBrowser(engine, { demanded: demanded.includes(engine) });
  if (!found) throw new Error(`${engine} was not found. ${howToGet(engine)}`);
  return launch({
    browser: engine === 'chromium' ? 'chrome' : 'firefox',
    executablePath: found.path,
    headless: found.headless,
    env: { ...process.env, ...found.environment, ...(engine === 'firefox' ? await lendSwiftShader() : {}) },
    args: engine === 'chromium' ? [...flags(found), ...more] : [],
    extraPrefsFirefox: FIREFOX_PREFERENCES,
    timeout: LAUNCH_MS,
    protocolTimeout: PROTOCOL_MS,
  });
}

/** Firefox brings no software GPU: where the machine has none either, it takes another browser's. */
async function lendSwiftShader(): Promise<Record<string, string>> {
  const machine = thisMachine();
  if (process.platform !== 'linux' || hasVulkanDriver(machine)) return {};
  for await (const { manifest, from } of findSwiftShaders(machine)) {
    console.error(`[browser] firefox: this machine has no Vulkan driver, so it takes SwiftShader from ${from}`);
    const libraries = prepend(dirname(manifest), process.env['LD_LIBRARY_PATH']);
    return { VK_DRIVER_FILES: manifest, LD_LIBRARY_PATH: libraries };
  }
  return {};
}

export function howToGet(engine: BrowserEngine): string {
  return engine === 'chromium'
    ? 'Install Chromium or Chrome, or name one in IDLI_CHROMIUM.'
    : 'Install it (Debian: apt-get install firefox-esr mesa-vulkan-drivers) or name one in IDLI_FIREFOX.';
}

function flags(found: FoundBrowser): string[] {
  // A container's /dev/shm may be too small for a browser; the packaged Chrome is for such machines.
  return found.headless === 'shell' ? [...CHROMIUM_FLAGS, '--disable-dev-shm-usage'] : CHROMIUM_FLAGS;
}
