/**
 * Photographs the built page: `npm run screenshots` builds the site and writes each view and section, on a phone and on a desk, light and
 * dark, into screenshots/ (not kept); with `-- --readme` it writes the pictures of README into docs/ instead. It judges nothing.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { build } from 'vite';
import { LAB_START } from '../src/page/lab/lab-state.js';
import { hashOf } from '../src/page/state/link.js';
import { START } from '../src/page/state/page-state.js';
import { launchBrowser } from '../test/support/launch-browser.js';
import { serveFolder } from '../test/support/serve-folder.js';
import { openPage, serveWithoutGpu, SITE } from '../test/page/open-page.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WIDTHS = { phone: 390, desk: 1280 } as const;
/** Bytes that a picture in README may have. */
const README_MOST = 250_000;

type Theme = 'light' | 'dark';

/** What is photographed: how it is come to, and its parts by their names; `page` is all of it. */
interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly without?: 'WebGPU';
  readonly shoot: (page: Page, take: Take) => Promise<void>;
}

/** @param selector of a part, or nothing for the whole page */
type Take = (part: string, selector?: string) => Promise<void>;

const says = (page: Page, selector: string, pattern: RegExp) =>
  page.waitForFunction(
    (where, source) => new RegExp(source).test(document.querySelector<HTMLElement>(where)?.innerText ?? ''),
    { timeout: 180_000 },
    selector,
    pattern.source,
  );

/** Presses what has this text, within a part. */
async function press(page: Page, within: string, text: string): Promise<void> {
  await page.waitForFunction(
    (where, wanted) => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>(`${where} button`)];
      const button = buttons.find(
        (one) => one.innerText.trim() === wanted && !one.disabled && one.ariaDisabled !== 'true',
      );
      button?.click();
      return button !== undefined;
    },
    { timeout: 60_000 },
    within,
    text,
  );
}

/** Every tab of a part, one after another. */
async function tabs(page: Page, within: string, take: (name: string) => Promise<void>): Promise<void> {
  const names = await page.$$eval(`${within} [role="tab"]`, (all) => all.map((one) => (one as HTMLElement).innerText));
  for (const name of names) {
    await press(page, within, name);
    // What is not in sight is not drawn.
    await page.$eval(`${within} [role="tabpanel"]`, (panel) => panel.scrollIntoView({ block: 'center' }));
    const isOnItsWay = () =>
      /on their way/.test(document.querySelector<HTMLElement>('[role="tabpanel"]')?.innerText ?? '');
    await page.waitForFunction(`!(${String(isOnItsWay)})()`, { timeout: 15_000 }).catch(() => undefined);
    await settled(page);
    await take(name.toLowerCase().replace(/\W+/g, '-'));
  }
}

/** Until nothing in it says that it is busy, and what is drawn is drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"]'), { timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await new Promise((done) => setTimeout(done, 300));
}

const TRAINING = '#lab-training';

const SCENES: readonly Scene[] = [
  {
    name: 'walkthrough',
    hash: 'walkthrough',
    shoot: async (page, take) => {
      await says(page, '.whereabouts', /Before the first/);
      await take('start');
      await press(page, '.control-bar', 'Run 50');
      await says(page, '.whereabouts', /50 of 50/);
      await take('done', 'main');
      const steps = await page.$$eval('.step', (all) => all.length);
      for (let i = 0; i < steps; i++) await take(`step-${i + 1}`, `.step >> nth-${i}`);
    },
  },
  {
    name: 'lab',
    hash: 'lab',
    shoot: async (page, take) => {
      await page.waitForSelector(TRAINING);
      await settled(page);
      await take('before');
      await press(page, TRAINING, 'Epoch');
      await says(page, TRAINING, /Paused after/);
      await take('during');
      await press(page, TRAINING, 'Go on');
      await page.waitForSelector(`${TRAINING} [data-status="done"]`, { timeout: 180_000 });
      await take('after');
      for (const panel of ['views', 'results']) {
        await tabs(page, `#lab-${panel}`, (name) => take(`${panel}-${name}`, `#lab-${panel}`));
      }
    },
  },
  { name: 'device', hash: 'device', shoot: (_, take) => take('page') },
  { name: 'benchmark', hash: 'benchmark', shoot: (_, take) => take('page') },
  { name: 'notice', hash: 'lab/AAAA', shoot: (_, take) => take('damaged-link') },
  {
    name: 'without-webgpu',
    hash: 'walkthrough',
    without: 'WebGPU',
    shoot: async (page, take) => {
      await says(page, '.whereabouts', /Before the first/);
      await take('walkthrough');
      await page.evaluate(() => (location.hash = '#lab'));
      await page.waitForSelector(TRAINING);
      await take('lab');
      await page.evaluate(() => (location.hash = '#device'));
      await page.waitForSelector('main[data-view="device"] h1');
      await take('device');
    },
  },
];

async function shoot(browser: Browser, url: string, scene: Scene, width: keyof typeof WIDTHS, theme: Theme) {
  const opened = await openPage(browser, url, { width: WIDTHS[width], height: 900, theme, hash: scene.hash });
  const { page, problems, close } = opened;
  const take: Take = async (part, selector) => {
    await settled(page);
    const path = join(ROOT, 'screenshots', `${scene.name}-${part}-${width}-${theme}.png`) as `${string}.png`;
    const [where, place] = (selector ?? '').split(' >> nth-');
    await page.evaluate(unstick);
    if (!where) return void (await page.screenshot({ path, fullPage: true }));
    const found = (await page.$$(where))[Number(place ?? 0)];
    if (found) await found.screenshot({ path });
    else console.error(`${scene.name}: there is no ${where}.`);
  };
  try {
    await page.waitForSelector('main[data-view] h1');
    await scene.shoot(page, take);
  } catch (error) {
    console.error(`${scene.name}, ${width}, ${theme}: ${String(error)}`);
    await take('failed');
  }
  problems.forEach((problem) => console.error(`${scene.name}: ${problem}`));
  await close();
  return problems.length === 0;
}

/** What stays in sight while a person scrolls would lie across a picture that is higher than the window. */
function unstick(): void {
  for (const one of document.querySelectorAll<HTMLElement>('main *')) {
    if (getComputedStyle(one).position === 'sticky') one.style.position = 'static';
  }
}

/** Two moons and two hidden layers of eight, whose lines can be told apart in a small picture. */
function readmeLab(): string {
  const model = {
    ...LAB_START.run.model,
    layers: [
      { units: 8, activation: 'tanh' as const },
      { units: 8, activation: 'tanh' as const },
      { units: 1, activation: 'sigmoid' as const },
    ],
  };
  const training = { ...LAB_START.run.training, epochs: 60 };
  const data = { synthetic: 'moons' as const, samples: 500, noise: 0.1, seed: 3, validationSplit: 0.2 };
  return hashOf({ ...START, view: 'lab', lab: { ...LAB_START, run: { data, model, training } } });
}

/** From the top of one element to the bottom of another, at most so high. */
async function shootFromTo(page: Page, path: `${string}.png`, first: string, last: string, most = Infinity) {
  await settled(page);
  await page.evaluate(unstick);
  const clip = await page.evaluate(
    (from, to) => {
      const [top, bottom] = [from, to].map((selector) => document.querySelector(selector)!.getBoundingClientRect());
      return { x: top!.x - 12, y: top!.y + scrollY - 12, width: top!.width + 24, height: bottom!.bottom - top!.y + 24 };
    },
    first,
    last,
  );
  await page.screenshot({ path, clip: { ...clip, height: Math.min(clip.height, most) }, captureBeyondViewport: true });
}

/** The pictures of README: the lab after a training, and a step of the walkthrough. */
async function shootForReadme(browser: Browser, url: string): Promise<void> {
  const docs = (name: string) => join(ROOT, 'docs', name) as `${string}.png`;
  const lab = await openPage(browser, url, { width: 1200, height: 1000, theme: 'light', hash: readmeLab() });
  await press(lab.page, TRAINING, 'Start');
  await lab.page.waitForSelector(`${TRAINING} [data-status="done"]`, { timeout: 180_000 });
  await shootFromTo(lab.page, docs('page.png'), '.lab-outcome > :nth-child(1)', '.lab-outcome .readout');
  await lab.close();

  const walk = await openPage(browser, url, { width: 1100, height: 900, theme: 'light', hash: 'walkthrough' });
  await says(walk.page, '.whereabouts', /Before the first/);
  for (let pass = 1; pass <= 2; pass++) {
    await press(walk.page, '.control-bar', 'Pass ▶');
    await says(walk.page, '.whereabouts', new RegExp(`pass ${pass} of`));
  }
  await shootFromTo(walk.page, docs('walkthrough.png'), '#step-forward', '#step-forward', 1320);
  await walk.close();
  for (const name of ['page.png', 'walkthrough.png']) {
    const { size } = await stat(docs(name));
    console.log(`docs/${name}: ${size} bytes`);
    if (size > README_MOST) throw new Error(`docs/${name} has ${size} bytes, at most ${README_MOST} are allowed.`);
  }
}

/** @returns the exit code */
export async function main(): Promise<number> {
  await build({ root: ROOT, logLevel: 'warn' });
  const browser = await launchBrowser('chromium');
  const site = await serveFolder(SITE);
  const poor = await serveWithoutGpu('WebGPU');
  let isGood = true;
  try {
    if (process.argv.includes('--readme')) {
      await shootForReadme(browser, site.url);
      return 0;
    }
    await rm(join(ROOT, 'screenshots'), { recursive: true, force: true });
    await mkdir(join(ROOT, 'screenshots'));
    const wanted = process.argv.slice(3);
    for (const scene of SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
      for (const width of ['desk', 'phone'] as const) {
        for (const theme of ['light', 'dark'] as const) {
          isGood = (await shoot(browser, scene.without ? poor.url : site.url, scene, width, theme)) && isGood;
        }
      }
      console.log(scene.name);
    }
  } finally {
    await browser.close();
    await site.close();
    await poor.close();
  }
  return isGood ? 0 : 1;
}
