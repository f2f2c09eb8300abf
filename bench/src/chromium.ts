/**
 * Runs the benchmark in one headless Chromium: the workloads in one page with all contestants, start-up in fresh pages
 * with one contestant each. What happens in the page is in pages/ and harness.ts.
 */
import type { Browser, Page } from 'puppeteer';
import { launchBrowser } from '../../test/support/launch-browser.js';
import { buildPages, installPeers, servePages } from './build.js';
import { write } from './finish.js';
import type { BenchOptions } from './options.js';
import type {} from './pages/page-bench.js';
import type { WorkloadId } from '../../src/runs/workload.js';
import { type Results, slugOf, type WorkloadResult } from './results.js';
import { measureStarts } from './start-up.js';
import { peerVersions } from './versions.js';

export async function runInChromium(
  { only, samples, results: folder }: BenchOptions,
  say: (line: string) => void,
): Promise<Results> {
  await installPeers(say);
  say('building the pages');
  await buildPages();
  const server = await servePages();
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser('chromium');
    const page = await openPage(browser, server.urlOf('bench'), say);
    const adapter = await page.evaluate(() => window.idliBench.adapter());
    if (!adapter) throw new Error('Chromium has no WebGPU adapter here.');
    say(`adapter: ${adapter.text}`);
    const results = {
      date: new Date().toISOString(),
      engine: 'chromium',
      engineVersion: await browser.version(),
      adapter: adapter.text,
      isSoftware: adapter.isSoftware,
      slug: slugOf('chromium', adapter),
      samples,
      versions: peerVersions(),
      workloads: [] as WorkloadResult[],
    };
    for (const id of only) {
      if (id === 'g') results.workloads.push(await measureStarts(browser, server, samples, say));
      else results.workloads.push(...(await measureIn(page, id, samples)));
      await write(results, folder);
    }
    return results;
  } finally {
    await browser?.close();
    await server.close();
  }
}

async function measureIn(page: Page, id: Exclude<WorkloadId, 'g'>, samples: number): Promise<WorkloadResult[]> {
  const measured = new Promise<WorkloadResult[]>((resolve, reject) => {
    const take = (results: WorkloadResult[] | string): void => {
      if (typeof results === 'string') reject(new Error(`Workload ${id}: ${results}`));
      else resolve(results);
    };
    page.once('close', () => reject(new Error(`The page ended while it measured ${id}.`)));
    page.once('error', (error) => reject(error));
    void page.exposeFunction('idliMeasured', take).then(() => {
      return page.evaluate((id, samples) => window.idliBench.measure(id, samples), id, samples);
    }, reject);
  });
  return measured.finally(() => page.removeExposedFunction('idliMeasured'));
}

async function openPage(browser: Browser, url: string, say: (line: string) => void): Promise<Page> {
  const page = await browser.newPage();
  // Nobody waits for a workload but this program, and a workload takes minutes.
  page.setDefaultTimeout(0);
  await page.exposeFunction('idliSay', say);
  page.on('pageerror', (error) => {
    say(`page: ${error instanceof Error ? error.message : String(error)}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') say(`page: ${message.text()}`);
  });
  await page.goto(url);
  await page.waitForFunction(() => 'idliBench' in window);
  return page;
}
