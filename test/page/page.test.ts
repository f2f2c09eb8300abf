/**
 * The built page in Chromium: the tutorial's run gives NumPy's numbers, bad input is refused, a page
 * without WebGPU says so, and a shader that computes something else is reported.
 */
import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { golden, PUBLISHED } from '../support/golden.js';
import { launchBrowser } from '../support/launch-browser.js';
import type {} from '../support/device.js';
import type {} from '../support/build-site.js';
import { CURVE_TOLERANCE } from '../../src/verify/curves.js';
import { linkPacks } from '../../tools/vite-wgsl.js';
import { shortened, shortNames } from '../../tools/wgsl-pack.js';
import { tableProblems } from './check-table.js';
import {
  fill,
  isVisible,
  openPage,
  type OpenedPage,
  type OpenOptions,
  readTable,
  textOf,
  trainingEnded,
  trainOnPage,
} from './page-driver.js';

const SOFTWARE = 'software adapter: the CPU computes, not a GPU';
const state: { browser?: Browser; opened: OpenedPage[] } = { opened: [] };

beforeAll(async () => {
  state.browser = await launchBrowser('chromium');
});

afterAll(async () => {
  await state.browser?.close();
});

afterEach(async () => {
  // Every test ends with a page that had nothing to complain about.
  const opened = state.opened.splice(0);
  for (const { page } of opened) await page.close();
  expect(opened.flatMap(({ problems }) => problems)).toEqual([]);
});

async function open(options?: OpenOptions): Promise<Page> {
  const opened = await openPage(state.browser!, inject('siteUrl'), options);
  state.opened.push(opened);
  return opened.page;
}

/** Everything that is shown of a result, without the times. */
async function shown(page: Page): Promise<unknown> {
  return {
    title: await textOf(page, '#result-title'),
    verdict: await textOf(page, '#verdict'),
    checked: await textOf(page, '#checked'),
    predictions: await readTable(page, '#predictions'),
    losses: await readTable(page, '#epochs-table'),
  };
}

describe("the tutorial's run", () => {
  test("gives NumPy's numbers, and shows them", async ({ task }) => {
    const page = await open();
    expect(await isVisible(page, '#result')).toBe(false);
    expect(await trainOnPage(page)).toBe('done');

    const adapter = await textOf(page, '#adapter');
    task.meta.adapter = adapter;
    expect(adapter.includes(SOFTWARE)).toBe(/swiftshader|llvmpipe/i.test(adapter));

    const predictions = await readTable(page, '#predictions');
    expect(predictions.columns).toEqual(['Actual', 'Predicted (WebGPU)', 'CPU reference', 'Difference']);
    expect(predictions.rows.map(([actual]) => actual!.text)).toEqual(['0', '0', '1', '1']);
    expect(tableProblems(predictions, golden.predictions_of_epoch_50, PUBLISHED)).toEqual([]);
    expect(tableProblems(await readTable(page, '#epochs-table'), golden.half_sum_squared_error)).toEqual([]);

    expect(await textOf(page, '#verdict')).toMatch(
      /differ by at most \d\.\de-\d+ \(relative \d\.\de-\d+\), within the stated tolerance of 2e-6\.$/,
    );
    expect(
      await page.$eval('#result', (result) => Number((result as HTMLElement).dataset['maxDifference'] || NaN)),
    ).toBeLessThan(CURVE_TOLERANCE);
    expect(await textOf(page, '#checked')).toMatch(
      /^\d+ values .* all within their derived bounds; the worst used \d+ % /,
    );
    expect(await textOf(page, '#time')).toMatch(/^[\d.]+ m?s for 50 epochs, after [\d.]+ m?s of set-up\.$/);
    expect(await textOf(page, '#table-note')).toContain('published result, digit for digit');

    await mkdir('test-results', { recursive: true });
    await page.screenshot({ path: 'test-results/page.png', fullPage: true });
  });

  test('twice gives the same text, and another seed another', async () => {
    const page = await open();
    await trainOnPage(page);
    const first = await shown(page);
    await trainOnPage(page, { seed: '2' });
    const other = await shown(page);
    await trainOnPage(page);
    expect(await shown(page)).toEqual(first);
    expect(other).not.toEqual(first);
    expect(await textOf(page, '#result-title')).toBe('Seed 1, 50 epochs');
  });

  test('starts with Enter in a field, with one epoch too', async () => {
    const page = await open();
    await fill(page, { epochs: '1' });
    await page.keyboard.press('Enter');
    expect(await trainingEnded(page)).toBe('done');
    expect((await readTable(page, '#epochs-table')).rows).toHaveLength(1);
  });

  test('draws two charts that keep within 360 pixels, and says in words what they show', async () => {
    const page = await open({ width: 360 });
    await trainOnPage(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const canvases = await page.$$eval('canvas', (all) => all.map((canvas) => canvas.getBoundingClientRect().width));
    expect(canvases).toHaveLength(2);
    expect(Math.max(...canvases)).toBeLessThan(360);
    const loss = await page.$eval('#loss-chart', (chart) => chart.ariaLabel ?? '');
    expect(loss).toContain(`the CPU reference goes from ${golden.half_sum_squared_error[0]!.toFixed(8)} in epoch 1`);
    expect(await page.$eval('#difference-chart', (chart) => chart.ariaLabel)).toContain('the tolerance is 2e-6');
  });
});

describe('bad input is refused', () => {
  const SEED = 'expected a whole number from 0 to 4294967295.';
  const EPOCHS = 'expected a whole number from 1 to 1000000.';
  test.each([
    [{ epochs: '0' }, `training.epochs: found 0, ${EPOCHS}`],
    [{ epochs: '1.5' }, `training.epochs: found 1.5, ${EPOCHS}`],
    [{ epochs: '1000001' }, `training.epochs: found 1000001, ${EPOCHS}`],
    [{ epochs: '' }, `training.epochs: found "", ${EPOCHS}`],
    [{ seed: '-1' }, `model.seed: found -1, ${SEED}`],
    [{ seed: '' }, `model.seed: found "", ${SEED}`],
    [{ seed: 'one' }, `model.seed: found "one", ${SEED}`],
    [{ seed: '4294967296' }, `model.seed: found 4294967296, ${SEED}`],
  ])('%j', async (input, sentence) => {
    const page = await open();
    expect(await trainOnPage(page, input)).toBe('failed');
    expect(await textOf(page, '#failure')).toBe(sentence);
    expect(await isVisible(page, '#result')).toBe(false);
    const marked = Object.keys(input)[0]!;
    expect(await page.$eval(`#${marked}`, (field) => field.ariaInvalid)).toBe('true');
  });

  test('and takes the result of before away; good input brings one back', async () => {
    const page = await open();
    await trainOnPage(page);
    await trainOnPage(page, { epochs: '0' });
    expect(await isVisible(page, '#result')).toBe(false);
    expect(await page.$$('#predictions td')).toEqual([]);
    expect(await trainOnPage(page)).toBe('done');
    expect(await textOf(page, '#failure')).toBe('');
  });
});

describe('without WebGPU', () => {
  test.each([
    ['no navigator.gpu', 'This browser has no WebGPU', () => Reflect.deleteProperty(Navigator.prototype, 'gpu')],
    ['no adapter', 'found no graphics adapter', () => (GPU.prototype.requestAdapter = () => Promise.resolve(null))],
  ])('%s: the CPU curve and table are shown, and which browsers have it', async (_, why, before) => {
    const page = await open({ before });
    expect(await trainOnPage(page)).toBe('done');
    const notice = await textOf(page, '#no-webgpu');
    expect(notice).toContain(why);
    expect(notice).toMatch(/Chrome and Edge from version 113 .* Safari from 26, and Firefox from 141/);
    const { columns, rows } = await readTable(page, '#predictions');
    expect(columns).toEqual(['Actual', 'Predicted (CPU reference)']);
    expect(rows.map(([, predicted]) => predicted!.text)).toEqual(PUBLISHED);
    expect(await page.$$('canvas')).toHaveLength(1);
    expect(await textOf(page, '#result')).not.toContain('WebGPU (float32)');
  });
});

describe('a training that does not end well', () => {
  test('a shader that computes something else is reported, and no result shown', async () => {
    // As it is shipped, in short names.
    const texts = Object.values(await linkPacks('shaders')).flatMap((pack) => Object.values(pack));
    const names = shortNames(texts.join('\n'));
    const short = (code: string) => shortened(code, names);
    const page = await open({ patch: [short('w - rate * g;'), short('w + rate * g;')] });
    expect(await trainOnPage(page)).toBe('failed');
    expect(await textOf(page, '#failure')).toMatch(
      /^Pass update is wrong: parameters\[\d+\] is .* on the GPU and .* in the reference/,
    );
    expect(await isVisible(page, '#result')).toBe(false);
  });

  test('Stop ends a long one, and the page can train again', async () => {
    const page = await open();
    await trainOnPage(page);
    await fill(page, { epochs: '1000000' });
    await page.click('#train');
    await page.waitForSelector('#progress[value]');
    expect(await page.$eval('#train', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    expect(await isVisible(page, '#verdict')).toBe(false);
    await page.click('#stop');
    expect(await trainingEnded(page)).toBe('idle');
    expect(await isVisible(page, '#result')).toBe(false);
    expect(await trainOnPage(page)).toBe('done');
  });
});
