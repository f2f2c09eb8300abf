/**
 * The device's view on the built page: what the browser tells of the adapter, the self-test on it (which passes, names a shader that is
 * wrong, and can be stopped), time and memory of a run, a device that is lost, and a browser without WebGPU.
 */
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import others from '../../shaders/layered_others.pack?short';
import { LAB_START } from '../../src/page/lab/lab-state.js';
import { hashOf } from '../../src/page/state/link.js';
import { START } from '../../src/page/state/page-state.js';
import { expectAccessible } from './accessible.js';
import { copied, keepFiles } from './kept-files.js';
import { gpuWorker } from './lab-driver.js';
import { find, goTo, has, overflowOf, press, setField, textMatching, textOf, viewReady } from './page-driver.js';
import { inEachBrowser, pageTests } from './page-tests.js';

/** It compiles every shader there is, on a software adapter, on a machine that has other things to do. */
const LONG = 400_000;

const SOFTWARE = /software adapter: the CPU computes, not a GPU/;

/** Waits until a panel's work has ended. @returns how */
async function ended(page: Page, panel: string): Promise<string | undefined> {
  const find = (where: string) => {
    const { status } = document.querySelector<HTMLElement>(where)!.dataset;
    return ['done', 'stopped', 'failed'].includes(status ?? '') && status;
  };
  const found = await page.waitForFunction(find, { timeout: LONG }, panel);
  return (await found.jsonValue()) || undefined;
}

/** The rows of a table, each by its cells. */
const rowsOf = (page: Page, table: string) =>
  page.$$eval(`${table} tbody tr`, (rows) =>
    rows.map((row) => Array.from(row.querySelectorAll<HTMLElement>('th, td'), (cell) => cell.innerText.trim())),
  );

inEachBrowser('the device', ({ open }) => {
  test('tells its adapter, calls a software adapter that, and says what its limits mean', async () => {
    const page = await open('device');
    expect(await textOf(page, '.adapter-name')).toMatch(SOFTWARE);
    const means = await textOf(page, '.consequences');
    expect(means).toMatch(/Largest buffer of a pass\s+[\d.]+\s[KMG]iB: the weights of all layers together are at most/);
    expect(means).toMatch(/Memory of a workgroup/);
    expect(means).toMatch(/Timestamps\s+(Allowed|Not allowed here, so passes are timed by the clock)/);
    const limits = await rowsOf(page, '#adapter table');
    expect(limits.map(([name]) => name)).toEqual(
      expect.arrayContaining(['maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize']),
    );
    expect(limits.flat().filter((cell) => /NaN|undefined/.test(cell))).toEqual([]);
  });

  test('passes its self-test: every run, the worst on top, with a report to copy', { timeout: LONG }, async () => {
    const page = await open('device', { before: keepFiles });
    await press(page, 'Run the self-test');
    expect(await ended(page, '#self-test')).toBe('done');
    const verdict = await textOf(page, '.verdict');
    expect(verdict).toMatch(/^\d+ runs, \d+ passes, [\d,]+ values compared: all within their bounds\./);
    const count = Number(/^\d+/.exec(verdict)![0]);
    expect(count).toBeGreaterThan(20);
    await press(page, `Show all ${count} runs`);
    const shares = await page.$$eval('.test-run', (runs) =>
      runs.map((run) => [(run as HTMLElement).dataset['ok'], run.querySelector('.test-share')!.textContent]),
    );
    expect(shares).toHaveLength(count);
    expect(new Set(shares.map(([ok]) => ok))).toEqual(new Set(['true']));
    const numbers = shares.map(([, text]) => parseFloat(text!));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    expect(numbers[0]).toBeGreaterThan(0);
    expect(numbers[0]).toBeLessThanOrEqual(100);
    await press(page, 'Copy report');
    const report = await copied(page);
    expect(report).toMatch(/^IDLI \d+\.\d+\.\d+, self-test of \d{4}-\d\d-\d\d$/m);
    expect(report).toMatch(SOFTWARE);
    expect(report.match(/^ok /gm)).toHaveLength(count);
    expect(report).not.toMatch(/FAILED/);
  });

  test('measures the tutorial’s run: passes in their order, and all memory planned, created and given back', async () => {
    const page = await open('device');
    await setField(page, 'Run', 'tutorial');
    await press(page, 'Measure');
    expect(await ended(page, '#measure')).toBe('done');
    const text = await textOf(page, '#pass-times .panel-text');
    expect(text).toMatch(/^By (timestamps that the GPU itself writes|the clock, over many repetitions)/);
    expect(text).toMatch(/takes the persistent schedule/);
    const rows = await rowsOf(page, '#pass-times table');
    expect(rows.map(([name]) => name!.split('\n')[0]!.trim())).toEqual([
      ...['layers.0 forward', 'layers.1 forward', 'loss', 'absolute error', 'layers.1 input gradient'],
      ...['layers.1 kernel gradient', 'layers.0 kernel gradient', 'log', 'update'],
    ]);
    // Full-batch: each once a step.
    expect(rows.map(([, dispatches]) => dispatches)).toEqual(rows.map(() => '1'));
    const memory = await page.$eval('#memory', (one) => ({ ...(one as HTMLElement).dataset }));
    expect(Number(memory['planned'])).toBeGreaterThan(0);
    expect(Number(memory['used'])).toBeGreaterThanOrEqual(Number(memory['planned']));
    expect(memory['left']).toBe('0');
  });
});

describe('what is asked of it', () => {
  const { open } = pageTests();

  test('the self-test stops after the run under way, and can begin again', { timeout: LONG }, async () => {
    const page = await open('device');
    await press(page, 'Run the self-test');
    await page.waitForSelector('.test-run');
    await press(page, 'Stop');
    expect(await ended(page, '#self-test')).toBe('stopped');
    expect(await textOf(page, '.verdict')).toMatch(/^Stopped\. \d+ of \d+ runs, .*all within their bounds\.$/);
    expect(await (await find(page, 'Run it again', 'button')).evaluate((one) => one.matches(':enabled'))).toBe(true);
  });

  test('the lab’s own run is measured, and a run that is wrong says which field', async () => {
    const page = await open('device');
    await press(page, 'Measure');
    expect(await ended(page, '#measure')).toBe('done');
    expect((await rowsOf(page, '#pass-times table')).map(([name]) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^update\s+adam$/), expect.stringMatching(/^shuffle/)]),
    );
    const { run } = LAB_START;
    const layers = [{ units: 3_000_000 }, ...run.model.layers];
    const training = { ...run.training, batchSize: 400 };
    const wrong = { ...LAB_START, run: { ...run, training, model: { ...run.model, layers } } };
    const other = await open('device', { hash: hashOf({ ...START, view: 'device', lab: wrong }) });
    await press(other, 'Measure');
    expect(await ended(other, '#measure')).toBe('failed');
    expect(await textOf(other, '#measure .problem:not(:empty)')).toMatch(/^model\.layers\[0\]\.units: found /);
  });

  test('a run with its data in files is not asked for; the tutorial’s stands in', async () => {
    const lab = { ...LAB_START, run: { ...LAB_START.run, data: { csv: 'flowers.csv', target: 'kind' } } };
    const page = await open('device', { hash: hashOf({ ...START, view: 'device', lab }) });
    expect(await textOf(page, '#measure .panel-text')).toMatch(/has its data in files/);
    expect(await page.$$eval('#measure option', (all) => all.map(({ value }) => value))).toEqual(['tutorial']);
  });

  test('control: a shader that is wrong is reported by its name, with what it did', { timeout: LONG }, async () => {
    const right = others['adagrad']!.split('\n').find((line) => /^fn .*\+g\*g;return vec2f/.test(line))!;
    const page = await open('device', { patch: [right, right.replace('+g*g;', '+g*g*1.5;')], before: keepFiles });
    await press(page, 'Run the self-test');
    expect(await ended(page, '#self-test')).toBe('done');
    expect(await textOf(page, '.verdict')).toMatch(/: 2 runs failed\./);
    const failures = await textOf(page, '.failures');
    expect(failures).toMatch(
      /Run “huber, adagrad, a warm-up”, shader adagrad: Pass update is wrong: \w+\[\d+\] is .+ on the GPU and .+ in the reference, .+ allowed\./,
    );
    expect(failures).toMatch(/shader persistent_in_storage: Pass update is wrong/);
    expect(await textOf(page, '.worst')).toMatch(/^Worst\s*update in “huber, adagrad, a warm-up”/);
    expect(await page.$eval('.test-run', (one) => (one as HTMLElement).dataset['run'])).toBe(
      'huber, adagrad, a warm-up',
    );
    await press(page, 'Copy report');
    expect(await copied(page)).toMatch(
      /^FAILED Run “huber, adagrad, a warm-up”, shader adagrad: Pass update is wrong/m,
    );
    await expectAccessible(page);
  });

  test('a device that is lost is said, ends what is under way, and is opened again', { timeout: LONG }, async () => {
    const page = await open('device');
    const worker = await gpuWorker(page);
    await worker.evaluate(() => {
      const request = Reflect.get(GPUAdapter.prototype, 'requestDevice') as (...given: unknown[]) => Promise<GPUDevice>;
      GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...given: unknown[]) {
        const device = await Reflect.apply(request, this, given);
        Object.assign(globalThis, { lastDevice: device });
        return device;
      };
    });
    await press(page, 'Look again');
    await viewReady(page, 'device');
    await page.waitForSelector('.adapter-name');
    await press(page, 'Run the self-test');
    await page.waitForSelector('.test-run');
    await worker.evaluate(() => (globalThis as unknown as { lastDevice: GPUDevice }).lastDevice.destroy());
    await textMatching(page, '#device-lost', /^The GPU device was lost: .*until it is open again\./);
    expect(await ended(page, '#self-test')).toBe('failed');
    expect(await textOf(page, '#self-test .problem:not(:empty)')).toMatch(/The GPU device was lost/);
    await press(page, 'Open the device again');
    await page.waitForSelector('#device-lost', { hidden: true });
    await setField(page, 'Run', 'tutorial');
    await press(page, 'Measure');
    expect(await ended(page, '#measure')).toBe('done');
  });

  test(
    'leaving the view ends its work and gives its device back; what was found stays',
    { timeout: LONG },
    async () => {
      const page = await open('device');
      await press(page, 'Run the self-test');
      await page.waitForSelector('.test-run');
      const worker = await gpuWorker(page);
      await worker.evaluate(() => {
        const destroy = Reflect.get<object, string>(GPUDevice.prototype, 'destroy') as () => undefined;
        GPUDevice.prototype.destroy = function (this: GPUDevice) {
          Object.assign(globalThis, { isGivenBack: true });
          return Reflect.apply(destroy, this, []);
        };
      });
      const isGivenBack = () =>
        worker.evaluate(() => (globalThis as unknown as { isGivenBack?: boolean }).isGivenBack ?? false);
      expect(await isGivenBack()).toBe(false);
      await goTo(page, 'Walkthrough');
      await expect.poll(isGivenBack, { timeout: 60_000 }).toBe(true);
      await goTo(page, 'Device');
      // What was found before is still there.
      expect(await ended(page, '#self-test')).toBe('stopped');
      const names = () => page.$$eval('.test-run', (runs) => runs.map((one) => (one as HTMLElement).dataset['run']));
      const found = await names();
      expect(found.length).toBeGreaterThan(0);
      await goTo(page, 'Benchmark');
      await goTo(page, 'Device');
      expect(await names()).toEqual(found);
      await press(page, 'Run it again');
      await page.waitForSelector('#self-test[data-status="running"] .test-run');
    },
  );
});

describe('without WebGPU', () => {
  const { open } = pageTests();

  test.each([
    ['WebGPU', /This browser has no WebGPU, or it is switched off/],
    ['adapter', /This browser has WebGPU but found no graphics adapter for it/],
  ] as const)('no %s: says why, what to do, and leads to what works', async (without, why) => {
    const page = await open('device', { without });
    const text = await textOf(page, '#no-device');
    expect(text).toMatch(why);
    expect(text).toMatch(/Chrome and Edge from version 113/);
    expect(text).toMatch(/chrome:\/\/flags\/#enable-unsafe-webgpu/);
    expect(text).toMatch(/works without a GPU/);
    expect(await has(page, 'Run the self-test', 'button')).toBe(false);
    await expectAccessible(page);
    await press(page, 'Train on the CPU in the lab');
    await viewReady(page, 'lab');
  });
});

describe('for everybody', () => {
  const { open } = pageTests();

  test.each(['light', 'dark'] as const)(
    'axe finds nothing with everything open, %s',
    { timeout: LONG },
    async (theme) => {
      const page = await open('device', { theme });
      await press(page, 'Run the self-test');
      await page.waitForSelector('.test-run');
      await press(page, 'Stop');
      await ended(page, '#self-test');
      await setField(page, 'Run', 'tutorial');
      await press(page, 'Measure');
      expect(await ended(page, '#measure')).toBe('done');
      for (const summary of await page.$$('.device summary')) await summary.evaluate((one) => one.click());
      await expectAccessible(page);
      for (const width of [1280, 390, 320]) {
        await page.setViewport({ width, height: 800 });
        expect(await overflowOf(page), `${width}`).toBe(0);
      }
    },
  );

  test('its buttons and folds are reached and used by the keyboard alone', async () => {
    const page = await open('device');
    await page.focus('#adapter .device-fold summary');
    await page.keyboard.press('Enter');
    expect(await page.$eval('#adapter .device-fold', (one) => (one as HTMLDetailsElement).open)).toBe(true);
    await (await find(page, 'Run the self-test', 'button')).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.test-run');
    await page.focus('.test-run summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.test-run[open] table');
  });
});
