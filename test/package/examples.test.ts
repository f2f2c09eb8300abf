/**
 * The examples, run as their READMEs say, with the package as npm gives it: in Node, in a page without a bundler, and in
 * a page that Vite built; on the GPU (the software adapter, where there is no other) and on the CPU.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'puppeteer';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPage } from '../page/open-page.js';
import { launchBrowser } from '../support/launch-browser.js';
import { type Served, serveFolder } from '../support/serve-folder.js';

const EXAMPLES = join(inject('consumer'), 'examples');
const LEARNED = 'XOR of the rows: 0 1 1 0';

describe('in Node', () => {
  const start = (script: string, backend: string) =>
    promisify(execFile)(process.execPath, [join(EXAMPLES, 'node', script), backend]);

  test.each([
    ['cpu', /^trained on the CPU, loss 0\.000\d$/m],
    ['webgpu', /^trained on .+, loss 0\.000\d$/m],
  ])('on %s', async (backend, where) => {
    const { stdout, stderr } = await start('train.js', backend);
    expect(stdout).toMatch(where);
    expect(stdout).toContain(LEARNED);
    expect(stdout.includes('trained on the CPU')).toBe(backend === 'cpu');
    expect(stderr).toBe('');
  });

  test('control: one that imports what there is not fails', async () => {
    const script = await readFile(join(EXAMPLES, 'node/train.js'), 'utf8');
    await writeFile(join(EXAMPLES, 'node/broken.js'), script.replace('adam, adapterText', 'adam, adapterTexts'));
    await expect(start('broken.js', 'cpu')).rejects.toThrow('adapterTexts');
  });
});

describe('in a page', () => {
  let browser: Browser;
  const folders: Record<string, Served> = {};

  beforeAll(async () => {
    browser = await launchBrowser('chromium');
    const single = join(inject('consumer'), 'node_modules/idli/dist/idli.min.js');
    await cp(single, join(EXAMPLES, 'plain-html/idli.min.js'));
    folders['plain-html'] = await serveFolder(join(EXAMPLES, 'plain-html'));
    const application = join(EXAMPLES, 'vite-app');
    await build({ root: application, configFile: false, logLevel: 'error' });
    folders['vite-app'] = await serveFolder(join(application, 'dist'));
  });
  afterAll(async () => {
    await browser?.close();
    for (const served of Object.values(folders)) await served.close();
  });

  /** What the page says in the end, and the scripts that it loaded. */
  async function shown(name: string, backend: string, file = '') {
    const url = folders[name]!.url;
    const { page, problems } = await openPage(browser, `${url}${file}?backend=${backend}`);
    await page.waitForFunction(() => !document.querySelector('#result')!.textContent.startsWith('Training'), {
      timeout: 60_000,
    });
    const text = await page.$eval('#result', ({ textContent }) => textContent);
    const scripts = await page.evaluate(() =>
      performance.getEntriesByType('resource').flatMap(({ name: address }) => /[^/]+\.js$/.exec(address) ?? []),
    );
    await page.close();
    return { text, scripts: scripts.map((script) => script.replace(/-[\w-]{8}\.js$/, '')), problems };
  }

  test.each([
    ['plain-html', 'cpu'],
    ['plain-html', 'webgpu'],
    ['vite-app', 'cpu'],
    ['vite-app', 'webgpu'],
  ])('%s on %s', async (name, backend) => {
    const { text, problems } = await shown(name, backend);
    expect(text).toMatch(backend === 'cpu' ? /^Trained on the CPU\. / : /^Trained on (?!the CPU)/);
    expect(text).toContain(LEARNED);
    expect(problems).toEqual([]);
  });

  test('on the CPU nothing loads that works on a GPU', async () => {
    const { scripts } = await shown('vite-app', 'cpu');
    expect(scripts.filter((script) => /engine|persistent|layered|verify|products/.test(script))).toEqual([]);
    expect((await shown('vite-app', 'webgpu')).scripts).toEqual(
      expect.arrayContaining(['engine', 'persistent', 'verify']),
    );
  });

  test('control: a page whose library learns wrongly is noticed', async () => {
    const page = await readFile(join(EXAMPLES, 'plain-html/index.html'), 'utf8');
    await writeFile(
      join(EXAMPLES, 'plain-html/broken.html'),
      page.replace('[[0], [1], [1], [0]]', '[[0], [0], [1], [1]]'),
    );
    const { text } = await shown('plain-html', 'cpu', 'broken.html');
    expect(text).not.toContain(LEARNED);
  });
});
