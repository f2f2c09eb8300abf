/**
 * Start-up: a fresh page in a fresh context, with one contestant alone, from navigation to the first epoch's loss. Pages
 * take turns as everywhere; what a page loads is gzipped here to say how much it is, and served as it is.
 */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer';
import { pageNames, type Server } from './build.js';
import type { ContestantInfo } from './contestants/contestant.js';
import type { StartReport } from './pages/page-bench.js';
import type { Measurement, WorkloadResult } from './results.js';
import { median } from '../../src/core/statistics.js';
import { FIRST_LOSS, START_TITLE, TOLERANCE } from '../../src/runs/workloads.js';

/** Not the harness's own number: a fresh page has no warm-up, and one more is thrown away for the disk's sake. */
const LEAST_PAGES = 5;

const LIBRARIES: Readonly<Record<string, readonly [name: string, library: ContestantInfo['library']]>> = {
  idli: ['IDLI', 'idli'],
  jax: ['jax-js', 'jax-js'],
  tfjs: ['tfjs', 'tfjs'],
};

interface Start extends ContestantInfo {
  readonly page: string;
  readonly samples: number[];
  gzipBytes: number;
  difference: number;
  refusal?: string;
}

export async function measureStarts(
  browser: Browser,
  server: Server,
  samples: number,
  say: (line: string) => void,
): Promise<WorkloadResult> {
  const starts = pageNames()
    .filter((name) => name.startsWith('start-'))
    .map(startOf);
  const pages = Math.max(LEAST_PAGES, samples);
  for (let sample = 0; sample <= pages; sample++) {
    for (const start of starts) {
      if (start.refusal !== undefined) continue;
      const { report, urls } = await open(browser, server.urlOf(start.page));
      start.difference = Math.abs(report.loss - FIRST_LOSS) / FIRST_LOSS;
      if (report.refusal !== undefined) start.refusal = report.refusal;
      else if (!(start.difference <= TOLERANCE)) start.refusal = `its first loss is ${report.loss}: not timed`;
      else if (sample > 0) start.samples.push(report.milliseconds);
      if (sample === 0) start.gzipBytes = await gzippedBytes(urls.map(server.fileOf));
    }
    say(sample === 0 ? 'g every contestant shows the same first loss' : `g page ${sample} of ${pages}`);
  }
  return { id: 'g', title: START_TITLE, unit: 'ms', measurements: starts.map(measurement) };
}

function startOf(page: string): Start {
  const [, prefix, backend] = page.split('-') as [string, string, ContestantInfo['backend']];
  const [name, library] = LIBRARIES[prefix]!;
  const facts = { id: `${prefix}-${backend}`, name: `${name} ${backend}`, library, backend };
  return { ...facts, page, samples: [], gzipBytes: 0, difference: NaN };
}

async function open(browser: Browser, url: string): Promise<{ report: StartReport; urls: string[] }> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const urls: string[] = [];
    page.on('requestfinished', (request) => {
      if (request.url().startsWith('http')) urls.push(request.url());
    });
    await page.goto(url);
    const report = await page.evaluate(async () => {
      const nothing = { milliseconds: NaN, loss: NaN, refusal: 'its page did not start' };
      return (await window.idliStart) ?? nothing;
    });
    return { report, urls };
  } finally {
    await context.close();
  }
}

async function gzippedBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all([...new Set(files)].map(async (file) => gzipSync(await readFile(file)).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function measurement({ id, name, library, backend, refusal, samples, gzipBytes, difference }: Start): Measurement {
  const facts = { id, name, library, backend };
  if (refusal !== undefined) return { ...facts, refusal, samples: [], median: NaN, min: NaN };
  const numbers = { samples, median: median(samples), min: Math.min(...samples) };
  return { ...facts, ...numbers, gzipBytes, difference, compared: 1 };
}
