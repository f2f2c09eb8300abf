/**
 * The report page in Chromium, as a person opens it, from a file: its charts are drawn, it asks for nothing, its policy
 * (CSP) is kept, it fits a phone and paper; and a script in the name of a class does not run, by escaping and by policy.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/cli/html-report.js';
import { clouds, trainedAlone, trainedTwice } from '../support/report-input.js';
import { launchBrowser } from '../support/launch-browser.js';
import { article } from '../../src/runs/article.js';
import { openPage } from './open-page.js';
import { textOf } from './page-driver.js';

const EVIL = '</script><script>document.documentElement.dataset.evil = "ran"</script><img src=x onerror="evil()">';

const state: { browser?: Browser; folder: string; count: number } = { folder: '', count: 0 };

beforeAll(async () => {
  state.browser = await launchBrowser('chromium');
  state.folder = await mkdtemp(join(tmpdir(), 'idli-report-'));
});

afterAll(async () => {
  await state.browser?.close();
  await rm(state.folder, { recursive: true, force: true });
});

async function open(html: string, width = 1200): Promise<{ page: Page; problems: readonly string[] }> {
  const path = join(state.folder, `${state.count++}.html`);
  await writeFile(path, html);
  const opened = await openPage(state.browser!, pathToFileURL(path).href, { width });
  return opened;
}

/** Whether the charts were drawn, and whether a script ran that should not. */
const marks = async (page: Page) =>
  page.$eval('html', ({ dataset }) => [dataset['charts'] ?? 'none', dataset['evil'] ?? 'none']);

/** What a canvas shows, as far as it matters here: how many of its dots are not empty. */
function inked(page: Page): Promise<number[]> {
  return page.$$eval('.chart canvas', (canvases) =>
    canvases.map((canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    }),
  );
}

const pictures = (page: Page) =>
  page.$$eval('.chart canvas', (canvases) => canvases.map((canvas) => canvas.toDataURL()));

/** Waits for what the browser draws next. */
const nextFrame = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

describe('a report', async () => {
  const twice = htmlReport({ ...(await trainedTwice(clouds())), name: 'clouds.json' });

  test('draws its charts and breaks no rule of its own', async () => {
    const { page, problems } = await open(twice);
    expect(await marks(page)).toEqual(['drawn', 'none']);
    const dots = await inked(page);
    expect(dots).toHaveLength(4);
    dots.forEach((count) => expect(count).toBeGreaterThan(1000));
    expect(problems).toEqual([]);
    await page.close();
  });

  test('control: with another script than its own, it draws nothing, and that is noticed', async () => {
    const { page, problems } = await open(twice.replace('const HINT', 'const hint'));
    expect(await marks(page)).toEqual(['none', 'none']);
    expect(problems.join('\n')).toMatch(/Content Security Policy/);
    await page.close();
  });

  test('says in words what is under the cursor, in all charts', async () => {
    const { page, problems } = await open(twice);
    const box = (await (await page.$('#chart-loss .u-over'))!.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await nextFrame(page);
    expect(await textOf(page, '#chart-loss-readout')).toMatch(/^Epoch [67] · Training 0\.\d+ · Validation 0\.\d+$/);
    expect(await textOf(page, '#chart-difference-readout')).toMatch(
      /^Epoch [67]( · \|WebGPU − reference\| \d\.\de-\d+)?$/,
    );
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each([320, 390, 820, 1600])('fits a window of %i dots', async (width) => {
    const { page } = await open(twice, width);
    await page.$$eval('details', (all) => all.forEach((one) => (one.open = true)));
    expect(await page.$eval('html', ({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(width);
    const outside = await page.$$eval('.chart, caption > span, h1, .tiles, figcaption, pre', (all) =>
      all.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map(({ outerHTML }) => outerHTML),
    );
    expect(outside).toEqual([]);
    await page.close();
  });

  test('follows the width of the window', async () => {
    const { page } = await open(twice, 1600);
    const widthOf = () => page.$eval('#chart-loss canvas', (canvas) => canvas.getBoundingClientRect().width);
    const wide = await widthOf();
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction(
      (before) => document.querySelector('#chart-loss canvas')!.clientWidth < before,
      {},
      wide,
    );
    expect(await widthOf()).toBeLessThanOrEqual(360);
    await page.close();
  });

  test('is light or dark as its reader likes it, and light on paper; the charts too', async () => {
    const { page } = await open(twice);
    const paper = () => page.$eval('body', (body) => getComputedStyle(body).backgroundColor);
    const session = await page.createCDPSession();
    const change = async (scheme: string, media = '') => {
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await session.send('Emulation.setEmulatedMedia', { media, features });
      await nextFrame(page);
      return { paper: await paper(), charts: await pictures(page) };
    };
    const light = await change('light');
    const dark = await change('dark');
    const print = await change('dark', 'print');
    expect([light.paper, dark.paper, print.paper]).toEqual([
      'rgb(252, 251, 248)',
      'rgb(21, 23, 27)',
      'rgb(255, 255, 255)',
    ]);
    light.charts.forEach((chart, i) => expect(chart).not.toBe(dark.charts[i]));
    expect((await change('light')).charts).toEqual(light.charts);
    await page.close();
  });

  test('prints on paper', async () => {
    const { page, problems } = await open(twice);
    const pdf = await page.pdf({ format: 'A4', printBackground: false });
    expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe('%PDF-');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('has words for who does not see its charts, and a table for each number in them', async () => {
    const { page } = await open(twice);
    const tree = await page.accessibility.snapshot({ interestingOnly: false });
    const text = JSON.stringify(tree);
    for (const title of ['Loss', 'Loss, computed twice', 'Their difference', 'Accuracy']) {
      const image = await page.$(`aria/${title}[role="image"]`);
      expect(image, title).not.toBeNull();
    }
    expect(text).toContain('How far the two losses are apart');
    const loose = await page.$$eval('[aria-labelledby], [aria-describedby]', (all) =>
      all
        .flatMap((one) => [one.getAttribute('aria-labelledby')!, one.getAttribute('aria-describedby')!])
        .filter((id) => !document.getElementById(id)),
    );
    expect(loose).toEqual([]);
    await page.close();
  });

  test('of one epoch, and of a training by the CPU alone, is whole', async () => {
    const one = await trainedTwice({ ...article, training: { ...article.training, epochs: 1 } });
    for (const input of [one, await trainedAlone(clouds())]) {
      const { page, problems } = await open(htmlReport(input));
      expect(await marks(page)).toEqual(['drawn', 'none']);
      (await inked(page)).forEach((count) => expect(count).toBeGreaterThan(500));
      expect(problems).toEqual([]);
      await page.close();
    }
  });
});

describe('a script in the name of a class', async () => {
  const input = await trainedTwice(clouds());
  const evil = htmlReport({ ...input, classes: [EVIL, EVIL, EVIL], name: EVIL, document: { [EVIL]: EVIL } });

  test('shows as its text and does not run', async () => {
    const { page, problems } = await open(evil);
    expect(await marks(page)).toEqual(['drawn', 'none']);
    expect(await textOf(page, 'h1')).toBe(EVIL);
    expect(problems).toEqual([]);
    await page.close();
  });

  const unescaped = evil.replace(/<h1>.*?<\/h1>/s, `<h1>${EVIL}</h1>`);

  test('would not run either if it stood there as markup: the policy forbids it', async () => {
    const { page, problems } = await open(unescaped);
    expect(await marks(page)).toEqual(['drawn', 'none']);
    expect(problems.filter((problem) => /Content Security Policy/.test(problem)).length).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  test('control: without the policy it runs, and the picture is asked for', async () => {
    const { page, problems } = await open(unescaped.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
    expect(await marks(page)).toEqual(['drawn', 'ran']);
    expect(problems.join('\n')).toContain('request failed');
    await page.close();
  });
});
