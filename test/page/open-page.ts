/**
 * Opens a page and notes what goes wrong in it and in its workers: console errors and warnings, uncaught errors, failed
 * requests, requests to another place, what its policy (CSP) forbade. It judges nothing, and knows no test runner.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { serveFolder } from '../support/serve-folder.js';

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong since the page was opened; a good page leaves it empty. */
  readonly problems: readonly string[];
  /** Closes it with all it stored. */
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  /** Behind the address. */
  readonly hash?: string;
  /** The visitor's choice, as the page remembers it. */
  readonly theme?: 'system' | 'light' | 'dark';
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
  /** Whether the service worker is there. Without it nothing is loaded that the view does not need, and nothing is kept. */
  readonly offline?: boolean;
}

/** Opens a page in a browsing context of its own, so that it finds nothing that another has stored. */
export async function openPage(browser: Browser, url: string, options: OpenOptions = {}): Promise<OpenedPage> {
  const { width = 1200, height = 900, hash = '', theme, before, offline = false } = options;
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems: string[] = [];
  watch(page, new URL('.', url).href, problems);
  await page.setViewport({ width, height });
  await page.evaluateOnNewDocument(tellViolations);
  if (!offline) await page.evaluateOnNewDocument(hideServiceWorkers);
  if (theme) await page.evaluateOnNewDocument(rememberTheme, theme);
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(`${url}${hash && `#${hash.replace(/^#/, '')}`}`);
  return { page, problems, close: () => context.close() };
}

function watch(page: Page, folder: string, problems: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${String(error)}`));
  page.on('requestfailed', (request) => {
    // A browser that may run no script gives up what it had begun to load for one.
    if (page.isJavaScriptEnabled() || request.resourceType() !== 'script') {
      problems.push(`request failed: ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`HTTP ${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(folder) && !/^(data|blob):/.test(url)) problems.push(`request to another place: ${url}`);
  });
}

/** Not every browser writes them to the console by itself. */
function tellViolations(): void {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`Content Security Policy: ${violatedDirective} forbids ${blockedURI}`),
  );
}

/** For `evaluateOnNewDocument`. */
export function hideServiceWorkers(): void {
  Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
}

function rememberTheme(theme: string): void {
  // On an empty page before there is no storage.
  if (location.protocol !== 'about:' && localStorage.getItem('idli-theme') === null) {
    localStorage.setItem('idli-theme', theme);
  }
}

/** The built site. */
export const SITE = fileURLToPath(new URL('../../dist-site', import.meta.url));

export interface ChangedSite {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the built site with other scripts, those of the workers too.
 * @param from a text in one of them or some, and `to` what stands in its place
 * @throws Error where no script has it
 */
export async function servePatched(from: string, to: string): Promise<ChangedSite> {
  const names = (await readdir(SITE, { recursive: true })).filter((name) => name.endsWith('.js'));
  const codes = await Promise.all(names.map((name) => readFile(join(SITE, name), 'utf8')));
  if (!codes.some((code) => code.includes(from))) throw new Error(`No script of the built site has "${from}".`);
  return serveFolder(SITE, {
    change: (path, content) => (path.endsWith('.js') ? content.toString().replaceAll(from, to) : content),
  });
}

/** Serves the built site on a machine with no WebGPU at all, or with no adapter, as page and workers see it. */
export function serveWithoutGpu(lacking: 'WebGPU' | 'adapter'): Promise<ChangedSite> {
  const owner = `(self.WorkerNavigator ?? Navigator).prototype`;
  const line =
    lacking === 'WebGPU'
      ? `delete ${owner}.gpu;`
      : `if (self.GPU) GPU.prototype.requestAdapter = () => Promise.resolve(null);`;
  return serveFolder(SITE, {
    change: (path, content) => (path.endsWith('.js') ? `${line}\n${content.toString()}` : content),
  });
}
