/**
 * The browser's GPU process is killed while the lab trains on the built page: the training goes on by itself, to the very bits of one
 * that nobody disturbed.
 */
import { expect, test } from 'vitest';
import { bitsOf, noticed, press, reached, restAfter, labState } from './lab-driver.js';
import { trainingTests } from './training-tests.js';

const tests = trainingTests();

test('it goes on from where it was, and says so', async () => {
  const { page, close } = await tests.open({ ...labState(), backend: 'webgpu' });
  await restAfter(page, 3);
  const session = await page.browser().target().createCDPSession();
  // It answers when the process is gone, or not at all.
  const crashed = session.send('Browser.crashGpuProcess').catch(() => undefined);
  await Promise.race([crashed, new Promise((resolve) => setTimeout(resolve, 1000))]);
  await press(page, 'Go on');
  expect(await noticed(page, /The GPU device was lost/)).toMatch(
    /The training goes on after step 39, in epoch 4 \(attempt 1 of 3\)\.$/,
  );
  expect(await reached(page, 'done', 'failed')).toMatch(/^done/);
  expect(await bitsOf(page)).toBe(tests.undisturbed);
  await close();
});
