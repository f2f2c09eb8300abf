/**
 * Training on the lab's page, as it is published, in Chromium: it learns, obeys its buttons, and goes on after a reload to
 * the very bits of a training that nobody disturbed.
 */
import { describe, expect, test } from 'vitest';
import { LAB_START } from '../../src/page/lab/lab-state.js';
import {
  bitsOf,
  gpuWorker,
  labState,
  noticed,
  PANEL,
  SETTINGS,
  panelSays,
  press,
  reached,
  reload,
  restAfter,
  setNumber,
  withTraining,
} from './lab-driver.js';
import { trainingTests } from './training-tests.js';

const tests = trainingTests();
const { open } = tests;

describe('a training', () => {
  test('of two spirals gets nearly all of them right, checked, beside the reference', async () => {
    const { page, problems, close } = await open(LAB_START);
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('done: Done, epoch 60 of 60.');
    const accuracy = await page.$eval(`${PANEL} [data-key="accuracy"]`, (one) =>
      Number((one as HTMLElement).dataset['value']),
    );
    expect(accuracy).toBeGreaterThanOrEqual(0.97);
    const text = await panelSays(page, /WebGPU and the CPU reference differ by at most/);
    expect(text).toMatch(/software adapter/);
    expect(text).toMatch(/pass by pass from the GPU's own state: all within their bounds/);
    expect(problems).toEqual([]);
    await close();
  });

  test('goes by steps and epochs, pauses, stops, and is forgotten', async () => {
    const { page, problems, close } = await open(withTraining({ epochs: 5000 }));
    await press(page, 'Step');
    await panelSays(page, /Paused after step 0/);
    await press(page, 'Step');
    await panelSays(page, /Paused after step 1 of 65,000/);
    await press(page, 'Epoch');
    await panelSays(page, /Paused after step 13 of 65,000, epoch 1/);
    await press(page, 'Go on');
    await panelSays(page, /Training, epoch [2-9]/);
    await press(page, 'Pause');
    await reached(page, 'paused');
    await press(page, 'Stop');
    expect(await reached(page, 'stopped')).toMatch(/^stopped: Stopped after step \d/);
    await press(page, 'Reset');
    expect(await reached(page, 'idle')).toBe('idle: Not started.');
    expect(problems).toEqual([]);
    await close();
  });

  test('is checked as much as its visitor wants, and changes no bit by it', async () => {
    const { page, problems, close } = await open(labState());
    const check = await (await page.waitForSelector(SETTINGS))!.waitForSelector(
      '.fold:nth-child(5) .fold-body > .field select',
    );
    for (const [mode, said] of [
      ['every', /values of each step \(216 batches\), pass by pass/],
      ['off', undefined],
    ] as const) {
      await check!.select(mode);
      await press(page, 'Start');
      await reached(page, 'done');
      expect(await bitsOf(page), mode).toBe(tests.undisturbed);
      const text = await page.$eval(PANEL, (panel) => (panel as HTMLElement).innerText);
      if (said) expect(text).toMatch(said);
      else expect(text).not.toMatch(/pass by pass/);
    }
    await reload(page);
    expect(await panelSays(page, /Computed by/)).not.toMatch(/, checked/);
    expect(problems).toEqual([]);
    await close();
  });

  test('tests the device once, and remembers over a reload that it computes right', async () => {
    const { page, close } = await open({ ...labState(), backend: 'cpu' });
    const address = page.url();
    /** Buffers of a training whose device is opened for it: those of the test are among them. */
    const buffers = async () => {
      await page.goto('about:blank');
      await page.goto(address);
      await press(page, 'Step');
      await reached(page, 'paused');
      await press(page, 'Reset');
      const worker = await gpuWorker(page);
      await worker.evaluate(() => {
        const { prototype } = GPUDevice;
        const create = Reflect.get(prototype, 'createBuffer') as (...of: unknown[]) => GPUBuffer;
        const made = { count: 0 };
        Object.assign(globalThis, { made });
        prototype.createBuffer = function (descriptor) {
          made.count += 1;
          return Reflect.apply(create, this, [descriptor]);
        };
      });
      await page.click(`${SETTINGS} .fold:nth-child(5) summary`);
      await page.select(`${SETTINGS} .fold:nth-child(5) select`, 'webgpu');
      await press(page, 'Start');
      await reached(page, 'done');
      expect(await bitsOf(page)).toBe(tests.undisturbed);
      return worker.evaluate(() => (globalThis as unknown as { made: { count: number } }).made.count);
    };
    const first = await buffers();
    const again = await buffers();
    expect(again).toBeLessThan(first);
    // Control: what was remembered is what makes the difference.
    await page.evaluate(() => caches.delete('idli-verdicts'));
    expect(await buffers()).toBeGreaterThan(again);
    await close();
  });

  test('obeys letters where a button has the focus, and there alone', async () => {
    const { page, close } = await open(labState());
    await panelSays(page, /400 rows train/);
    await page.keyboard.press('s');
    expect(await reached(page, 'idle', 'starting', 'running')).toMatch(/^idle/);
    await page.focus(`${PANEL} .training-controls button`);
    await page.keyboard.press('n');
    await reached(page, 'paused');
    await page.keyboard.press('p');
    await reached(page, 'done');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await close();
  });

  test('says that it has the settings of its start, when they are changed meanwhile', async () => {
    const { page, close } = await open(labState());
    await press(page, 'Step');
    await reached(page, 'paused');
    await setNumber(page, 'Learning rate', 0.5);
    await panelSays(page, /Settings changed: this training keeps those of its start/);
    await press(page, 'Go on');
    await reached(page, 'done');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await panelSays(page, /Settings changed since: start again/);
    await close();
  });

  test('tells the page of itself some thirty times a second, whatever it does', async () => {
    const { page, close } = await open(withTraining({ epochs: 400 }), () => {
      const counts: number[] = [];
      Object.assign(globalThis, { counts });
      // What comes from workers, to the worker itself or to the end of a channel.
      const add = Reflect.get(EventTarget.prototype, 'addEventListener') as (...given: unknown[]) => void;
      EventTarget.prototype.addEventListener = function (this: EventTarget, ...given: unknown[]) {
        if (given[0] === 'message') Reflect.apply(add, this, ['message', () => counts.push(performance.now())]);
        Reflect.apply(add, this, given);
      };
    });
    await press(page, 'Start');
    await reached(page, 'done');
    const times = await page.evaluate(() => (globalThis as unknown as { counts: number[] }).counts);
    // By the clock of the page itself: the busiest second, whatever the machine does.
    const busiest = Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
    expect(times.length).toBeGreaterThan(10);
    expect(busiest).toBeLessThanOrEqual(60);
    await close();
  });

  test('control: another seed is other bits', async () => {
    const { page, close } = await open(labState());
    await setNumber(page, 'Seed', 2);
    await press(page, 'Start');
    await reached(page, 'done');
    expect(await bitsOf(page)).not.toBe(tests.undisturbed);
    await close();
  });
});

test('a training goes on while another view is looked at', async () => {
  const { page, problems, close } = await open(withTraining({ epochs: 100_000 }));
  await press(page, 'Start');
  await panelSays(page, /Training, epoch \d+ of 100,000 done/);
  const view = (name: string) => page.click(`nav a[href="#${name}"]`);
  await view('walkthrough');
  await page.waitForSelector('.walkthrough');
  await view('lab');
  expect(await reached(page, 'running', 'idle')).toMatch(/^running: Training, epoch [1-9]/);
  await press(page, 'Stop');
  expect(await reached(page, 'stopped')).toMatch(/^stopped: Stopped after step \d/);
  expect(problems).toEqual([]);
  await close();
});

test('a field whose text is no value lets nothing start that it does not show', async () => {
  const { page, close } = await open(labState());
  await setNumber(page, 'Epochs', 1.5);
  // Said once, at the field; the bar points there.
  const text = await panelSays(page, /Nothing to start yet: see Epochs\./);
  expect(text.match(/Expected a whole number from 1 to 1,000,000\./g)).toHaveLength(1);
  await press(page, 'Epochs');
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('1.5');
  expect(await page.$eval(`${PANEL} button`, (start) => [start.innerText, start.ariaDisabled])).toEqual([
    'Start',
    'true',
  ]);
  await setNumber(page, 'Epochs', 12);
  await press(page, 'Start');
  expect(await reached(page, 'done', 'failed')).toBe('done: Done, epoch 12 of 12.');
  expect(await bitsOf(page)).toBe(tests.undisturbed);
  await close();
});

describe('checkpoints', () => {
  test('outlive a reload: it goes on from the pause to the same bits, and its end can be shown again', async () => {
    const { page, problems, close } = await open(labState());
    await restAfter(page, 3);
    await press(page, 'Step');
    await panelSays(page, /safe after step 40/);
    await reload(page);
    await panelSays(page, /A checkpoint of this run is kept in this browser: epoch 3 of 12/);
    await press(page, 'Go on from epoch 3');
    expect(await reached(page, 'done', 'failed')).toBe('done: Done, epoch 12 of 12.');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await reload(page);
    await press(page, 'Show what it came to');
    await reached(page, 'done');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    expect(problems).toEqual([]);
    await close();
  });

  test('are let go where the training starts anew, and of one that is deleted there is none', async () => {
    const { page, close } = await open(labState());
    await restAfter(page, 2);
    await press(page, 'Stop');
    await press(page, 'Start anew');
    await reached(page, 'done');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await page.click(`${SETTINGS} .fold:last-child summary`);
    await panelSays(page, /spirals, 2-32-32-1, adam\s+epoch 12 of 12, its end/);
    await page.click(`${SETTINGS} .kept button`);
    await page.waitForFunction((panel) => !document.querySelector(`${panel} .kept`), {}, SETTINGS);
    await reload(page);
    await panelSays(page, /400 rows train/);
    await page.click(`${SETTINGS} .fold:last-child summary`);
    expect(await page.$(`${SETTINGS} .kept`)).toBeNull();
    await close();
  });

  test('are offered for the very same run alone', async () => {
    const { page, close } = await open(labState());
    await restAfter(page, 2);
    await reload(page);
    await panelSays(page, /Go on from epoch 2/);
    await setNumber(page, 'Seed', 2);
    await page.waitForFunction((panel) => !document.querySelector(`${panel} .training-offer p`), {}, PANEL);
    await setNumber(page, 'Seed', 1);
    await panelSays(page, /Go on from epoch 2/);
    await close();
  });

  test('that cannot be kept are said so, and the training goes on', async () => {
    const { page, close } = await open(labState((one) => ({ ...one, backend: 'cpu' })));
    await press(page, 'Start');
    await reached(page, 'done');
    const worker = await gpuWorker(page);
    await worker.evaluate(() => {
      FileSystemWritableFileStream.prototype.write = () =>
        Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    });
    await press(page, 'Start');
    expect(await noticed(page, /A checkpoint could not be kept, and the training goes on/)).toMatch(
      /The disk is full\.$/,
    );
    await reached(page, 'done');
    await worker.evaluate(() => {
      FileSystemFileHandle.prototype.createWritable = () =>
        Promise.reject(new DOMException('full', 'QuotaExceededError'));
      IDBFactory.prototype.open = () => {
        throw new DOMException('forbidden', 'SecurityError');
      };
    });
    await press(page, 'Start');
    expect(await noticed(page, /without checkpoints/)).toMatch(/a storage that cannot be used/);
    await reached(page, 'done');
    await close();
  });
});
