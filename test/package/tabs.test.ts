/**
 * Two tabs of one browser with the library's single file, each with a device of its own, at the same time: a hundred trainings one on top
 * of the other, with dropout, shuffles and batch normalization, and after each the same bits in both.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type * as Idli from '../../src/index.js';
import { launchBrowser } from '../support/launch-browser.js';
import { type Served, serveFolder } from '../support/serve-folder.js';

const TRAININGS = 100;
const PAGE = '<script type="module">import * as idli from "./idli.min.js"; globalThis.idli = idli;</script>';
const state: { browser?: Browser; served?: Served } = {};

beforeAll(async () => {
  state.browser = await launchBrowser('chromium');
  const folder = join(inject('consumer'), 'node_modules/idli/dist');
  await writeFile(join(folder, 'tabs.html'), PAGE);
  state.served = await serveFolder(folder);
});
afterAll(async () => {
  await state.browser?.close();
  await state.served?.close();
});

/** Another tab, with the library in it. */
async function tab(): Promise<Page> {
  const page = await state.browser!.newPage();
  await page.goto(`${state.served!.url}tabs.html`);
  await page.waitForFunction(() => 'idli' in globalThis);
  return page;
}

/** Trains there; the bits of weights and history after each training. */
function trained(page: Page, seed: number, trainings: number): Promise<string[]> {
  return page.evaluate(
    async (first, count) => {
      const { adam, batchNormalization, dense, dropout, sequential } = (globalThis as unknown as { idli: typeof Idli })
        .idli;
      const rows = Array.from({ length: 20 }, (_, row) => row);
      const x = rows.map((row) => [Math.sin(row), Math.cos(3 * row), row / 20]);
      const y = rows.map((row) => [row % 3]);
      const layers = [
        dense(5, { activation: 'tanh' }),
        batchNormalization(),
        dropout(0.2),
        dense(3, { activation: 'softmax' }),
      ];
      const model = sequential(layers, { inputs: 3, seed: first });
      const bits: string[] = [];
      const hex = (values: ArrayLike<number>) =>
        Array.from(new Uint32Array(Float64Array.from(values).buffer), (word) => word.toString(16)).join(' ');
      for (let training = 0; training < count; training++) {
        const optimizer = adam({ learningRate: 0.01 });
        const fit = model.fit(x, y, {
          ...{ loss: 'sparseCategoricalCrossentropy', optimizer, epochs: 4, batchSize: 6, validationSplit: 0.2 },
          ...{ backend: 'webgpu', verify: 'off' },
        });
        const { history } = await fit.result;
        const weights = model
          .weights()
          .flatMap((layer) => Object.values(layer).flatMap(({ values }) => Array.from(values)));
        bits.push(`${hex(weights)} ${Object.values(history).map(hex).join(' ')}`);
      }
      await model.dispose();
      return bits;
    },
    seed,
    trainings,
  );
}

test('a hundred trainings in two tabs at once: the same bits after each', async () => {
  const tabs = [await tab(), await tab()];
  const [one, other] = await Promise.all(tabs.map((page) => trained(page, 3, TRAININGS)));
  expect(other).toEqual(one);
  // They go on to other weights each time.
  expect(new Set(one).size).toBe(TRAININGS);
  for (const page of tabs) await page.close();
});

test('control: another seed comes to other bits', async () => {
  const page = await tab();
  expect(await trained(page, 3, 1)).toEqual(await trained(page, 3, 1));
  expect(await trained(page, 4, 1)).not.toEqual(await trained(page, 3, 1));
  await page.close();
});
