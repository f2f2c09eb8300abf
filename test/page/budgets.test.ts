/**
 * What the page costs before anything is done with it, counted by what a server is really asked for: scripts, styles and the page itself
 * after gzip; nothing from elsewhere in any view; and the first paint needs neither workers nor views.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { serveFolder } from '../support/serve-folder.js';
import { openPage, SITE } from './open-page.js';
import { goTo, press, textMatching, viewReady } from './page-driver.js';
import { pageTests } from './page-tests.js';

/** 1 KB is 1000 bytes here, as in `npm run size`. */
const BUDGETS = { scripts: 200_000, styles: 25_000, page: 2_000, beforePaint: 60_000 };

const gzipped = (content: Buffer) => gzipSync(content, { level: 9 }).length;

/** Bytes after gzip of what was asked for, by the end of its name. */
const sizeOf = (asked: ReadonlyMap<string, Buffer>, end: string) =>
  [...asked].reduce((sum, [path, content]) => (path.endsWith(end) ? sum + gzipped(content) : sum), 0);

/** What costs too much, a line each. */
function excesses(asked: ReadonlyMap<string, Buffer>): string[] {
  const sizes = { scripts: sizeOf(asked, '.js'), styles: sizeOf(asked, '.css'), page: sizeOf(asked, '.html') };
  return Object.entries(sizes).flatMap(([kind, size]) => {
    const most = BUDGETS[kind as keyof typeof sizes];
    return size > most ? [`${kind}: ${size} bytes after gzip, at most ${most}`] : [];
  });
}

/** The site on a server that notes what it is asked for. */
async function countingSite() {
  const asked = new Map<string, Buffer>();
  const change = (path: string, content: Buffer) => {
    asked.set(path, content);
    return content;
  };
  return { asked, ...(await serveFolder(SITE, { change })) };
}

describe('what is loaded', () => {
  const { browser, keep } = pageTests();
  const servers: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const { close } of servers.splice(0)) await close();
  });

  test('before the lab opens keeps to its budget, workers and all that a whole training of the walkthrough needs', async () => {
    const site = await countingSite();
    servers.push(site);
    const page = keep(await openPage(browser(), site.url));
    await textMatching(page, '.whereabouts', /Before the first/);
    await press(page, 'Run 50 epochs');
    await textMatching(page, '.whereabouts', /50 of 50 epochs done/);
    expect([...site.asked.keys()].filter((path) => /worker|session/.test(path)).length).toBeGreaterThan(1);
    expect(excesses(site.asked)).toEqual([]);
    const scripts = sizeOf(site.asked, '.js');
    // Control: the lab's own scripts come later, and are counted then.
    await goTo(page, 'Lab');
    await page.waitForSelector('#lab-training');
    expect(sizeOf(site.asked, '.js')).toBeGreaterThan(scripts + 30_000);
    const heavy = new Map([...site.asked, ['assets/heavy.js', Buffer.from(await randomBytes(300_000))]]);
    expect(excesses(heavy)[0]).toMatch(/^scripts: \d+ bytes/);
  });

  test('comes from the page’s own folder, in every view', async () => {
    const site = await countingSite();
    servers.push(site);
    const page = keep(await openPage(browser(), site.url));
    const origins = new Set<string>();
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await viewReady(page, 'walkthrough');
    // What goes elsewhere is a problem of the page, looked at after the test (open-page.ts).
    for (const title of ['Lab', 'Device', 'Benchmark', 'Walkthrough']) await goTo(page, title);
    expect([...origins].filter((origin) => origin !== 'null')).toEqual([new URL(site.url).origin]);
  });

  test('for the first paint is the page, its style and nothing that it waits for', async () => {
    const html = (await readFile(join(SITE, 'index.html'))).toString();
    // There is something to read before any script runs.
    expect(html).toMatch(/<main>\s*<h1>[^<]+<\/h1>/);
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toHaveLength(1);
    // Modules do not hold up the parser.
    expect(scripts[0]).toMatch(/type="module"/);
    const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(1);
    const files = await Promise.all(named.map((path) => readFile(join(SITE, path))));
    expect(files.reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThan(BUDGETS.beforePaint);
    // The entry loads views and workers by `import()` and `new Worker()`, never at once.
    expect(named.filter((path) => /walkthrough|lab|worker|session|uPlot/i.test(path))).toEqual([]);
  });
});

/** Bytes that no compression makes fewer. */
async function randomBytes(count: number): Promise<Uint8Array> {
  const { createHash } = await import('node:crypto');
  const blocks = Array.from({ length: count / 32 }, (_, i) => createHash('sha256').update(String(i)).digest());
  return Buffer.concat(blocks);
}
