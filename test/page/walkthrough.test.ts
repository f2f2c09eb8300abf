/**
 * The walkthrough as a person uses it, on the built site: it reaches the published table, goes back and forth to the same
 * numbers, says where each comes from, and does without WebGPU. A shader that computes something else shows.
 */
import { mkdir } from 'node:fs/promises';
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { CURVE_TOLERANCE } from '../../src/verify/curves.js';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import type {} from '../support/device.js';
import { golden, PUBLISHED } from '../support/golden.js';
import { textOf, type ViewOptions, press as pressButton } from './page-driver.js';
import { inEachBrowser, pageTests, type PageTests } from './page-tests.js';

const chromium = pageTests();

/** In Chromium, unless it is given the browser. */
async function open(options: ViewOptions = {}, { open: openIn }: PageTests = chromium): Promise<Page> {
  const page = await openIn('walkthrough', options);
  await page.waitForSelector('.walkthrough[data-passes]');
  return page;
}

const at = (page: Page, passes: number, seed = 1) =>
  page.waitForSelector(`.walkthrough[data-passes="${passes}"][data-seed="${seed}"]`);

/** Presses a button of the bar by its name, and waits until the numbers are there. */
async function press(page: Page, name: string, passes: number): Promise<void> {
  await pressButton(page, name);
  await at(page, passes);
}

interface Numbers {
  readonly [table: string]: readonly (string | undefined)[];
}

/** All matrices that stand for themselves: by name and kind, with all digits where there are numbers. */
function numbersOf(page: Page): Promise<Numbers> {
  return page.$$eval('.result table', (tables) =>
    Object.fromEntries(
      tables.map((table, i) => [
        `${i} ${table.dataset['tensor']} ${table.dataset['kind']}`,
        Array.from(table.querySelectorAll('td'), ({ dataset, textContent }) => dataset['value'] ?? textContent),
      ]),
    ),
  );
}

function valuesOf(page: Page, tensor: string, kind: 'gpu' | 'reference'): Promise<number[]> {
  return page.$eval(`.result .matrix[data-tensor="${tensor}"][data-kind="${kind}"]`, (table) =>
    Array.from(table.querySelectorAll('td'), ({ dataset }) => Number(dataset['value'] ?? NaN)),
  );
}

/** The columns GPU and Reference of the table at the end. */
function predictions(page: Page, kind: 'gpu' | 'reference'): Promise<{ text: string; value: number }[]> {
  return page.$$eval(`.predictions td[data-kind="${kind}"]`, (cells) =>
    cells.map(({ textContent, dataset }) => ({ text: textContent, value: Number(dataset['value'] ?? NaN) })),
  );
}

const furthest = (values: readonly { readonly value: number }[]) =>
  Math.max(...values.map(({ value }, i) => Math.abs(value - golden.predictions_of_epoch_50[i]!)));

inEachBrowser('the whole way', (tests) => {
  test('Run 50 reaches the published table', async ({ task }) => {
    const page = await open({}, tests);
    const adapter = await textOf(page, '#adapter');
    task.meta.adapter = adapter;
    // Firefox names none, and says only that it is one.
    if (/swiftshader|llvmpipe/i.test(adapter)) expect(adapter).toContain('software adapter');
    expect((await predictions(page, 'gpu')).map(({ text }) => text)).toEqual(['—', '—', '—', '—']);

    await press(page, 'Run 50 epochs', 450);
    const reference = await predictions(page, 'reference');
    expect(reference.map(({ text }) => text)).toEqual(PUBLISHED);
    expect(furthest(reference)).toBeLessThan(1e-12);
    const gpu = await predictions(page, 'gpu');
    expect(furthest(gpu)).toBeLessThan(CURVE_TOLERANCE);
    expect(Math.max(...gpu.map(({ text }, i) => Math.abs(Number(text) - Number(PUBLISHED[i]))))).toBeLessThan(1e-6);
    // Rounded to float32 on the way, so they are not copies of each other.
    expect(gpu.map(({ value }) => value)).toEqual(gpu.map(({ value }) => Math.fround(value)));
    expect(await textOf(page, '.verdict')).toMatch(
      /^All 4 numbers of the reference equal the published ones, digit for/,
    );
    expect(await page.$eval('.loss-curve svg', (svg) => svg.getAttribute('aria-label'))).toContain('50 of 50 epochs');
    await mkdir('test-results', { recursive: true });
    await page.screenshot({ path: `test-results/walkthrough-${tests.engine}.png` });
  });

  test('step, back and step give the same cells; going on changes only what the pass writes', async () => {
    const page = await open({}, tests);
    const first = await numbersOf(page);
    expect(
      Object.values(first)
        .flat()
        .filter((value) => value === '—').length,
    ).toBeGreaterThan(100);
    await press(page, 'Step one pass', 1);
    const one = await numbersOf(page);
    const changed = Object.keys(one).filter((table) => one[table]!.join() !== first[table]!.join());
    expect(changed.map((table) => table.split(' ')[1])).toEqual(['layers.0.y', 'layers.0.y', 'layers.0.y']);
    expect(await page.$$eval('div.pass.here', (here) => here.map(({ dataset }) => dataset['pass']))).toEqual([
      'layers.0 forward',
    ]);
    await press(page, 'Step one epoch', 9);
    await press(page, 'Step one pass', 10);
    const ten = await numbersOf(page);
    await press(page, 'Back one pass', 9);
    expect(await numbersOf(page)).not.toEqual(ten);
    await press(page, 'Step one pass', 10);
    expect(await numbersOf(page)).toEqual(ten);
    await press(page, 'Reset to the first weights', 0);
    expect(await numbersOf(page)).toEqual(first);
  });
});

describe('a number', () => {
  const cell = (tensor: string, row: number, column: number) =>
    `.result .matrix[data-tensor="${tensor}"][data-kind="gpu"] td[data-row="${row}"][data-column="${column}"]`;
  const lit = (page: Page, pass: string) =>
    page.$$eval(`[data-pass="${pass}"] td.lit`, (cells) =>
      cells.map((one) => `${one.closest('table')!.dataset['tensor']} ${one.dataset['row']},${one.dataset['column']}`),
    );

  test('pointed at lights the row and the column that it came from, and says how', async () => {
    const page = await open();
    await press(page, 'Step one epoch', 9);
    const hidden = '[data-pass="layers.0 forward"]';
    // Before it is pointed at, nothing is lit.
    expect(await lit(page, 'layers.0 forward')).toEqual([]);
    await page.hover(cell('layers.0.y', 2, 1));
    expect(await lit(page, 'layers.0 forward')).toEqual([
      ...['x 2,0', 'x 2,1', 'x 2,2'],
      ...['layers.0.kernel before 0,1', 'layers.0.kernel before 1,1', 'layers.0.kernel before 2,1'],
    ]);
    expect(await textOf(page, `${hidden} .origin-sum`)).toMatch(
      /^y₀\[3, 2\] 1·0\.4406 \+ 0·\(−0\.8153\) \+ 1·0\.0776 = 0\.5183, and sigmoid\(0\.5183\) = 0\.6267$/,
    );
    expect(await textOf(page, `${hidden} .origin-values`)).toMatch(/^GPU 0\.62\d+ · reference 0\.62\d+ · \d\.\d ULP/);
    await page.hover('h1');
    expect(await lit(page, 'layers.0 forward')).toEqual([]);
  });

  test('is reached by keyboard: one stop a matrix, arrows within', async () => {
    const page = await open();
    await press(page, 'Step one epoch', 9);
    await page.focus(cell('layers.0.dkernel', 0, 0));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await lit(page, 'layers.0 kernel gradient')).toEqual([
      ...[0, 1, 2, 3].map((row) => `x ${row},1`),
      ...[0, 1, 2, 3].map((row) => `layers.0.dz ${row},1`),
    ]);
    const stops = await page.$eval(`.result .matrix[data-tensor="layers.0.dkernel"]`, (table) =>
      Array.from(table.querySelectorAll('td'))
        .filter((one) => one.tabIndex === 0)
        .map(({ dataset }) => ({ ...dataset })),
    );
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatchObject({ row: '1', column: '1' });
    await page.keyboard.press('Escape');
    expect(await lit(page, 'layers.0 kernel gradient')).toEqual([]);
  });
});

describe('a place', () => {
  const linkTo = (seed: number, passes: number) => ({
    hash: hashOf({ ...START, walkthrough: { seed, passes } }),
  });

  test('is in the link: whoever follows it sees the same numbers', async () => {
    const page = await open();
    await press(page, 'Step one epoch', 9);
    await press(page, 'Step one pass', 10);
    // The address follows a moment later.
    await page.waitForFunction((hash) => location.hash === hash, {}, linkTo(1, 10).hash);
    const other = await open(linkTo(1, 10));
    await at(other, 10);
    expect(await numbersOf(other)).toEqual(await numbersOf(page));
  });

  test('beyond the end is the end', async () => {
    const page = await open(linkTo(1, 1_000_000));
    await at(page, 450);
    expect((await predictions(page, 'reference')).map(({ text }) => text)).toEqual(PUBLISHED);
    await press(page, 'Back one pass', 449);
  });

  test('with another seed has other weights and answers, and says so', async () => {
    const page = await open();
    await press(page, 'Run 50 epochs', 450);
    const first = await valuesOf(page, 'layers.1.y', 'gpu');
    await page.click('.control-seed input', { count: 3 });
    await page.keyboard.type('2');
    await at(page, 450, 2);
    const second = await valuesOf(page, 'layers.1.y', 'gpu');
    expect(second).not.toEqual(first);
    expect(second.every((value) => value > 0 && value < 1)).toBe(true);
    expect(await textOf(page, '.verdict')).toMatch(/^The tutorial’s numbers are those of seed 1;/);
    // A seed that is none changes nothing.
    await page.keyboard.type('x');
    expect(await textOf(page, '.control-seed .problem')).toMatch(/^Expected a whole number from 0/);
    await at(page, 450, 2);
  });
});

describe('the code', () => {
  test('stands in three columns for each step, and whole where it is asked for', async () => {
    const page = await open();
    await page.waitForSelector('#step-forward .code-columns section:nth-child(2) pre');
    const columns = await page.$$eval('#step-forward .code-columns section', (all) => all.map((one) => one.innerText));
    expect(columns[0]).toContain('np.exp(-np.dot(x, w0))');
    expect(columns[1]).toContain('export function denseForward(');
    expect(columns[2]).toContain('fn main(@builtin(global_invocation_id) id: vec3u) {');
    expect(columns[2]).not.toContain('fn sigmoid(');
    await page.click('#step-forward summary');
    await page.waitForFunction(() =>
      document.querySelector('#step-forward details')!.textContent.includes('fn sigmoid('),
    );
  });

  test('at three levels is measured when asked, and comes to one loss', async () => {
    const page = await open();
    await page.click('#measure-levels');
    await page.waitForFunction(() => document.querySelectorAll('.level-time strong').length === 3);
    const times = await page.$$eval('p.level-time', (all) => all.map(({ innerText }) => innerText));
    const last = golden.half_sum_squared_error.at(-1)!;
    for (const time of times) {
      const [, milliseconds, loss] = /^([\d.]+) m?s for 50 epochs.*Last loss ([\d.]+)\.$/.exec(time)!;
      expect(Number(milliseconds)).toBeGreaterThan(0);
      expect(Math.abs(Number(loss) - last)).toBeLessThan(CURVE_TOLERANCE);
    }
    expect(times[1]).toContain('software adapter');
  });
});

describe('without WebGPU', () => {
  test.each([
    ['no API', 'This browser has no WebGPU', ['navigator.gpu', 'navigator.noSuchThing']],
    ['no adapter', 'found no graphics adapter', ['.requestAdapter(', '.noSuchThing?.(']],
  ] as const)('%s: the reference goes the whole way alone', async (_, why, patch) => {
    const page = await open({ patch });
    const notice = await textOf(page, '#no-webgpu');
    expect(notice).toContain(why);
    expect(notice).toMatch(/Chrome and Edge from version 113 .* Safari from 26, and Firefox from 141/);
    await press(page, 'Run 50 epochs', 450);
    expect((await predictions(page, 'reference')).map(({ text }) => text)).toEqual(PUBLISHED);
    expect(await page.$$('[data-kind="gpu"]')).toEqual([]);
    expect(await textOf(page, '.walkthrough')).not.toContain('Apart, ULP');
    await page.hover('.result .matrix[data-tensor="layers.1.y"] td');
    expect(await textOf(page, '[data-pass="layers.1 forward"] .origin-values')).toMatch(/^reference 0\.\d+$/);
  });
});

describe('what goes wrong', () => {
  test('control: a shader that computes something else shows in the differences and in the table', async () => {
    const page = await open({ patch: ['- rates.learningRate * g', '+ rates.learningRate * g'] });
    await press(page, 'Step one epoch', 9);
    const apart = await page.$$eval('#step-update table[data-kind="ulp"] td', (cells) =>
      cells.map(({ dataset }) => Number(dataset['value'])),
    );
    expect(apart).toHaveLength(16);
    expect(Math.min(...apart)).toBeGreaterThan(100);
    // From here it is not fifty epochs any more, and does not say so.
    expect(await page.$('[aria-label="Run 50 epochs"]')).toBeNull();
    await press(page, 'Run on to the end of epoch 50', 450);
    expect(furthest(await predictions(page, 'gpu'))).toBeGreaterThan(0.1);
    expect((await predictions(page, 'reference')).map(({ text }) => text)).toEqual(PUBLISHED);
    expect(await textOf(page, '.verdict')).toContain('agree in the first 0 decimals');
  });

  test('a device that is lost is said, and Start again leads to the same place', async () => {
    // Keeps the device where the test can reach it.
    const keep =
      '[globalThis.kept ??= (GPUAdapter.prototype.plain = GPUAdapter.prototype.requestDevice, ' +
      'GPUAdapter.prototype.requestDevice = async function (o) { return (globalThis.device = await this.plain(o)); }, ' +
      "'requestDevice')](";
    const page = await open({ patch: ['.requestDevice(', keep] });
    await press(page, 'Step one epoch', 9);
    const before = await numbersOf(page);
    for (const worker of page.workers()) {
      await worker.evaluate(() => (globalThis as unknown as { device?: GPUDevice }).device?.destroy());
    }
    await page.waitForSelector('.notice-error');
    expect(await textOf(page, '.notice-error')).toMatch(/GPU .*was lost/);
    await page.click('.notice-error button.quiet');
    await page.waitForFunction(() => !document.querySelector('.notice-error'));
    await at(page, 9);
    await press(page, 'Step one pass', 10);
    await press(page, 'Back one pass', 9);
    expect(await numbersOf(page)).toEqual(before);
  });
});

describe('for everybody', () => {
  test.each([360, 390, 820, 1600])('fits a window of %i dots', async (width) => {
    const page = await open({ width });
    await press(page, 'Step one epoch', 9);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const outside = await page.$$eval('.control-bar button, h1, h2, .pass, .code, .loss-curve', (all) =>
      all.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map(({ outerHTML }) => outerHTML),
    );
    expect(outside).toEqual([]);
  });

  test.each(['light', 'dark'])('breaks no rule of accessibility, %s', async (scheme) => {
    const page = await open();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await press(page, 'Run 50 epochs', 450);
    await page.waitForSelector('#step-levels pre');
    const { violations } = await new AxePuppeteer(page).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.length, nodes[0]?.html])).toEqual([]);
  });

  test('flashes for nobody who wants no motion, and its formulas have their styles', async () => {
    const page = await open();
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await press(page, 'Step one pass', 1);
    expect(await page.$eval('.here .result td', (one) => getComputedStyle(one).animationName)).toBe('none');
    const bare = await page.$$eval('.formula [data-style]', (all) =>
      all.filter((one) => (one as HTMLElement).style.length === 0).map(({ outerHTML }) => outerHTML),
    );
    expect(bare).toEqual([]);
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'no-preference' }]);
    await press(page, 'Step one pass', 2);
    expect(await page.$eval('.here .result td', (one) => getComputedStyle(one).animationName)).toMatch(/^flash-/);
  });
});
