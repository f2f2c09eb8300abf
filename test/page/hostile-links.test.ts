/**
 * Links that somebody made to do harm, opened in the page: each is answered by a sentence or by a lab that can be used; nothing of a link
 * is ever run or taken for HTML, and no dialog opens.
 */
import { deflateSync, strToU8 } from 'fflate';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { LAB_START } from '../../src/page/lab/lab-state.js';
import { goTo, noticesOf, viewReady } from './page-driver.js';
import { pageTests } from './page-tests.js';

const HTML = '<img src=x onerror="window.harmed=true"><script>window.harmed=true</script>';

const linkOf = (json: string) => `#lab/${Buffer.from(deflateSync(strToU8(json))).toString('base64url')}`;
const labLink = (run: object) => linkOf(JSON.stringify({ lab: { ...LAB_START, run: { ...LAB_START.run, ...run } } }));
const model = (layers: unknown) => labLink({ model: { layers } });

/** Refused with a sentence. */
const REFUSED: readonly (readonly [name: string, hash: string])[] = [
  ['no view', `#${encodeURIComponent(HTML)}`],
  ['HTML in place of a state', `#lab/${HTML}`],
  ['bytes that are no state', '#lab/AAAAAAAA'],
  ['cut off', labLink({}).slice(0, -9)],
  ['too long', `#lab/${'A'.repeat(300_000)}`],
  ['a bomb', linkOf(' '.repeat(60_000_000))],
  ['nested too deep', linkOf('['.repeat(10_000) + ']'.repeat(10_000))],
  ['a field __proto__', linkOf('{"lab":{"__proto__":{"harmed":true}}}')],
  ['a field constructor', linkOf('{"lab":{"constructor":{"prototype":{"harmed":true}}}}')],
  ['a field called HTML', linkOf(JSON.stringify({ [HTML]: 1 }))],
  ['an activation called HTML', model([{ units: 1, activation: HTML }])],
  ['a loss called HTML', labLink({ training: { ...LAB_START.run.training, loss: HTML } })],
  ['two thousand layers', model(Array.from({ length: 2000 }, () => ({ units: 2 })))],
  ['units beyond all numbers', model([{ units: 1e300, activation: 'relu' }])],
];

/** Right by itself, and hard to bear. */
const BORNE: readonly (readonly [name: string, hash: string])[] = [
  ['a file called HTML', labLink({ data: { csv: HTML, target: HTML } })],
  [
    'a network that no device holds',
    model([
      { units: 2_000_000_000, activation: 'relu' },
      { units: 1, activation: 'sigmoid' },
    ]),
  ],
  [
    'two hundred layers',
    model([...Array.from({ length: 200 }, () => ({ units: 2 })), { units: 1, activation: 'sigmoid' }]),
  ],
];

async function expectUnharmed(page: Page): Promise<void> {
  expect(await page.evaluate(() => Reflect.get(window, 'harmed') === undefined)).toBe(true);
  expect(await page.evaluate(() => Reflect.get({}, 'harmed') === undefined)).toBe(true);
  expect(await page.$$eval('img, script:not([type="module"])', (all) => all.length)).toBe(0);
}

describe('a hostile link', () => {
  const { open } = pageTests();

  const openHostile = (hash: string) => open('lab', { hash, before: watchDialogs });

  test.each(REFUSED)('%s: it says so in a sentence, and the page can be used', async (_, hash) => {
    const page = await openHostile(hash);
    const notices = await noticesOf(page);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      /^The link (holds a run that is refused: |is damaged: |is too long: |has a field |says |lacks |leads to no part )[\s\S]+\.$/,
    );
    expect(notices[0]!.length).toBeLessThan(500);
    await expectUnharmed(page);
    await goTo(page, 'Device');
    await goTo(page, 'Lab');
    await page.waitForSelector('#lab-training');
    await expectUnharmed(page);
  });

  test.each(BORNE)('%s: the lab stands, and the page can be used', async (_, hash) => {
    const page = await openHostile(hash);
    await page.waitForSelector('#lab-training');
    await expectUnharmed(page);
    await goTo(page, 'Device');
    await viewReady(page, 'device');
    await expectUnharmed(page);
  });

  test('that is right shows HTML in its names as the text that it is', async () => {
    // Without a slash: what a file is called begins behind its last one.
    const name = '<img src=x onerror="window.harmed=true">';
    const page = await openHostile(labLink({ data: { csv: name, target: name } }));
    await page.waitForFunction((html) => document.querySelector('main')!.innerText.includes(html), {}, name);
    await expectUnharmed(page);
  });

  test('control: a page that takes it for HTML is found out', async () => {
    const page = await openHostile('#lab');
    await page.$eval('main', (main, html) => (main.innerHTML = html), '<img alt="taken for HTML">');
    await expect(expectUnharmed(page)).rejects.toThrow();
  });
});

/** A dialog would hold the page up; here it is harm. */
function watchDialogs(): void {
  for (const name of ['alert', 'confirm', 'prompt'] as const) {
    Object.assign(window, { [name]: () => Object.assign(window, { harmed: true }) });
  }
}
