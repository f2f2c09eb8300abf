/**
 * The page of a pass that is wrong, opened from a file in Chromium: it does the pass on this device and says whether the value is wrong
 * there too. The pass doubles three numbers.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reproductionPage } from '../../src/cli/reproduction-page.js';
import type { Reproduction } from '../../src/verify/report.js';
import { launchBrowser } from '../support/launch-browser.js';

const CODE = `
override FACTOR: f32;
@group(0) @binding(0) var<uniform> count: u32;
@group(0) @binding(1) var<storage, read> numbers: array<f32>;
@group(0) @binding(2) var<storage, read_write> doubled: array<f32>;
@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < count) { doubled[id.x] = FACTOR * numbers[id.x]; }
}`;

const state: { browser?: Browser; folder: string } = { folder: '' };

beforeAll(async () => {
  state.browser = await launchBrowser('chromium');
  state.folder = await mkdtemp(join(tmpdir(), 'idli-reproduction-'));
});

afterAll(async () => {
  await state.browser?.close();
  await rm(state.folder, { recursive: true, force: true });
});

/** Opens it, and waits for its verdict. */
async function verdictOf(wrong: Partial<Reproduction['wrong']>, changes: Partial<Reproduction> = {}): Promise<string> {
  const page = await state.browser!.newPage();
  const path = join(state.folder, 'reproduction.html');
  const found: Reproduction = {
    ...{ pass: 'double </script><b>', shader: 'double', adapter: 'another device', code: CODE },
    constants: { FACTOR: 2 },
    uniforms: new Uint32Array([3, 0, 0, 0]),
    storage: [
      { name: 'numbers', access: 'read', content: new Float32Array([1, 2, 3]).buffer },
      { name: 'doubled', access: 'read_write', content: new Float32Array(3).buffer },
    ],
    workgroups: [3, 1, 1],
    wrong: { buffer: 'y', index: 1, binding: 1, word: 1, type: 'f32', got: 5, want: 4, bound: 1e-6, ...wrong },
    ...changes,
  };
  await writeFile(path, reproductionPage(found));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('body[data-verdict]');
  // A name is text, whatever it reads like.
  expect(await page.$eval('h1', (title) => title.textContent)).toBe('A pass that is wrong: double </script><b>');
  const text = await page.$eval('#verdict', (one) => one.textContent);
  await page.close();
  return text;
}

test('what is right on this device is said to be right here', async () => {
  expect(await verdictOf({})).toBe('y[1] is right here: 4, where 4 is wanted and 0.000001 allowed.');
});

test('control: what is wrong is said to be wrong here too, and by the same bits', async () => {
  expect(await verdictOf({ got: 4, want: 3 })).toMatch(
    /^y\[1\] is wrong here too, by the same bits: 4, where 3 is wanted/,
  );
  expect(await verdictOf({ want: 3 })).toMatch(/^y\[1\] is wrong here too: 4/);
});

test('a shader that does not compile there is said so', async () => {
  expect(await verdictOf({}, { code: CODE.replace('count)', 'cuont)') })).toMatch(/cuont|error/i);
});
