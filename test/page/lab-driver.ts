/**
 * The lab's training on the built page, used as a person does: its buttons by their names, its settings by the link, what it says as
 * texts. It judges nothing itself.
 */
import type { Browser, BrowserContext, Page, WebWorker } from 'puppeteer';
import { inject } from 'vitest';
import { LAB_START, type LabState } from '../../src/page/lab/lab-state.js';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import type {} from '../support/build-site.js';
import { hideServiceWorkers } from './open-page.js';

export const PANEL = '#lab-training';
export const SETTINGS = '#lab-training-settings';
/** The hand on the training, and its settings. */
const BOTH = `${PANEL}, ${SETTINGS}`;
/** Milliseconds that anything may take on a machine that is busy with other things. */
const PATIENCE = 100_000;

export interface OpenedLab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong since it was opened; a good page leaves it empty. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/** The lab at its start, with another training; short enough to be trained again and again. */
export function labState(change: (state: LabState) => LabState = (state) => state): LabState {
  const { run } = LAB_START;
  return change({
    ...LAB_START,
    comparesReference: false,
    run: { ...run, training: { ...run.training, epochs: 12 } },
  });
}

/** The same with other settings of the training. */
export function withTraining(training: Partial<LabState['run']['training']>): LabState {
  return labState((one) => ({ ...one, run: { ...one.run, training: { ...one.run.training, ...training } } }));
}

/** Opens it in a browser's context of its own, whose storage is empty. @param before runs in the page before its own scripts */
export async function openLab(browser: Browser, state: LabState, before?: () => void): Promise<OpenedLab> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${String(error)}`));
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width: 1200, height: 900 });
  await page.evaluateOnNewDocument(hideServiceWorkers);
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(`${inject('siteUrl')}${hashOf({ ...START, view: 'lab', lab: state })}`);
  await page.waitForSelector(PANEL);
  return { page, context, problems, close: () => context.close() };
}

/** Loads the page again at its own address, as a person does. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.waitForSelector(PANEL);
}

/** Presses a button of the panel by its name, once it can be pressed. */
export async function press(page: Page, name: string): Promise<void> {
  const find = (panel: string, wanted: string) =>
    Array.from(document.querySelectorAll<HTMLButtonElement>(`${panel} button`)).find(
      (one) => one.innerText.trim() === wanted && !one.disabled && one.ariaDisabled !== 'true',
    );
  const button = await page.waitForFunction(find, {}, PANEL, name);
  // Once it stays where it is: what is loaded above may still move it.
  await (button as Awaited<ReturnType<Page['waitForSelector']>>)!.asLocator().click();
}

/** Waits for one of these states. @returns the state, and what the panel says of it */
export async function reached(page: Page, ...states: readonly string[]): Promise<string> {
  await page.waitForFunction(
    (panel, wanted) =>
      wanted.includes(document.querySelector<HTMLElement>(`${panel} [data-status]`)?.dataset['status'] ?? ''),
    {},
    PANEL,
    states,
  );
  return page.$eval(`${PANEL} [data-status]`, (one) => `${(one as HTMLElement).dataset['status']}: ${one.textContent}`);
}

/** Waits until the text of the panel or its settings matches. @returns both */
export async function panelSays(page: Page, pattern: RegExp): Promise<string> {
  const text = () => page.$$eval(BOTH, (all) => all.map((one) => (one as HTMLElement).innerText).join('\n'));
  await page
    .waitForFunction(
      (both, source) =>
        Array.from(document.querySelectorAll<HTMLElement>(both)).some(({ innerText }) =>
          new RegExp(source).test(innerText),
        ),
      {},
      BOTH,
      pattern.source,
    )
    .catch(async (error: unknown) => {
      throw new Error(`The panel never says ${String(pattern)}; it says: ${await text()}`, { cause: error });
    });
  return text();
}

/** The bits of a training that has ended: the checksum of its weights, and every last value of its curves. */
export async function bitsOf(page: Page): Promise<string> {
  await page.waitForSelector(`${PANEL} [data-weights]`);
  return page.$eval(PANEL, (panel) => {
    const values = Array.from(panel.querySelectorAll<HTMLElement>('[data-key]'), ({ dataset }) => dataset['value']);
    return [panel.querySelector<HTMLElement>('[data-weights]')!.dataset['weights'], ...values].join(' ');
  });
}

export function noticesOf(page: Page): Promise<string[]> {
  return page.$$eval('.notices .notice p', (all) => all.map((one) => one.innerText.trim()));
}

/** Waits for a notice that matches. @returns it */
export async function noticed(page: Page, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    (source) =>
      Array.from(document.querySelectorAll<HTMLElement>('.notices .notice p')).some(({ innerText }) =>
        new RegExp(source).test(innerText),
      ),
    {},
    pattern.source,
  );
  return (await noticesOf(page)).find((text) => pattern.test(text))!;
}

/** Types a number into a field of the settings, over what stands there. */
export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const panel = await page.waitForSelector(SETTINGS);
  // Other panels have fields of the same name.
  const input = await panel!.waitForSelector(`aria/${label}[role="textbox"]`);
  await input!.click({ count: 3 });
  await input!.type(String(value));
}

/** The worker that trains, once it is there. */
export async function gpuWorker(page: Page): Promise<WebWorker> {
  for (;;) {
    for (const worker of page.workers()) {
      if ((await worker.evaluate(() => self.name).catch(() => '')) === 'idli gpu') return worker;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** 400 rows in batches of 32. */
const STEPS_AN_EPOCH = 13;

/** Trains to the end of some epochs, one at a time, and rests there. */
export async function restAfter(page: Page, epochs: number): Promise<void> {
  await press(page, 'Step');
  await panelSays(page, /Paused after step 0/);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await press(page, 'Epoch');
    await panelSays(page, new RegExp(`Paused after step ${STEPS_AN_EPOCH * epoch} of \\d+, epoch ${epoch} of`));
    await panelSays(page, new RegExp(`safe after step ${STEPS_AN_EPOCH * epoch}`));
  }
}
