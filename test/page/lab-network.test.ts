/**
 * The lab's network on the built page, in Chromium: edited with the keyboard alone, drawn with the weights of the training, its size
 * and its plan told, and refused where it is wrong or larger than the device, before anybody starts it.
 */
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import type { LayerDocument } from '../../src/core/model.js';
import { parseModel } from '../../src/core/run.js';
import { summaryText } from '../../src/model/summary.js';
import { textOf } from './page-driver.js';
import { pageTests } from './page-tests.js';

const { open } = pageTests();

const RELU: LayerDocument = { units: 32, activation: 'relu' };
const FRESH: LayerDocument = { units: 16, activation: 'relu' };
const OUTPUT: LayerDocument = { units: 1, activation: 'sigmoid' };

async function openLab(width = 1200): Promise<Page> {
  const page = await open('lab', { width });
  await page.waitForSelector('#lab-drawing .unit');
  // What is folded away has no text.
  await page.$eval('.network-facts details', (facts) => (facts.open = true));
  return page;
}

/** What the page shows that is not so of a network with these layers and two inputs; empty where all is right. */
async function faults(page: Page, layers: readonly LayerDocument[]): Promise<string[]> {
  const { layers: parsed } = parseModel({ layers });
  const total = /Parameters: (\d+(?:,\d+)*)/.exec(summaryText(parsed, 2))![1]!;
  const units = await page.$$eval('.layer', (cards) =>
    cards.map((card) => card.querySelector<HTMLInputElement>('.field input')?.value),
  );
  const wanted = layers.map((layer) => ('units' in layer ? String(layer.units) : undefined));
  const shown = await textOf(page, '[data-parameters]');
  return [
    ...(JSON.stringify(units) === JSON.stringify(wanted) ? [] : [`units ${units.join()} for ${wanted.join()}`]),
    ...(shown === total ? [] : [`${shown} parameters for ${total}`]),
  ];
}

/** Waits until the drawing is of the network that is edited. */
const drawn = (page: Page, units: number) =>
  page.waitForFunction((count) => document.querySelectorAll('#lab-drawing .unit').length === count, {}, units);

/** The focused element, as a screen reader names it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: found } = document;
    return found?.getAttribute('aria-label') ?? found?.textContent ?? '';
  });

const news = (page: Page) => textOf(page, '#lab-network-news');

/** Presses Tab until the focus is on what is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The keyboard does not reach "${name}"`);
}

async function setUnits(page: Page, layer: number, units: string): Promise<void> {
  const field = (await page.$$('.layer'))[layer - 1]!;
  const input = (await field.$('.field input'))!;
  await input.click({ count: 3 });
  await input.type(units);
}

const setActivation = async (page: Page, layer: number, name: string) =>
  (await (await page.$$('.layer'))[layer - 1]!.$('.activation-field select'))!.select(name);

const press = (page: Page, section: string, text: string) =>
  page.$$eval(
    `${section} button`,
    (buttons, wanted) => buttons.find(({ textContent }) => textContent === wanted)!.click(),
    text,
  );

const lines = (page: Page) =>
  page.$$eval('#lab-drawing .edges .edge', (all) => all.map((one) => one.getAttribute('d')).join());

describe('layers, with the keyboard alone', () => {
  test('are added, moved and removed, and the focus stays with them', async () => {
    const page = await openLab();
    expect(await faults(page, [RELU, RELU, OUTPUT])).toEqual([]);

    await tabTo(page, 'Add a layer between 1 and 2');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.layer').length === 4);
    expect(await focused(page)).toBe('Type of layer 2');
    expect(await news(page)).toBe('Layer added at place 2 of 4: dense, 16 units, relu.');
    expect(await faults(page, [RELU, FRESH, RELU, OUTPUT])).toEqual([]);
    await drawn(page, 2 + 32 + 16 + 32 + 1);

    await tabTo(page, 'Move layer 2 up');
    await page.keyboard.press('Enter');
    // At the top there is one way left.
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Move layer 1 down');
    expect(await news(page)).toBe('Layer 2 is now layer 1 of 4.');
    expect(await faults(page, [FRESH, RELU, RELU, OUTPUT])).toEqual([]);

    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Move layer 2 down');
    expect(await faults(page, [RELU, FRESH, RELU, OUTPUT])).toEqual([]);

    await tabTo(page, 'Duplicate layer 2');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.layer').length === 5);
    expect(await focused(page)).toBe('Layer 3: dense, 16 units, relu');

    await tabTo(page, 'Remove layer 3');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.layer').length === 4);
    expect(await focused(page)).toBe('Layer 3: dense, 32 units, relu');
    expect(await news(page)).toBe('Layer 3 removed; 4 are left.');
    expect(await faults(page, [RELU, FRESH, RELU, OUTPUT])).toEqual([]);
  });

  test('control: another network than the one shown is noticed', async () => {
    const page = await openLab();
    expect(await faults(page, [RELU, OUTPUT])).toHaveLength(2);
    expect(await faults(page, [{ units: 32, useBias: false }, RELU, OUTPUT])).toEqual(['1,185 parameters for 1,153']);
  });

  test('the last one cannot be removed, and a preset takes the place of all', async () => {
    const page = await openLab();
    await press(page, '.presets', 'Logistic regression');
    await drawn(page, 3);
    expect(await faults(page, [OUTPUT])).toEqual([]);
    expect(await page.$eval('[data-part="remove"]', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    expect(await news(page)).toMatch(/^Logistic regression: the network is now dense, 1 unit, sigmoid\.$/);
  });

  test('units are walked over with arrows, and each tells its numbers', async () => {
    const page = await openLab();
    await press(page, '.presets', 'The tutorial’s 3-4-1');
    await drawn(page, 2 + 4 + 1);
    await tabTo(page, 'Input x1.');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    expect(await focused(page)).toMatch(
      /^Layer 1, unit 4 of 4\. Weights from input x\d −?\d\.\d{8}; input x\d −?\d\.\d{8}\.$/,
    );
    expect(await textOf(page, '.drawing-said')).toBe(await focused(page));
  });
});

describe('the drawing', () => {
  test('shows the first weights, and those of the training as it goes on', async () => {
    const page = await openLab();
    const first = await lines(page);
    const label = (await page.$eval('[data-unit="3-0"]', (unit) => unit.getAttribute('aria-label')))!;
    expect(await textOf(page, '#lab-drawing-state')).toBe('Shown: first weights of seed 1.');
    await press(page, '#lab-training', 'Start');
    await page.waitForFunction(() =>
      /weights (after epoch|in epoch \d+, after step) [1-9]/.test(
        document.querySelector('#lab-drawing-state')!.textContent,
      ),
    );
    const during = await lines(page);
    expect(during).not.toBe(first);
    await page.waitForFunction(() =>
      /weights after epoch 60/.test(document.querySelector('#lab-drawing-state')!.textContent),
    );
    expect(await lines(page)).not.toBe(during);
    expect(await page.$eval('[data-unit="3-0"]', (unit) => unit.getAttribute('aria-label'))).not.toBe(label);
  });

  test('control: without a training the lines stay, and of another seed they are others', async () => {
    const page = await openLab();
    const first = await lines(page);
    await setActivation(page, 1, 'tanh');
    await page.waitForFunction(() =>
      document.querySelector('#lab-drawing .column-size')?.closest('svg')!.textContent.includes('32 tanh'),
    );
    expect(await lines(page)).toBe(first);
    await press(page, '.presets', 'The tutorial’s 3-4-1');
    await drawn(page, 7);
    expect(await lines(page)).not.toBe(first);
  });

  test('of a wide network says what it leaves out', async () => {
    const page = await openLab();
    await setUnits(page, 1, '500');
    await drawn(page, 2 + 16 + 32 + 1);
    expect(await textOf(page, '#lab-drawing-left-out')).toMatch(/first and last units.*The network has 17,032\.$/);
  });
});

describe('what cannot be trained', () => {
  test('is said at its field', async () => {
    const page = await openLab();
    await setActivation(page, 3, 'softmax');
    await page.waitForSelector('.layer .activation-field [aria-invalid="true"]');
    expect(
      await page.$$eval('.layer .activation-field .problem', (all) => all.map(({ textContent }) => textContent)),
    ).toEqual([
      '',
      '',
      'Found "softmax" over 1 unit, expected at least 2 units, since softmax of one is always 1 (or "sigmoid").',
    ]);
    await setActivation(page, 3, 'sigmoid');
    await page.waitForFunction(() => !document.querySelector('#lab-network [aria-invalid="true"]'));
  });

  test('and is no number never reaches the network', async () => {
    const page = await openLab();
    await setUnits(page, 1, '0');
    expect(await page.$$eval('.layer .problem', (all) => all.map(({ textContent }) => textContent).join(''))).toMatch(
      // Two inputs and a bias: more would not fit one kernel.
      /^Expected a whole number from 1 to 89,478,485\.$/,
    );
    expect(await textOf(page, '[data-parameters]')).toBe('1,185');
  });

  test('and fits no device says so before it is started, and trains once it is smaller', async () => {
    const page = await openLab();
    await press(page, '.presets', 'Two hidden layers of 32');
    await setUnits(page, 1, '16000');
    await setUnits(page, 2, '16000');
    await tabTo(page, 'Duplicate layer 2');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /the limit of this device/.test(document.querySelector('.layers')!.textContent));
    await setUnits(page, 1, '8');
    await setUnits(page, 2, '8');
    await setUnits(page, 3, '8');
    await drawn(page, 2 + 8 + 8 + 8 + 1);
    expect(await page.$('#lab-network [aria-invalid="true"]')).toBeNull();
    await press(page, '#lab-training', 'Start');
    await page.waitForFunction(() =>
      /weights after epoch 60/.test(document.querySelector('#lab-drawing-state')!.textContent),
    );
  });
});

describe('the plan', () => {
  test('names its schedule and why, and another network’s is another', async () => {
    const page = await openLab();
    await page.waitForSelector('.plan-reason');
    const before = await textOf(page, '.plan-reason');
    await press(page, '.presets', 'Logistic regression');
    await page.waitForSelector('.plan-reason[data-schedule="persistent"]');
    expect(await textOf(page, '.network-facts .fold-now')).toBe('3 parameters');
    expect(await textOf(page, '.plan-reason')).toMatch(/^persistent schedule, since [\d,]+ bytes of weights/);
    expect(await textOf(page, '.plan-reason')).not.toBe(before);
    expect(await page.$eval('.plan-text pre', ({ textContent }) => textContent)).toMatch(
      /^schedule persistent: .*\nbuffers\n/,
    );
  });
});

test.each([360, 1200])('fits a window of %i dots and breaks no rule of accessibility', async (width) => {
  const page = await openLab(width);
  await page.waitForSelector('.plan-reason');
  await page.$$eval('#lab-network details', (all) => all.forEach((one) => (one.open = true)));
  expect(await page.$eval('html', ({ scrollWidth }) => scrollWidth)).toBeLessThanOrEqual(width);
  const { violations } = await new AxePuppeteer(page).include('#lab-network').include('#lab-drawing').analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
  ).toEqual([]);
});
