/**
 * A browser for tests of the lab's training, and the bits of a training that nobody disturbs, which whatever they do to one must come
 * to as well.
 */
import type { Browser } from 'puppeteer';
import { afterAll, beforeAll, expect } from 'vitest';
import type { LabState } from '../../src/page/lab/lab-state.js';
import { KILLS_GPU_PROCESS, launchBrowser } from '../support/launch-browser.js';
import { bitsOf, labState, openLab, type OpenedLab, press, reached } from './lab-driver.js';

export interface TrainingTests {
  readonly open: (lab: LabState, before?: () => void) => Promise<OpenedLab>;
  /** Known once the tests begin. */
  readonly undisturbed: string;
}

/** Call it at the top of a file. */
export function trainingTests(): TrainingTests {
  const state: { browser?: Browser; undisturbed: string } = { undisturbed: '' };
  const open = (lab: LabState, before?: () => void) => openLab(state.browser!, lab, before);
  beforeAll(async () => {
    state.browser = await launchBrowser('chromium', KILLS_GPU_PROCESS);
    const { page, problems, close } = await open(labState());
    await press(page, 'Start');
    expect(await reached(page, 'done', 'failed')).toBe('done: Done, epoch 12 of 12.');
    state.undisturbed = await bitsOf(page);
    expect(problems).toEqual([]);
    await close();
  });
  afterAll(() => state.browser?.close());
  return {
    open,
    get undisturbed() {
      return state.undisturbed;
    },
  };
}
