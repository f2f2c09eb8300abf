/**
 * The lab's data as a person gives them: files that are dropped or chosen, points that are drawn with the mouse or by the keyboard, and
 * what is no data at all. In each browser the main journey; the rest in Chromium.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { LAB_START, type LabRun } from '../../src/page/lab/lab-state.js';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import { dataFolder, lackOf } from '../support/data.js';
import { expectAccessible } from './accessible.js';
import { PANEL, press as pressHand, reached } from './lab-driver.js';
import {
  chooseFiles,
  type DroppedFile,
  dropFiles,
  find,
  goTo,
  has,
  overflowOf,
  press,
  setField,
  textMatching,
  textOf,
} from './page-driver.js';
import { inEachBrowser, pageTests } from './page-tests.js';

const DATA = '#lab-data';
const FOLDER = dataFolder();

/** Two classes along the first column, the second says nothing. */
const SIDES: DroppedFile = {
  name: 'sides.csv',
  content: ['width,height,side', ...Array.from({ length: 60 }, (_, i) => sideRow(i))].join('\n'),
};

function sideRow(i: number): string {
  const isRight = i % 2 === 1;
  return `${(isRight ? 1 : -1) * (1 + (i % 7) / 10)},${((i * 37) % 11) / 10},${isRight ? 'right' : 'left'}`;
}

const linkOf = (run: LabRun) => hashOf({ ...START, view: 'lab', lab: { ...LAB_START, comparesReference: false, run } });

/** The last value of a curve, as the panel has it. */
const lastOf = (page: Page, key: string) =>
  page.$eval(`${PANEL} [data-key="${key}"]`, (one) => Number((one as HTMLElement).dataset['value']));

/** What is wrong with the files that were given last. */
const fault = (page: Page, pattern: RegExp) => textMatching(page, `${DATA} [data-fault]`, pattern);

const train = async (page: Page) => {
  await pressHand(page, 'Start');
  return reached(page, 'done', 'failed');
};

inEachBrowser('files', ({ open }) => {
  const lack = lackOf(FOLDER, ['iris.csv']);
  test.skipIf(lack)(`iris.csv is dropped, understood and learnt${lack ? `: ${lack}` : ''}`, async () => {
    const page = await open('lab');
    await dropFiles(page, DATA, [{ name: 'iris.csv', content: readFileSync(join(FOLDER.path, 'iris.csv')) }]);
    await textMatching(page, DATA, /From 4 inputs the network predicts 3 classes/);
    expect(await textOf(page, DATA)).toMatch(/setosa[\s\S]*versicolor[\s\S]*virginica/);
    expect(await train(page)).toMatch(/^done/);
    expect(await lastOf(page, 'val_accuracy')).toBeGreaterThanOrEqual(0.9);
    await press(page, 'Back to what was before');
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
    expect(await page.$eval(`${DATA} input[value="spirals"]`, (one) => one.checked)).toBe(true);
  });

  test('a table is dropped, and its columns are chosen', async () => {
    const page = await open('lab');
    await dropFiles(page, DATA, [SIDES]);
    await textMatching(page, `${DATA} .drop-given`, /^sides\.csv: /);
    await textMatching(page, DATA, /left[\s\S]*right/);
    await setField(page, 'Predict', 'height');
    await textMatching(page, DATA, /predicts the number height/);
    await setField(page, 'Predict', 'side');
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
    expect(await train(page)).toMatch(/^done/);
    expect(await lastOf(page, 'accuracy')).toBe(1);
  });
});

describe('what is given', () => {
  const { open } = pageTests();

  test('by its dialogue, and by a link that names it: the file is asked for, and the training is the same', async () => {
    const page = await open('lab');
    await dropFiles(page, DATA, [SIDES]);
    await textMatching(page, DATA, /left[\s\S]*right/);
    await train(page);
    const bits = await textOf(page, '[data-weights]');
    const { hash } = new URL(page.url());

    const other = await open('lab', { hash });
    await textMatching(other, DATA, /This run needs sides\.csv: drop it here, or choose it\./);
    expect(await textOf(other, PANEL)).toMatch(/Nothing to start yet: see Data\./);
    // Another download of it.
    await dropFiles(other, DATA, [{ ...SIDES, name: 'sides (1).csv' }]);
    await textMatching(other, DATA, /left[\s\S]*right/);
    await train(other);
    expect(await textOf(other, '[data-weights]')).toBe(bits);
  });

  test.each<[string, readonly DroppedFile[], RegExp]>([
    ['an empty file', [{ name: 'empty.csv', content: '' }], /^empty\.csv.* an empty file/],
    ['a header alone', [{ name: 'header.csv', content: 'a,b,c\n' }], /^header\.csv/],
    ['bytes that claim to be a picture', [{ name: 'cat.png', content: 'not a picture' }], /cat\.png/],
    ['bytes that claim to be an array', [{ name: 'x.npy', content: 'no array' }], /x\.npy/],
    ['a program', [{ name: 'run.exe', content: Uint8Array.from([77, 90, 0, 1, 2, 3]) }], /^run\.exe/],
    [
      'files of several kinds',
      [SIDES, { name: 'b.json', content: '[]' }],
      /several kinds: sides\.csv \(CSV\), b\.json/,
    ],
    [
      'HTML in its names',
      [{ name: '<img src=x onerror=alert(1)>.csv', content: 'a\n' }],
      /^<img src=x onerror=alert\(1\)>\.csv/,
    ],
  ])('%s is refused in a sentence, and all stays as it was', async (_, files, sentence) => {
    const page = await open('lab');
    const before = await textMatching(page, '.prepared', /From 2 inputs/);
    const { hash } = new URL(page.url());
    await dropFiles(page, DATA, files);
    expect(await fault(page, sentence)).toMatch(/\.$/);
    expect(await page.$(`${DATA} img`)).toBeNull();
    expect(new URL(page.url()).hash).toBe(hash);
    await page.click(`${DATA} .segments input[value="synthetic"]`);
    expect(await textOf(page, '.prepared')).toBe(before);
    await dropFiles(page, DATA, [SIDES]);
    await textMatching(page, DATA, /left[\s\S]*right/);
    expect(await textOf(page, `${DATA} [data-fault]`)).toBe('');
  });

  test('stays while another view is looked at, with what was trained on it', async () => {
    const page = await open('lab');
    await dropFiles(page, DATA, [SIDES]);
    await textMatching(page, DATA, /left[\s\S]*right/);
    await train(page);
    const bits = await textOf(page, '[data-weights]');
    await goTo(page, 'Device');
    await goTo(page, 'Lab');
    expect(await textOf(page, `${DATA} .drop-given`)).toMatch(/^sides\.csv: /);
    expect(await textOf(page, '[data-weights]')).toBe(bits);
    // What is trained now is shown once, as before.
    await train(page);
    expect(await textOf(page, '[data-weights]')).toBe(bits);
  });

  test('beside every place for files does nothing, and the page stays', async () => {
    const page = await open('lab');
    const isTaken = (selector: string) =>
      page.$eval(selector, (target) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['a,b\n1,2'], 'a.csv'));
        const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        target.dispatchEvent(drop);
        // What nobody prevents, the browser opens in the page's place.
        return drop.defaultPrevented;
      });
    expect(await isTaken('#lab-drawing')).toBe(true);
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
    expect(await textOf(page, `${DATA} [data-fault]`)).toBe('');
  });

  test('a table with a hole in it is usable, and what stands for the hole is said; refusing it names the line', async () => {
    const page = await open('lab');
    await dropFiles(page, DATA, [
      { name: 'holes.csv', content: 'a,b,side\n1,2,left\n3,oops,right\n,5,left\n7,8,right\n' },
    ]);
    await textMatching(page, `${DATA} .chosen`, /For missing numbers stands the mean/);
    await textMatching(page, DATA, /From 5 inputs the network predicts 2 classes/);
    await setField(page, 'Missing values', 'are refused');
    await textMatching(page, `${DATA} .repair`, /holes\.csv, row 3, column "a"/);
  });

  const mnist = ['mnist/t10k-images-idx3-ubyte.gz', 'mnist/t10k-labels-idx1-ubyte.gz'];
  const lack = lackOf(FOLDER, mnist);
  test.skipIf(lack)(`digits are chosen as a pair of IDX files, and shown${lack ? `: ${lack}` : ''}`, async () => {
    const page = await open('lab');
    await page.click(`${DATA} .segments input[value="files"]`);
    await chooseFiles(page, `${DATA} input[type=file]`, ...mnist.map((file) => join(FOLDER.path, file)));
    await textMatching(page, DATA, /From 784 inputs the network predicts 10 classes/);
    await page.waitForSelector(`${DATA} .picture-grid canvas`);
    await expectAccessible(page);
  });
});

describe('points', () => {
  const { open } = pageTests();

  /** A stroke over the field, as shares of its sides. */
  async function draw(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const field = (await page.waitForSelector(`${DATA} .drawing-field`))!;
    await field.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    const { x, y, width, height } = (await field.boundingBox())!;
    await page.mouse.move(x + from[0] * width, y + from[1] * height);
    await page.mouse.down();
    await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 30 });
    await page.mouse.up();
  }

  const chooseTool = (page: Page, index: number) =>
    page.$$eval(`${DATA} .drawing .segments input`, (all, at) => (all[at] as HTMLInputElement).click(), index);

  test('are drawn with the mouse, trained on, erased, and carried by the link', async () => {
    const page = await open('lab');
    await page.click(`${DATA} .segments input[value="drawn"]`);
    await draw(page, [0.2, 0.1], [0.2, 0.9]);
    // Of one class alone nothing is made yet.
    expect(await textOf(page, `${DATA} .drawing [role=status]`)).toMatch(/Draw points of two classes at least/);
    await chooseTool(page, 1);
    await draw(page, [0.8, 0.1], [0.8, 0.9]);
    const said = await textMatching(page, `${DATA} .drawing [role=status]`, /^\d+ points of at most \d+\.$/);
    expect(parseInt(said)).toBeGreaterThan(20);
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
    expect(await train(page)).toMatch(/^done/);
    expect(await lastOf(page, 'accuracy')).toBe(1);

    const other = await open('lab', { hash: new URL(page.url()).hash });
    expect(await textOf(other, `${DATA} .drawing [role=status]`)).toBe(said);

    // The third class and the eraser stand behind the two.
    await page.$$eval(`${DATA} .drawing .segments input`, (all) => (all.at(-1) as HTMLInputElement).click());
    await draw(page, [0.8, 0.1], [0.8, 0.5]);
    const fewer = await textOf(page, `${DATA} .drawing [role=status]`);
    expect(parseInt(fewer)).toBeLessThan(parseInt(said));
    await press(page, 'Undo');
    expect(await textOf(page, `${DATA} .drawing [role=status]`)).toBe(said);
  });

  test('are added by the keyboard', async () => {
    const page = await open('lab');
    await page.click(`${DATA} .segments input[value="drawn"]`);
    await page.click(`${DATA} .drawing summary`);
    for (const [tool, x] of [
      [0, -0.5],
      [1, 0.5],
    ] as const) {
      await chooseTool(page, tool);
      await setField(page, 'x1', x);
      await page.keyboard.press('Enter');
    }
    await textMatching(page, `${DATA} .drawing [role=status]`, /^2 points of at most/);
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
  });

  test('of a link that are no numbers are refused, and the lab is at its start', async () => {
    const page = await open('lab', {
      hash: linkOf({
        ...LAB_START.run,
        data: {
          x: [
            [0, 1],
            [1, 'a'],
          ],
          y: [[0], [1]],
        } as unknown as LabRun['data'],
      }),
    });
    await page.waitForSelector('.notices .notice');
    expect(await textOf(page, '.notices')).toMatch(/data\.x/);
    await textMatching(page, DATA, /From 2 inputs the network predicts 2 classes/);
  });
});

describe.each([360, 1200])('the panel at %d dots', (width) => {
  const { open } = pageTests();

  test.each(['synthetic', 'files', 'drawn'])('%s: has no barrier, and is no wider than its window', async (source) => {
    const page = await open('lab', { width });
    await page.click(`${DATA} .segments input[value="${source}"]`);
    await page.$$eval(`${DATA} details`, (all) => all.forEach((one) => (one.open = true)));
    await find(page, 'Data', 'region');
    expect(await overflowOf(page)).toBe(0);
    await expectAccessible(page);
    expect(await has(page, 'Choose files', 'button')).toBe(source === 'files');
  });
});
