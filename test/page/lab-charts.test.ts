/**
 * The lab's charts on the built site, as a person meets them: ink after a training, the bound by name, a map that agrees with the
 * classes, counts that add up, controls by keyboard, files that really arrive.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxePuppeteer } from '@axe-core/puppeteer';
import { decode } from 'fast-png';
import type { Browser, BrowserContext, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { LAB_START, type LabState } from '../../src/page/lab/lab-state.js';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import { launchBrowser } from '../support/launch-browser.js';

const SHORT: LabState = {
  ...LAB_START,
  run: { ...LAB_START.run, training: { ...LAB_START.run.training, epochs: 60 } },
};

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: readonly string[];
}

const held: { browser?: Browser; trained?: Opened; folder: string } = { folder: '' };

beforeAll(async () => {
  held.browser = await launchBrowser('chromium');
  held.folder = await mkdtemp(join(tmpdir(), 'idli-charts-'));
  held.trained = await open(SHORT);
  await train(held.trained.page);
  // The reference beside it may take longer.
  await held.trained.page.waitForFunction(() =>
    /^Epoch 60 .*difference.*difference/.test(document.querySelector('#lab-charts .readout')!.textContent),
  );
  await nextFrames(held.trained.page);
});

afterAll(async () => {
  await held.browser?.close();
  await rm(held.folder, { recursive: true, force: true });
});

async function open(lab: LabState, width = 1200): Promise<Opened> {
  const context = await held.browser!.createBrowserContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.setViewport({ width, height: 900 });
  await page.goto(`${inject('siteUrl')}${hashOf({ ...START, view: 'lab', lab })}`);
  await page.waitForSelector('#lab-charts');
  return { page, context, problems };
}

/** Trains to the end, which is when the run is among those to compare with, and its last curve is drawn. */
async function train(page: Page): Promise<void> {
  const runs = await page.$$eval('.earlier-runs li', (items) => items.length);
  const start = await page.waitForSelector('#lab-training button:not(:disabled)');
  await start!.evaluate((button) => (button as HTMLElement).click());
  await page.waitForFunction((before) => document.querySelectorAll('.earlier-runs li').length > before, {}, runs);
  await page.waitForSelector('#lab-charts .plot canvas');
  await nextFrames(page);
}

const nextFrames = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 150)));

/** Dots of a canvas that are not empty. */
const inked = (page: Page, selector: string) =>
  page.$$eval(selector, (canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    }),
  );

const picture = (page: Page, selector: string) =>
  page.$eval(selector, (canvas) => (canvas as HTMLCanvasElement).toDataURL());

async function showTab(page: Page, name: string): Promise<void> {
  await page.$$eval(
    '#lab-views [role=tab]',
    (tabs, text) => (tabs.find((tab) => tab.textContent === text) as HTMLElement).click(),
    name,
  );
  await page.$eval('#lab-views', (views) => views.scrollIntoView());
}

async function press(page: Page, panel: string, text: string): Promise<void> {
  await page.$$eval(
    `${panel} button`,
    (buttons, wanted) => buttons.find((button) => button.textContent.trim() === wanted)!.click(),
    text,
  );
}

/** Presses a button and has the file that comes of it. */
async function download({ page, context }: Opened, panel: string, text: string): Promise<[string, Buffer]> {
  const folder = await mkdtemp(join(held.folder, 'download-'));
  const session = await held.browser!.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', {
    ...{ behavior: 'allow', downloadPath: folder, eventsEnabled: true },
    browserContextId: context.id!,
  });
  const done = new Promise<void>((resolve) => {
    session.on('Browser.downloadProgress', ({ state }) => {
      if (state === 'completed') resolve();
    });
  });
  await press(page, panel, text);
  await done;
  await session.detach();
  const [name] = await readdir(folder);
  return [name!, await readFile(join(folder, name!))];
}

describe('after a training', () => {
  test('the curves and their difference are drawn, and nothing was complained of', async () => {
    const { page, problems } = held.trained!;
    const dots = await inked(page, '#lab-charts .plot canvas');
    expect(dots).toHaveLength(2);
    dots.forEach((count) => expect(count).toBeGreaterThan(2000));
    expect(problems).toEqual([]);
  });

  test('control: before a training there is no chart, and the page says why', async () => {
    const { page, context } = await open(SHORT);
    expect(await page.$('#lab-charts .plot')).toBeNull();
    const texts = await page.$$eval('.chart-empty', (empty) => empty.map(({ textContent }) => textContent));
    expect(texts).toHaveLength(2);
    texts.forEach((text) => expect(text).toMatch(/^Nothing to show yet, because nothing was trained/));
    await context.close();
  });

  test('the difference has its bound by name, in the legend and in what is said of it', async () => {
    const { page } = held.trained!;
    const label = await page.$$eval('#lab-charts .plot', (plots) => plots[1]!.getAttribute('aria-label'));
    expect(label).toMatch(/stated bound of 2e-6/);
    const legend = await page.$$eval('#lab-charts .legend li', (items) => items.map(({ textContent }) => textContent));
    expect(legend).toContain('Stated bound 2e-6');
  });

  test('the map of two spirals agrees with the classes, and tells the points that it is right about', async () => {
    const { page } = held.trained!;
    await showTab(page, 'Decision map');
    await page.waitForFunction(() => document.querySelector('#lab-views')!.textContent.includes('after epoch 60'));
    const label = await page.$eval('#lab-views canvas', (canvas) => canvas.getAttribute('aria-label')!);
    const [, training, validation] = /right about (\d+) of 400 training points and (\d+) of 100 validation/.exec(
      label,
    )!;
    expect(Number(training)).toBeGreaterThan(340);
    expect(Number(validation)).toBeGreaterThan(80);
    const [dots] = await inked(page, '#lab-views canvas');
    expect(dots).toBeGreaterThan(50_000);
    // Both classes have their colour on the map: blue and amber.
    const colors = await page.$eval('#lab-views canvas', (canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      let [blue, amber] = [0, 0];
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 2]! > data[at]! + 30) blue++;
        if (data[at]! > data[at + 2]! + 30) amber++;
      }
      return [blue, amber];
    });
    colors.forEach((count) => expect(count).toBeGreaterThan(10_000));
  });

  test('the counts of the confusion matrix add up to the validation rows, and its mistakes are those of the list', async () => {
    const { page } = held.trained!;
    await showTab(page, 'Confusion');
    await page.waitForSelector('table.confusion');
    const counts = await page.$$eval('table.confusion tbody tr', (rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('td')].slice(0, 2).map(({ firstChild }) => Number(firstChild!.textContent)),
      ),
    );
    expect(counts.flat().reduce((a, b) => a + b)).toBe(100);
    const wrong = counts[0]![1]! + counts[1]![0]!;
    await showTab(page, 'Mistakes');
    await page.waitForFunction(() => /right about|wrong about/.test(document.querySelector('#lab-views')!.textContent));
    expect(await page.$$eval('#lab-views .wrong-rows tbody tr', (rows) => rows.length)).toBe(Math.min(24, wrong));
  });

  test('the heat-map is another one for another layer and tensor', async () => {
    const { page } = held.trained!;
    await showTab(page, 'Layers');
    await page.waitForSelector('#lab-views canvas');
    await nextFrames(page);
    const first = await picture(page, '#lab-views canvas');
    const [layer, tensor] = await page.$$('#lab-views select');
    await layer!.select('1');
    await page.waitForFunction(() => document.querySelector('#lab-views canvas')?.ariaLabel?.includes('32 × 32'));
    await nextFrames(page);
    const second = await picture(page, '#lab-views canvas');
    expect(second).not.toBe(first);
    await tensor!.select('activations');
    await page.waitForFunction(() => document.querySelector('#lab-views canvas')?.ariaLabel?.includes('64 × 32'));
    expect(await page.$$eval('#lab-views .tab-panel', ([panel]) => panel!.textContent)).toMatch(/evenly spread rows/);
  });

  test('the fitted line says why there is none', async () => {
    const { page } = held.trained!;
    await showTab(page, 'Fitted line');
    await page.waitForFunction(() =>
      document.querySelector('#lab-views .chart-empty')?.textContent.includes('a line needs one input'),
    );
  });
});

describe('by keyboard', () => {
  test('the scale becomes logarithmic and the drawing another one', async () => {
    const { page } = held.trained!;
    const before = await picture(page, '#lab-charts .plot canvas');
    await page.focus('#lab-charts input[type=checkbox]');
    await page.keyboard.press('Space');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('#lab-charts input[type=checkbox]')!.checked,
    );
    await nextFrames(page);
    expect(await picture(page, '#lab-charts .plot canvas')).not.toBe(before);
    await page.keyboard.press('Space');
    await nextFrames(page);
    expect(await picture(page, '#lab-charts .plot canvas')).toBe(before);
  });

  test('smoothing changes the curve and says its weight', async () => {
    const { page } = held.trained!;
    const before = await picture(page, '#lab-charts .plot canvas');
    await page.focus('#lab-charts input[type=range]');
    await page.keyboard.press('PageUp');
    await nextFrames(page);
    expect(await picture(page, '#lab-charts .plot canvas')).not.toBe(before);
    expect(await page.$eval('#lab-charts input[type=range]', (range) => range.getAttribute('aria-valuetext'))).toMatch(
      /^0\.\d\d$/,
    );
    await page.keyboard.press('Home');
  });

  test('the curves are read epoch by epoch', async () => {
    const { page } = held.trained!;
    await page.focus('#lab-charts .plot');
    await page.keyboard.press('Home');
    const readout = () => page.$eval('#lab-charts .readout', ({ textContent }) => textContent);
    expect(await readout()).toMatch(/^Epoch 1 · training WebGPU .*, CPU .*, difference/);
    await page.keyboard.press('ArrowRight');
    expect(await readout()).toMatch(/^Epoch 2 ·/);
    await page.keyboard.press('End');
    expect(await readout()).toMatch(/^Epoch 60 ·/);
  });

  test('arrows go through the tabs, round and round', async () => {
    const { page } = held.trained!;
    await page.focus('#lab-views [role=tab][aria-selected=true]');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    const focused = () =>
      page.evaluate(() => [document.activeElement!.textContent, document.activeElement!.ariaSelected]);
    expect(await focused()).toEqual(['Layers', 'true']);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toEqual(['Decision map', 'true']);
  });
});

describe('files', () => {
  test('the chart arrives as a PNG on light ground, whatever the page’s colours', async () => {
    await held.trained!.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    const [name, bytes] = await download(held.trained!, '#lab-charts', 'Save as PNG');
    await held.trained!.page.emulateMediaFeatures([]);
    expect(name).toBe('idli-loss-per-epoch.png');
    const { width, height, data, channels } = decode(bytes);
    expect(width).toBeGreaterThan(900);
    expect([...data.slice(0, 3)].every((value) => value > 240)).toBe(true);
    const dark = Array.from({ length: width * height }, (_, dot) => data[dot * channels]! < 100).filter(Boolean);
    expect(dark.length).toBeGreaterThan(1000);
  });

  test('the map arrives as a PNG', async () => {
    await showTab(held.trained!.page, 'Decision map');
    await held.trained!.page.waitForSelector('#lab-views canvas');
    const [name, bytes] = await download(held.trained!, '#lab-views', 'Save as PNG');
    expect(name).toMatch(/\.png$/);
    expect(decode(bytes).width).toBeGreaterThan(600);
  });

  test('the history arrives as CSV and JSON that say the same', async () => {
    const [csvName, csv] = await download(held.trained!, '#lab-charts', 'History as CSV');
    const [jsonName, json] = await download(held.trained!, '#lab-charts', 'History as JSON');
    expect([csvName, jsonName]).toEqual(['idli-history.csv', 'idli-history.json']);
    const [head, ...rows] = csv.toString().trim().split('\r\n');
    const column = head!.split(',').indexOf('val_loss');
    const saved = JSON.parse(json.toString()) as { readonly history: Record<string, number[]> };
    expect(rows).toHaveLength(60);
    expect(rows.map((row) => Number(row.split(',')[column]))).toEqual(saved.history['val_loss']);
    expect(head).toContain('reference_val_loss');
  });
});

test('a second run is drawn beside the first; runs are renamed, hidden, removed, and outlive the page', async () => {
  const { page, context, problems } = await open({ ...SHORT, comparesReference: false });
  await train(page);
  await train(page);
  const legend = () => page.$$eval('#lab-charts .legend li', (items) => items.map(({ textContent }) => textContent));
  expect(await legend()).toContain('Run 1');
  const field = (await page.$('.earlier-run input'))!;
  await field.click({ count: 3 });
  await field.type('First');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#lab-charts .legend')!.textContent.includes('First'));
  await page.focus('.earlier-runs input[type=checkbox]');
  await page.keyboard.press('Space');
  await nextFrames(page);
  expect(await legend()).not.toContain('First');
  await page.reload();
  await page.waitForSelector('.earlier-runs li');
  const names = () => page.$$eval('.earlier-run input', (inputs) => inputs.map((input) => input.value));
  expect(await names()).toEqual(['First', 'Run 2']);
  await page.$eval('.earlier-runs button', (button) => button.click());
  await nextFrames(page);
  expect(await names()).toEqual(['Run 2']);
  expect(problems).toEqual([]);
  await context.close();
});

test.each([360, 1200])('nothing is wider than the page, and axe has nothing to say: %d px', async (width) => {
  const { page } = held.trained!;
  await page.setViewport({ width, height: 900 });
  await nextFrames(page);
  for (const tab of ['Decision map', 'Confusion', 'Mistakes', 'Layers']) {
    await showTab(page, tab);
    await page.waitForSelector('#lab-views .tab-panel > *');
    await nextFrames(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const { violations } = await new AxePuppeteer(page).include('#lab-charts').include('#lab-views').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
});
