/**
 * Opens the built page and reads it as a person would: fields, button, texts, table cells. It notes every
 * console error, failed request and request to another host; it judges nothing itself.
 */
import type { Browser, HTTPRequest, Page } from 'puppeteer';

export interface OpenedPage {
  readonly page: Page;
  /** What went wrong since the page was opened; a good page leaves it empty. */
  readonly problems: readonly string[];
}

export interface OpenOptions {
  readonly width?: number;
  /** Behind the address. */
  readonly search?: string;
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
  /** A text in one of the page's scripts, and what to put in its place. Whether it was there shows in what the page does. */
  readonly patch?: readonly [from: string, to: string];
}

export async function openPage(browser: Browser, url: string, options: OpenOptions = {}): Promise<OpenedPage> {
  const { width = 1200, search = '', before, patch } = options;
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${String(error)}`));
  page.on('requestfailed', (request) => problems.push(`request failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`HTTP ${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      problems.push(`request to another place: ${request.url()}`);
  });
  await page.setViewport({ width, height: 900 });
  if (before) await page.evaluateOnNewDocument(before);
  if (patch) await patchScripts(page, patch);
  await page.goto(`${url}${search}`);
  return { page, problems };
}

async function patchScripts(page: Page, [from, to]: readonly [string, string]): Promise<void> {
  await page.setRequestInterception(true);
  const answer = async (request: HTTPRequest) => {
    if (request.resourceType() !== 'script') return request.continue();
    const script = await (await fetch(request.url())).text();
    return request.respond({ contentType: 'text/javascript', body: script.replaceAll(from, to) });
  };
  page.on('request', (request) => void answer(request));
}

/** Fills the fields in, presses Train and waits for the end. */
export async function trainOnPage(page: Page, { seed = '1', epochs = '50' } = {}): Promise<string> {
  await fill(page, { seed, epochs });
  await page.click('#train');
  return trainingEnded(page);
}

/** Types into the fields, over what stands there. */
export async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, value] of Object.entries(values)) {
    await page.click(`#${id}`, { count: 3 });
    await page.keyboard.press('Backspace');
    await page.type(`#${id}`, value);
  }
}

/** @returns how it ended: `done`, `failed` or, when it was stopped, `idle` */
export async function trainingEnded(page: Page): Promise<string> {
  await page.waitForSelector('#page:not([data-state="training"])');
  return (await page.$eval('#page', (main) => (main as HTMLElement).dataset['state'])) ?? '';
}

export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (found) => (found as HTMLElement).innerText.trim());
}

/** Whether anybody can see it. */
export function isVisible(page: Page, selector: string): Promise<boolean> {
  return page.$eval(selector, (found) => found.checkVisibility({ visibilityProperty: true }));
}

export interface Cell {
  /** As it is shown. */
  readonly text: string;
  /** As it was computed, with all digits. */
  readonly value: number;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function readTable(page: Page, selector: string): Promise<Table> {
  return page.$eval(selector, (table) => ({
    columns: Array.from(table.querySelectorAll('th'), ({ textContent }) => textContent),
    rows: Array.from(table.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.querySelectorAll('td'), ({ textContent, dataset }) => ({
        text: textContent,
        value: Number(dataset['value'] ?? textContent),
      })),
    ),
  }));
}
