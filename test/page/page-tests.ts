/**
 * A browser for the tests of a `describe`, which opens views and closes them after each test; then no page may have had
 * anything to complain about. `inEachBrowser` runs the same tests in all browsers of this machine that are asked for.
 */
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { View } from '../../src/page/state/page-state.js';
import { type BrowserEngine, chosenEngines } from '../support/engines.js';
import { findInstalled } from '../support/find-browser.js';
import { launchBrowser } from '../support/launch-browser.js';
import type { OpenedPage } from './open-page.js';
import { openView, type ViewOptions } from './page-driver.js';

export interface PageTests {
  readonly engine: BrowserEngine;
  readonly browser: () => Browser;
  /** Opens a view whose problems are looked at after the test. */
  readonly open: (view: View, options?: ViewOptions) => Promise<Page>;
  /** The same for a page that was opened otherwise. */
  readonly keep: (opened: OpenedPage) => Page;
}

/** Call it within a `describe`, or at the top of a file. */
export function pageTests(engine: BrowserEngine = 'chromium'): PageTests {
  const state: { browser?: Browser; opened: OpenedPage[] } = { opened: [] };
  const browser = () => {
    if (!state.browser) throw new Error('The browser is started before the first test, not before.');
    return state.browser;
  };
  const keep = (opened: OpenedPage) => {
    state.opened.push(opened);
    return opened.page;
  };
  beforeAll(async () => {
    state.browser = await launchBrowser(engine);
  });
  afterAll(() => state.browser?.close());
  afterEach(async () => {
    const opened = state.opened.splice(0);
    // What happens while a page closes is no fault of it.
    const problems = opened.flatMap((one) => one.problems);
    for (const { close } of opened) await close();
    expect(problems).toEqual([]);
  });
  return { engine, browser, keep, open: async (view, options) => keep(await openView(browser(), view, options)) };
}

/** The same choice as that of the tests on GPUs (vitest.config.ts). */
const { demanded, explicit } = chosenEngines();
const firefox = demanded.includes('firefox') || (!explicit && (await findInstalled('firefox')) !== undefined);
const PAGE_ENGINES: readonly BrowserEngine[] = firefox ? ['chromium', 'firefox'] : ['chromium'];

/** A `describe` for each browser. */
export function inEachBrowser(title: string, body: (tests: PageTests) => void): void {
  describe.each(PAGE_ENGINES)(`${title}, in %s`, (engine) => body(pageTests(engine)));
}
