/**
 * What goes wrong while the lab trains, in Chromium: devices that are lost go on by themselves to the very bits of a training that
 * nobody disturbed; what fails says so in a sentence, and leaves the page usable.
 */
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import type { LabState } from '../../src/page/lab/lab-state.js';
import {
  bitsOf,
  gpuWorker,
  labState,
  noticed,
  noticesOf,
  PANEL,
  SETTINGS,
  panelSays,
  press,
  reached,
  restAfter,
  setNumber,
  withTraining,
} from './lab-driver.js';
import { trainingTests } from './training-tests.js';

const tests = trainingTests();
const { open } = tests;

/**
 * Has the devices that train remembered, and destroyed at work.
 * @param losses the slice of its training that each device is destroyed with, from 1
 */
async function breakDevices(page: Page, losses: readonly number[]): Promise<void> {
  const worker = await gpuWorker(page);
  await worker.evaluate((given) => {
    const left = [...given];
    const known = new WeakMap<GPUDevice, { readonly lostWith: number | undefined; slices: number }>();
    const { prototype } = GPUDevice;
    const encode = Reflect.get(prototype, 'createCommandEncoder') as (...of: unknown[]) => GPUCommandEncoder;
    prototype.createCommandEncoder = function (this: GPUDevice, descriptor) {
      if (descriptor?.label === 'slice') {
        // One that shows the network and never trains is left alone.
        const one = known.get(this) ?? { lostWith: left.shift(), slices: 0 };
        known.set(this, one);
        Object.assign(globalThis, { lastDevice: this });
        one.slices += 1;
        if (one.slices === one.lostWith) this.destroy();
      }
      return Reflect.apply(encode, this, [descriptor]);
    };
  }, losses);
}

/** Trains on the CPU first, so that the worker is there and no device is open, and then has WebGPU named. */
async function openWithDevices(losses: readonly number[], training: Partial<LabState['run']['training']> = {}) {
  const opened = await open({ ...withTraining(training), backend: 'cpu' });
  const { page } = opened;
  await press(page, 'Step');
  await reached(page, 'paused');
  await press(page, 'Reset');
  await breakDevices(page, losses);
  await page.click(`${SETTINGS} .fold:nth-child(5) summary`);
  await page.select(`${SETTINGS} .fold:nth-child(5) select`, 'webgpu');
  return opened;
}

describe('a device that is lost', () => {
  test('at rest: the training goes on by itself from there, to the same bits', async () => {
    const { page, close } = await openWithDevices([]);
    await restAfter(page, 3);
    await (
      await gpuWorker(page)
    ).evaluate(() => (globalThis as unknown as { lastDevice: GPUDevice }).lastDevice.destroy());
    await press(page, 'Go on');
    const notice = await noticed(page, /The GPU device was lost/);
    expect(notice).toMatch(/The training goes on after step 39, in epoch 4 \(attempt 1 of 3\)\.$/);
    await reached(page, 'done', 'failed');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await close();
  });

  test('at work, twice: the same', async () => {
    const { page, close } = await openWithDevices([3, 1]);
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toMatch(/^done/);
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    const losses = (await noticesOf(page)).filter((text) => /was lost/.test(text));
    expect(losses.map((text) => /attempt \d of 3/.exec(text)?.[0])).toEqual(['attempt 1 of 3', 'attempt 2 of 3']);
    await close();
  });

  test('control: lost again and again, it fails with a sentence after three attempts, and Start works again', async () => {
    const { page, close } = await openWithDevices([1, 1, 1, 1]);
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('failed: Failed.');
    await panelSays(page, /was lost.* 3 attempts to go on failed as well: start again/);
    await press(page, 'Start');
    await reached(page, 'done', 'failed');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await close();
  });
});

describe('a tab that is put away', () => {
  test('and frozen while it trains: it trains on unseen, to the same bits', async () => {
    const { page, close, problems } = await open(withTraining({ epochs: 150 }));
    await press(page, 'Start');
    await reached(page, 'done', 'failed');
    const seen = await bitsOf(page);
    await press(page, 'Start');
    await panelSays(page, /Training, epoch [1-9]/);
    const session = await page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    // Nothing is drawn here any more, so whatever waits for a frame would wait forever.
    const status = () => page.$eval(`${PANEL} [data-status]`, (one) => one.textContent);
    await expect.poll(status, { timeout: 100_000 }).toBe('Done, epoch 150 of 150.');
    await expect.poll(() => page.$(`${PANEL} [data-weights]`)).not.toBeNull();
    expect(await bitsOf(page)).toBe(seen);
    // Control: fewer epochs have other bits.
    expect(seen).not.toBe(tests.undisturbed);
    expect(problems).toEqual([]);
    await close();
  });
});

describe('what fails', () => {
  test('a training that diverges says where and what to do, and the next one trains', async () => {
    const { page, close } = await open(withTraining({ optimizer: { name: 'sgd', learningRate: 1e30 } }));
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('failed: Failed.');
    await panelSays(page, /The training diverged in epoch \d+, step \d+: .* Lower training.optimizer.learningRate/);
    // The results wait for nothing, and offer what there is.
    const results = () => page.$eval('#lab-results', (panel) => (panel as HTMLElement).innerText);
    await expect.poll(results, { timeout: 20_000 }).toMatch(/The training failed, so nothing was measured/);
    expect(await results()).not.toMatch(/when the training rests or ends/);
    await setNumber(page, 'Learning rate', 0.01);
    await press(page, 'Start');
    await reached(page, 'done');
    await expect.poll(results, { timeout: 20_000 }).not.toMatch(/The training failed/);
    await close();
  });

  test('a network that is too large names the field, and the batch that would fit', async () => {
    const { page, close } = await open(
      labState((one) => ({
        ...one,
        run: {
          ...one.run,
          model: {
            ...one.run.model,
            layers: [
              { units: 3_000_000, activation: 'relu' },
              { units: 1, activation: 'sigmoid' },
            ],
          },
          training: { ...one.run.training, batchSize: 400 },
        },
      })),
    );
    // Said once, at the layer; the bar points there.
    const said =
      /found 3000000, 1,200,000,000 outputs in a batch, .* a training\.batchSize of 89 or less it would fit/gi;
    await panelSays(page, /Nothing to start yet: see Network\./);
    const text = await page.$eval('main', (main) => main.innerText);
    expect(text.match(said)).toHaveLength(1);
    await close();
  });

  test('a device whose memory is full says so and what to take less of, and trains once there is room', async () => {
    const { page, close } = await open(labState((one) => ({ ...one, backend: 'cpu' })));
    await press(page, 'Step');
    await reached(page, 'paused');
    await press(page, 'Reset');
    const worker = await gpuWorker(page);
    await worker.evaluate(() => {
      const { prototype } = GPUDevice;
      const [push, pop] = ['pushErrorScope', 'popErrorScope'].map(
        (name) => Reflect.get(prototype, name) as (...of: unknown[]) => unknown,
      );
      const filters: string[] = [];
      const room = { isFull: true };
      Object.assign(globalThis, { room });
      prototype.pushErrorScope = function (filter) {
        filters.push(filter);
        Reflect.apply(push!, this, [filter]);
      };
      prototype.popErrorScope = async function () {
        const filter = filters.pop();
        const error = await (Reflect.apply(pop!, this, []) as Promise<GPUError | null>);
        return filter === 'out-of-memory' && room.isFull ? new GPUOutOfMemoryError('Not enough memory left.') : error;
      };
    });
    await page.click(`${SETTINGS} .fold:nth-child(5) summary`);
    await page.select(`${SETTINGS} .fold:nth-child(5) select`, 'webgpu');
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('failed: Failed.');
    await panelSays(page, /out of memory: Not enough memory left\. Take a smaller training\.batchSize or fewer units/);
    await worker.evaluate(() => Object.assign((globalThis as unknown as { room: object }).room, { isFull: false }));
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toMatch(/^done/);
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await close();
  });

  test('a browser without WebGPU trains on the CPU, and says so', async () => {
    const { page, close } = await open(labState((one) => ({ ...one, backend: 'cpu' })));
    await press(page, 'Step');
    await reached(page, 'paused');
    await press(page, 'Reset');
    await (
      await gpuWorker(page)
    ).evaluate(() => {
      GPU.prototype.requestAdapter = () => Promise.resolve(null);
    });
    await page.click(`${SETTINGS} .fold:nth-child(5) summary`);
    await page.select(`${SETTINGS} .fold:nth-child(5) select`, 'webgpu');
    await press(page, 'Start');
    await noticed(page, /found no graphics adapter for it, so the CPU computes alone/);
    await reached(page, 'done');
    await panelSays(page, /Trained by the CPU reference in float64/);
    await close();
  });

  test('a worker that is gone is noticed, and another goes on from the checkpoint', async () => {
    const { page, close } = await open(labState());
    await restAfter(page, 3);
    await (await gpuWorker(page)).close();
    await press(page, 'End the workers');
    await panelSays(page, /The worker that trained was ended/);
    await press(page, 'Go on from epoch 3');
    await reached(page, 'done', 'failed');
    expect(await bitsOf(page)).toBe(tests.undisturbed);
    await close();
  });

  test('workers that compute without end are ended together, and what they were asked is asked anew', async () => {
    const { page, close, problems } = await open(labState());
    await restAfter(page, 2);
    await press(page, 'Go on');
    for (const worker of page.workers()) {
      // Not waited for: it never ends.
      void worker
        .evaluate(() => {
          for (;;);
        })
        .catch(() => undefined);
    }
    await press(page, 'Stop');
    await panelSays(page, /Stopping, once the work under way is done …/);
    await page.$eval('#lab-data input[value="moons"]', (one) => one.click());
    const samples = await page.waitForSelector('#lab-data >>> ::-p-aria(Samples[role="textbox"])');
    await samples!.click({ count: 3 });
    await samples!.type('123');
    await press(page, 'End the workers');
    await panelSays(page, /The worker that trained was ended/);
    // Others read the data that were chosen meanwhile, and train.
    await panelSays(page, /98 rows train, 25 are held back/);
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toMatch(/^done/);
    expect(await noticesOf(page)).toEqual([]);
    expect(problems).toEqual([]);
    await close();
  });
});
