/**
 * How the built page (dist-site/) feels on this machine: when it first paints, and how long it lets a hand wait while the
 * lab trains a 784-256-128-10 network. Times vary with what else the machine does, so it judges nothing.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { LAB_START } from '../src/page/lab/lab-state.js';
import { hashOf } from '../src/page/state/link.js';
import { START } from '../src/page/state/page-state.js';
import { launchBrowser } from '../test/support/launch-browser.js';
import { serveFolder } from '../test/support/serve-folder.js';

const SITE = fileURLToPath(new URL('../dist-site', import.meta.url));

const VISITS = 5;
const CLICKS = 60;
/** Milliseconds between two. */
const PAUSE = 100;

/** Pictures of 28 by 28, a row of a table each; what they show matters to no clock. */
const ROWS = 512;
const PIXELS = 784;
const CLASSES = 10;

export async function main(): Promise<number> {
  if (!existsSync(SITE)) {
    console.error('There is no dist-site: npm run build:site first.');
    return 1;
  }
  const served = await serveFolder(SITE);
  const browser = await launchBrowser('chromium');
  try {
    const paints = [];
    for (let visit = 0; visit < VISITS; visit++) paints.push(await firstPaint(browser, served.url));
    console.log(`First contentful paint, ${VISITS} first visits: ${spread(paints)}.`);
    const { adapter, delays, epochs } = await delaysWhileTraining(browser, served.url);
    console.log(`784-256-128-10, batch 64, ${adapter}`);
    console.log(`Input delay, ${delays.length} clicks in ${epochs} epochs of training: ${spread(delays)}.`);
    return 0;
  } finally {
    await browser.close();
    await served.close();
  }
}

async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector('main h1');
  const time = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime);
  await context.close();
  return time;
}

async function delaysWhileTraining(browser: Browser, url: string) {
  const page = await browser.newPage();
  const lab = { ...LAB_START, comparesReference: false, run: runOfPictures() };
  await page.goto(`${url}${hashOf({ ...START, view: 'lab', lab })}`);
  await page.waitForSelector('#lab-data');
  await dropTable(page);
  await page.waitForFunction(() => document.querySelector('#lab-data')!.textContent.includes('From 784 inputs'));
  const epochs = () => page.$$eval('.training-numbers dd', ([first]) => parseInt(first!.textContent.replace(/,/g, '')));
  await pressButton(page, 'Start');
  await page.waitForFunction(() => parseInt(document.querySelector('.training-numbers dd')!.textContent) > 0);
  await page.evaluate(watchInput);
  const first = await epochs();
  const tick = (await page.waitForSelector('aria/Logarithmic scale'))!;
  for (let click = 0; click < CLICKS; click++) {
    await tick.click();
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  const trained = (await epochs()) - first;
  if (!(trained > 0)) throw new Error('The network did not train while the page was clicked on.');
  const delays = await page.evaluate(() => (globalThis as unknown as { delays: number[] }).delays);
  const adapter = await page.$eval('.training-outcome .note', ({ textContent }) => textContent);
  return { adapter, delays, epochs: trained };
}

/** From the hand to the page's own code, for every click: what a busy thread lets it wait. */
function watchInput(): void {
  const delays: number[] = [];
  Object.assign(globalThis, { delays });
  document.addEventListener('pointerdown', ({ timeStamp }) => delays.push(performance.now() - timeStamp), true);
}

function runOfPictures() {
  return {
    data: { csv: 'pictures.csv', target: 'label', validationSplit: 0.2 },
    model: {
      seed: 1,
      layers: [
        { units: 256, activation: 'relu' as const },
        { units: 128, activation: 'relu' as const },
        { units: CLASSES, activation: 'softmax' as const },
      ],
    },
    training: {
      loss: 'sparseCategoricalCrossentropy' as const,
      optimizer: 'adam' as const,
      epochs: 1000,
      batchSize: 64,
    },
  };
}

function dropTable(page: Page): Promise<void> {
  const names = Array.from({ length: PIXELS }, (_, i) => `p${i}`);
  const rows = Array.from({ length: ROWS }, (_, r) => [...names.map((_, i) => (r * 31 + i * 17) % 256), r % CLASSES]);
  const text = [[...names, 'label'], ...rows].map((row) => row.join(',')).join('\n');
  return page.$eval(
    '#lab-data',
    (panel, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], 'pictures.csv'));
      panel.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    text,
  );
}

/** Presses a button once it can be pressed. */
async function pressButton(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const button = Array.from(document.querySelectorAll('button')).find(
        ({ innerText, ariaDisabled }) => innerText.trim() === wanted && ariaDisabled !== 'true',
      );
      button?.click();
      return button !== undefined;
    },
    {},
    name,
  );
}

function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => `${sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(0)} ms`;
  return `median ${at(0.5)}, most ${at(1)}`;
}
