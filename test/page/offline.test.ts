/**
 * The page without a connection, in each browser, as it is published in a folder of a server: after one visit the server is shut down,
 * and all of it still works. A newer version is offered and taken when the visitor wants it; other pages keep the one they came from.
 */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import { serveFolder } from '../support/serve-folder.js';
import { labState } from './lab-driver.js';
import * as lab from './lab-driver.js';
import { type ChangedSite, openPage, SITE } from './open-page.js';
import { find, goTo, has, press, textMatching, textOf, viewReady } from './page-driver.js';
import { inEachBrowser } from './page-tests.js';

const UNDER = '/some/where/';

interface Host extends ChangedSite {
  /** Puts another site in the place of what is served. */
  readonly publish: (folder: string) => Promise<void>;
}

/** A server as a static host: what is published there can be replaced. */
async function host(site: string): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'idli-offline-'));
  const publish = async (from: string) => {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    await cp(from, folder, { recursive: true });
  };
  await publish(site);
  const served = await serveFolder(folder, { under: UNDER });
  return {
    url: served.url,
    publish,
    close: async () => {
      await served.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A training that no software adapter takes long to compile. */
const SMALL = labState((state) => ({
  ...state,
  run: {
    ...state.run,
    model: {
      layers: [
        { units: 4, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
  },
}));

/** Until all of the page is kept, as it says in its last line. */
const kept = (page: Page) => page.waitForSelector('footer [data-kept="true"]');

const cacheNames = (page: Page) => page.evaluate(async () => (await caches.keys()).sort());

/** Until the walkthrough's workers have loaded what they need. */
const walkthroughReady = (page: Page) => textMatching(page, '.whereabouts', /Before the first of 50 epochs/);

/** Another build of the same page, with one word changed in a part that is loaded later. */
const next = { folder: '' };

beforeAll(async () => {
  next.folder = await mkdtemp(join(tmpdir(), 'idli-next-'));
  await build({
    logLevel: 'warn',
    build: { outDir: next.folder, emptyOutDir: true },
    plugins: [
      {
        name: 'another-version',
        enforce: 'pre',
        transform: (code, id) =>
          id.endsWith('walkthrough.tsx') ? code.replace('from scratch, executable', 'from scratch, again') : null,
      },
    ],
  });
});

afterAll(() => rm(next.folder, { recursive: true }));

inEachBrowser('without a connection', ({ browser, keep }) => {
  test('the walkthrough runs and the lab trains, after one visit, from any folder', async () => {
    const { url, close } = await host(SITE);
    const opened = await openPage(browser(), url, { offline: true });
    const { page } = opened;
    page.setDefaultTimeout(100_000);
    await kept(page);
    await walkthroughReady(page);
    await close();

    await page.reload();
    await walkthroughReady(page);
    await press(page, 'Run 50 epochs');
    await textMatching(page, '.whereabouts', /50 of 50 epochs done/);
    await page.goto(`${url}${hashOf({ ...START, view: 'lab', lab: SMALL })}`);
    await lab.press(page, 'Start');
    expect(await lab.reached(page, 'done', 'failed')).toBe('done: Done, epoch 12 of 12.');
    for (const title of ['Device', 'Benchmark']) await goTo(page, title);
    // With its file's name it is the same page.
    await page.goto(`${url}index.html#walkthrough`);
    await walkthroughReady(page);
    expect(await textOf(page, 'footer')).toContain('it works without a connection');
    // A worker's own look for a newer version fails, and nothing else does.
    expect(opened.problems.filter((problem) => !problem.endsWith('/sw.js'))).toEqual([]);
    await opened.close();
  });

  test('control: without the service worker the same reload fails', async () => {
    const { url, close } = await host(SITE);
    const { page, close: leave } = await openPage(browser(), url);
    await viewReady(page, 'walkthrough');
    expect(await textOf(page, 'footer')).not.toContain('without a connection');
    await close();
    // Whether that throws is the browser's choice.
    await page.reload().catch(() => undefined);
    expect(await page.$('main[data-view]')).toBeNull();
    await leave();
  });

  test('a newer version is offered, and is there after the click; another page keeps its own', async () => {
    const { url, publish, close } = await host(SITE);
    const opened = await openPage(browser(), url, { offline: true });
    const page = keep(opened);
    await viewReady(page);
    await kept(page);
    const [first] = await cacheNames(page);
    const other = await page.browserContext().newPage();
    await other.goto(`${url}#device`);
    await viewReady(other, 'device');

    await publish(next.folder);
    await page.bringToFront();
    await page.reload();
    // What stands there is of one version, until its visitor says otherwise.
    await viewReady(page, 'walkthrough');
    expect(await textOf(page, 'h1')).toBe('Deep learning from scratch, executable');
    await find(page, 'Reload');
    expect(await lab.noticesOf(page)).toEqual(['A new version of this page is ready.']);
    await press(page, 'Reload');
    await textMatching(page, 'h1', /from scratch, again$/);
    await kept(page);
    expect(await has(page, 'Reload')).toBe(false);

    // The other page has not loaded its walkthrough yet, and the server has it no more.
    expect(await cacheNames(page)).toHaveLength(2);
    await other.bringToFront();
    await goTo(other, 'Walkthrough');
    expect(await textOf(other, 'h1')).toBe('Deep learning from scratch, executable');
    await other.close();
    await page.bringToFront();

    // Nobody needs the first version now.
    await page.reload();
    await kept(page);
    await page.waitForFunction(async (name) => !(await caches.has(name)), {}, first!);
    expect(await cacheNames(page)).toHaveLength(1);
    await close();
  });

  test('a version that arrives only half is not kept, and what was there goes on', async () => {
    const { url, publish, close } = await host(SITE);
    const { page, close: leave } = await openPage(browser(), url, { offline: true });
    await viewReady(page);
    await kept(page);
    const before = await cacheNames(page);
    await publish(SITE);
    const half = await mkdtemp(join(tmpdir(), 'idli-half-'));
    await cp(next.folder, half, { recursive: true });
    const names = await readdir(join(half, 'assets'));
    await rm(
      join(
        half,
        'assets',
        names.find((name) => name.startsWith('walkthrough-') && name.endsWith('.js'))!,
      ),
    );
    await publish(half);
    await page.evaluate(async () => {
      const registration = (await navigator.serviceWorker.getRegistration())!;
      const ended = new Promise((resolve) =>
        registration.addEventListener('updatefound', () => {
          const { installing } = registration;
          installing!.addEventListener('statechange', () => installing!.state === 'redundant' && resolve(true));
        }),
      );
      await registration.update().catch(() => undefined);
      await ended;
    });
    await page.reload();
    await viewReady(page, 'walkthrough');
    expect(await textOf(page, 'h1')).toBe('Deep learning from scratch, executable');
    expect(await has(page, 'Reload')).toBe(false);
    expect(await cacheNames(page)).toEqual(expect.arrayContaining(before));
    await rm(half, { recursive: true });
    await leave();
    await close();
  });
});
