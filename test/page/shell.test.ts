/**
 * The page around its views, in each browser: navigation by mouse and by keyboard alone, titles, focus, the theme, phones.
 * By axe in Chromium: every view in light and dark, with WebGPU and without.
 */
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { type View, VIEWS } from '../../src/page/state/page-state.js';
import { barriers, expectAccessible } from './accessible.js';
import { find, goTo, has, overflowOf, press, textMatching, textOf, viewReady } from './page-driver.js';
import { inEachBrowser, pageTests } from './page-tests.js';

const TITLES: Readonly<Record<View, string>> = {
  walkthrough: 'Walkthrough',
  lab: 'Lab',
  device: 'Device',
  benchmark: 'Benchmark',
};

const current = (page: Page) => page.$$eval('nav [aria-current="page"]', (all) => all.map((one) => one.textContent));
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);

const paperOf = (body: Element) => getComputedStyle(body).backgroundColor;

inEachBrowser('the shell', ({ open }) => {
  test('opens with the walkthrough, and leads to each view with its title, mark and address', async () => {
    const page = await open('walkthrough', { hash: '' });
    expect([await current(page), await page.title()]).toEqual([['Walkthrough'], 'IDLI: Walkthrough']);
    for (const view of ['lab', 'device', 'benchmark', 'walkthrough'] as const) {
      await goTo(page, TITLES[view]);
      expect(await current(page)).toEqual([TITLES[view]]);
      expect(await page.title()).toBe(`IDLI: ${TITLES[view]}`);
      expect(new URL(page.url()).hash).toBe(`#${view}`);
      expect(await focused(page)).toBe('main');
    }
  });

  test('is gone through by the keyboard alone', async () => {
    const page = await open('walkthrough');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('main');
    expect(new URL(page.url()).hash).toBe('#walkthrough');

    const again = await open('walkthrough');
    for (const name of ['Skip to the content', 'Walkthrough', 'Lab']) {
      await again.keyboard.press('Tab');
      expect(await focused(again)).toBe(name);
    }
    await again.keyboard.press('Enter');
    await viewReady(again, 'lab');
    expect([await focused(again), await current(again)]).toEqual(['main', ['Lab']]);
  });

  test('goes back and forward as the browser does', async () => {
    const page = await open('walkthrough');
    await goTo(page, 'Lab');
    await goTo(page, 'Device');
    await page.goBack();
    await viewReady(page, 'lab');
    await page.goBack();
    await viewReady(page, 'walkthrough');
    await page.goForward();
    await viewReady(page, 'lab');
    expect([await current(page), await page.title()]).toEqual([['Lab'], 'IDLI: Lab']);
  });

  test('comes back to where a view was scrolled to, and begins at the top otherwise', async () => {
    const page = await open('walkthrough');
    const place = () => page.evaluate(() => Math.round(scrollY));
    // Puppeteer's own press would scroll to the link first.
    const follow = (name: View) => page.$eval(`nav a[href="#${name}"]`, (link) => (link as HTMLElement).click());
    await textMatching(page, '.whereabouts', /Before the first/);
    await page.waitForFunction(() => !/Loading the source/.test(document.body.innerText));
    await page.evaluate(() => scrollTo({ top: 2400, behavior: 'instant' }));
    await page.waitForFunction(() => scrollY === 2400);
    await follow('device');
    await viewReady(page, 'device');
    expect(await place()).toBe(0);
    await page.goBack();
    await viewReady(page, 'walkthrough');
    await page.waitForFunction(() => Math.abs(scrollY - 2400) < 2);
    // There it stays.
    await page.waitForFunction(() => !/Loading the source/.test(document.body.innerText));
    expect(Math.abs((await place()) - 2400)).toBeLessThan(2);
    // Control: by the navigation it is not where it was.
    await follow('device');
    await viewReady(page, 'device');
    await follow('walkthrough');
    await textMatching(page, '.whereabouts', /Before the first/);
    expect(await place()).toBeLessThan(200);
  });

  test('remembers the theme', async () => {
    const page = await open('walkthrough');
    const themeOf = () => page.$eval('html', ({ dataset }) => dataset['theme']);
    const paper = () => page.$eval('body', paperOf);
    expect(await themeOf()).toBe('system');
    await press(page, 'Colours: system. Change to light.');
    expect([await themeOf(), await paper()]).toEqual(['light', 'rgb(252, 251, 248)']);
    await press(page, 'Colours: light. Change to dark.');
    await page.waitForSelector('html[data-theme="dark"]');
    expect([await themeOf(), await paper()]).toEqual(['dark', 'rgb(21, 23, 27)']);
    await page.reload();
    await find(page, 'Colours: dark. Change to system.');
    expect([await themeOf(), await paper()]).toEqual(['dark', 'rgb(21, 23, 27)']);
  });

  test('is no wider than its window in any view, down to 320 dots', async () => {
    const page = await open('walkthrough');
    for (const view of VIEWS) {
      await goTo(page, TITLES[view]);
      for (const width of [1280, 360, 320]) {
        await page.setViewport({ width, height: 800 });
        expect(await overflowOf(page), `${view} at ${width}`).toBe(0);
      }
    }
  });
});

describe('for everybody', () => {
  const { open } = pageTests();
  const allViews = async (page: Page) => {
    for (const view of VIEWS) {
      await goTo(page, TITLES[view]);
      await expectAccessible(page);
    }
  };

  test.each(['light', 'dark'] as const)('axe finds nothing in any view, %s', async (theme) => {
    await allViews(await open('walkthrough', { theme }));
  });

  test('nor on a phone without WebGPU', async () => {
    const page = await open('walkthrough', { without: 'WebGPU', width: 390 });
    expect(await page.evaluate(() => 'gpu' in navigator)).toBe(false);
    await allViews(page);
  });

  test('control: it finds a button without a name, and grey on grey', async () => {
    const page = await open('walkthrough');
    await page.$eval('main', (main) => {
      const button = main.appendChild(document.createElement('button'));
      button.className = 'quiet';
      const text = main.appendChild(document.createElement('p'));
      text.textContent = 'Hardly there';
      text.style.color = '#ddd';
    });
    const found = (await barriers(page)).join('\n');
    expect(found).toContain('button-name');
    expect(found).toContain('color-contrast');
  });

  test('follows the system while the theme is left to it', async () => {
    const page = await open('walkthrough');
    const paper = () => page.$eval('body', paperOf);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    expect(await paper()).toBe('rgb(21, 23, 27)');
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    expect(await paper()).toBe('rgb(252, 251, 248)');
  });

  test('keeps the mark of the view where the system forces its colours', async () => {
    const page = await open('lab');
    const session = await page.createCDPSession();
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
    expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
    const line = (selector: string) => page.$eval(selector, (one) => getComputedStyle(one).borderBottomColor);
    // Such a scheme draws lines that are transparent elsewhere.
    expect(await line('nav a:not([aria-current])')).toBe(await page.$eval('body', paperOf));
    expect(await line('nav [aria-current]')).not.toBe(await page.$eval('body', paperOf));
  });
});

describe('where the page can do nothing', () => {
  const { open } = pageTests();

  test('without JavaScript it says so', async () => {
    const page = await open('walkthrough');
    await page.setJavaScriptEnabled(false);
    await page.reload();
    expect(await textOf(page, 'main')).toContain('it needs JavaScript');
    expect(await has(page, 'Lab', 'link')).toBe(false);
  });
});
