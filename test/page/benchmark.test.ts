/**
 * The benchmark's view on the built page: a short workload is checked, timed and put on a card that can be copied and saved; what is not
 * right is not timed; it stops; and without WebGPU the reference computes alone. No test asks how long anything took.
 */
import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import layered from '../../shaders/layered.pack?short';
import { CHOICES, CHOSEN_AT_FIRST } from '../../src/page/benchmark/choices.js';
import { expectAccessible } from './accessible.js';
import { copied, keepFiles, saved } from './kept-files.js';
import { goTo, has, overflowOf, press, setField, textMatching, textOf } from './page-driver.js';
import { inEachBrowser, pageTests } from './page-tests.js';

const LONG = 300_000;
const SOFTWARE = /software adapter: the CPU computes, not a GPU/;

/** Ticks these workloads and no others, with so many repetitions. */
async function choose(page: Page, ids: readonly string[], repetitions = 2): Promise<void> {
  const ticks = await page.$$('.choice-list input');
  expect(ticks).toHaveLength(CHOICES.length);
  for (const [i, { id }] of CHOICES.entries()) {
    const isTicked = await ticks[i]!.evaluate((one) => one.checked);
    if (isTicked !== ids.includes(id)) await ticks[i]!.click();
  }
  await setField(page, 'Repetitions of each', repetitions);
}

async function ended(page: Page): Promise<string | undefined> {
  const find = () => {
    const { status } = document.querySelector<HTMLElement>('#choices')!.dataset;
    return ['done', 'stopped', 'failed'].includes(status ?? '') && status;
  };
  return (await (await page.waitForFunction(find, { timeout: LONG })).jsonValue()) || undefined;
}

const timed = (page: Page) =>
  page.$$eval('.bench-result', (all) => all.map((one) => (one as HTMLElement).dataset['workload']));

interface SavedCard {
  readonly format: string;
  readonly isSoftware: boolean;
  readonly results: readonly {
    readonly id: string;
    readonly cpu: { readonly timing: { readonly samples: readonly number[] }; readonly losses: readonly number[] };
    readonly gpu?: {
      readonly timing: { readonly samples: readonly number[] };
      readonly checked: { readonly values: number; readonly shareOfBound: number; readonly difference: number };
      readonly finalLoss: number;
      readonly submits: number;
      readonly dispatches: number;
      readonly schedule: string;
    };
  }[];
}

inEachBrowser('the benchmark', ({ open }) => {
  test('checks a short workload, times it on both, and makes a card to copy and save', { timeout: LONG }, async () => {
    const page = await open('benchmark', { before: keepFiles });
    expect(await textOf(page, '#adapter')).toMatch(SOFTWARE);
    expect(await textOf(page, '#adapter')).toMatch(/Times vary: by what else the machine does/);
    await choose(page, ['a']);
    await press(page, 'Start');
    expect(await ended(page)).toBe('done');
    expect(await timed(page)).toEqual(['a']);
    expect(await textOf(page, '.bench-rate')).toMatch(/^[\d,.]+ examples\/s$/);
    expect(await textOf(page, '.bench-ratio')).toMatch(/times as (fast|slow) as|As quick as/);

    await press(page, 'Copy as text');
    const text = await copied(page);
    expect(text).toMatch(/^IDLI benchmark\nAdapter: .*software adapter/);
    expect(text).toMatch(/Checked before timing: [\d,]+ values within their bounds, .* of the bound at most \(.+\)/);
    expect(text).toMatch(/WebGPU, a training: .*median of 2; /);

    await press(page, 'Save as JSON');
    const json = await saved(page, '.json');
    expect([json.name, json.type]).toEqual(['idli-benchmark.json', 'application/json;charset=utf-8']);
    const card = JSON.parse(new TextDecoder().decode(json.bytes)) as SavedCard;
    expect([card.format, card.isSoftware]).toEqual(['idli-benchmark', true]);
    const { cpu, gpu } = card.results[0]!;
    expect([cpu.timing.samples.length, gpu!.timing.samples.length, cpu.losses.length]).toEqual([2, 2, 50]);
    // Fifty epochs are one dispatch, and its losses are those of the tutorial.
    expect([gpu!.schedule, gpu!.submits, gpu!.dispatches]).toEqual(['persistent', 1, 1]);
    expect(cpu.losses[0]).toBeCloseTo(0.43943512, 7);
    expect(gpu!.finalLoss).toBeCloseTo(cpu.losses[49]!, 6);
    expect(gpu!.checked.values).toBeGreaterThan(50);
    expect(gpu!.checked.shareOfBound).toBeLessThanOrEqual(1);
    expect(gpu!.checked.difference).toBeLessThanOrEqual(1e-4);

    await press(page, 'Save as PNG');
    const png = await saved(page, '.png');
    expect(png.name).toBe('idli-benchmark.png');
    expect([...png.bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });
});

describe('what is asked of it', () => {
  const { open } = pageTests();

  test(
    'what is ticked at first runs through, a product among it, each with its numbers',
    { timeout: LONG },
    async () => {
      const page = await open('benchmark');
      await setField(page, 'Repetitions of each', 1);
      await press(page, 'Start');
      expect(await ended(page)).toBe('done');
      expect(await timed(page)).toEqual(CHOSEN_AT_FIRST);
      const rates = await page.$$eval('.bench-rate', (all) => all.map((one) => (one as HTMLElement).innerText));
      expect(rates.filter((rate) => !/^[\d,.]+ (examples|GFLOP)\/s$/.test(rate))).toEqual([]);
      expect(await page.$$eval('.bench-result .problem', (all) => all.length)).toBe(0);
      expect(await page.$$eval('.bench-bar-gpu', (all) => all.length)).toBe(CHOSEN_AT_FIRST.length);
    },
  );

  test('stops, keeps what was finished, and starts again', { timeout: LONG }, async () => {
    const page = await open('benchmark');
    await choose(page, ['a', 'e'], 50);
    await press(page, 'Start');
    await page.waitForSelector('.bench-result');
    await press(page, 'Stop');
    expect(await ended(page)).toBe('stopped');
    expect(await timed(page)).toEqual(['a']);
    // And while another view is looked at.
    await goTo(page, 'Device');
    await goTo(page, 'Benchmark');
    expect(await ended(page)).toBe('stopped');
    expect(await timed(page)).toEqual(['a']);
    await choose(page, ['a'], 1);
    await press(page, 'Start again');
    await page.waitForSelector('#choices[data-status="running"]');
    expect(await ended(page)).toBe('done');
  });

  test('control: what is not right is not timed, and the others are', { timeout: LONG }, async () => {
    const right = layered['adam']!.split('\n').find((line) => /^fn .*return vec3f\(w-/.test(line))!;
    const page = await open('benchmark', { patch: [right, right.replace('vec3f(w-', 'vec3f(w+')] });
    await choose(page, ['a', 'c'], 1);
    await press(page, 'Start');
    expect(await ended(page)).toBe('done');
    const texts = await page.$$eval('.bench-result', (all) => all.map((one) => (one as HTMLElement).innerText));
    expect(texts[0]).toMatch(/as the CPU reference/);
    expect(texts[1]).toMatch(
      /computes wrongly and is not used, since in pass update .* on the GPU and .* in the reference/,
    );
    expect(texts[1]).not.toMatch(/WebGPU\s+[\d,.]+ examples/);
  });

  test('nothing chosen starts nothing, and says so', async () => {
    const page = await open('benchmark');
    await choose(page, []);
    await textMatching(page, '#choices .problem:not(.field .problem)', /tick at least one/);
    expect(await page.$eval('#choices .buttons button', (one) => one.disabled)).toBe(true);
    await setField(page, 'Repetitions of each', 0);
    await textMatching(page, '#choices .field .problem', /Expected a whole number from 1 to 50/);
  });

  test('without an adapter the reference computes alone, and it is said', { timeout: LONG }, async () => {
    const page = await open('benchmark', { without: 'adapter' });
    expect(await textOf(page, '#no-webgpu')).toMatch(/found no graphics adapter for it, so the CPU computes alone/);
    await choose(page, ['a'], 1);
    await press(page, 'Start');
    expect(await ended(page)).toBe('done');
    expect(await textOf(page, '.bench-ratio')).toBe('No WebGPU to compare with.');
    expect(await page.$('.bench-bar-gpu')).toBeNull();
    expect(await has(page, 'Save as JSON', 'button')).toBe(true);
  });
});

describe('for everybody', () => {
  const { open } = pageTests();

  test.each(['light', 'dark'] as const)(
    'axe finds nothing with a card, %s, and it fits',
    { timeout: LONG },
    async (theme) => {
      const page = await open('benchmark', { theme });
      await choose(page, ['a'], 1);
      await press(page, 'Start');
      expect(await ended(page)).toBe('done');
      await page.$eval('.bench-details summary', (one) => one.click());
      await expectAccessible(page);
      for (const width of [1280, 390, 320]) {
        await page.setViewport({ width, height: 800 });
        expect(await overflowOf(page), `${width}`).toBe(0);
      }
    },
  );
});
