/**
 * Vitest's browser mode through puppeteer: opens Vitest's own page in Chromium or Firefox, so that
 * the tests of test/gpu/ run inside the browser and meet its WebGPU.
 *
 * The browser is looked for and started when the first page is opened, so a run without GPU tests
 * pays nothing. It refuses to simulate input or take screenshots: no test here needs them.
 */
import { defineBrowserProvider } from '@vitest/browser';
import type { Browser, Page } from 'puppeteer';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import type { BrowserEngine } from './engines.js';
import { launchBrowser } from './launch-browser.js';

class PuppeteerProvider implements BrowserProvider {
  readonly name = 'puppeteer';
  readonly supportsParallelism = false;
  readonly #engine: BrowserEngine;
  readonly #pages = new Map<string, Page>();
  #browser: Promise<Browser> | undefined;

  constructor(engine: BrowserEngine) {
    this.#engine = engine;
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#browser ??= launchBrowser(this.#engine);
    const page = await (await this.#browser).newPage();
    this.#pages.set(sessionId, page);
    await page.goto(url, { timeout: 0 });
  }

  getCommandsContext(sessionId: string): Record<string, unknown> {
    return { page: this.#pages.get(sessionId) };
  }

  async close(): Promise<void> {
    const browser = this.#browser;
    this.#browser = undefined;
    this.#pages.clear();
    // A browser that never started has already been reported.
    const started = await browser?.catch(() => undefined);
    await started?.close();
  }
}

export function puppeteerProvider(engine: BrowserEngine): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'puppeteer',
    supportedBrowser: [engine],
    providerFactory: () => new PuppeteerProvider(engine),
  });
}
