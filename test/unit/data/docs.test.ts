/** The runs in docs/data.md are runs: every one of them passes the checks of its data, its model and its training. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSettings } from '../../../src/core/run.js';
import { kindOf, parseData } from '../../../src/data/document.js';
import { SYNTHETIC_NAMES } from '../../../src/data/synthetic/synthetic.js';

const TEXT = readFileSync('docs/data.md', 'utf8');

/** What stands indented as a block of its own. */
const RUNS = [...TEXT.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block);

test('there are five of them, of at most ten lines', () => {
  expect(RUNS).toHaveLength(5);
  for (const run of RUNS) expect(run.trim().split('\n').length).toBeLessThanOrEqual(10);
});

test.each(RUNS)('%s', (text) => {
  const { data, model, training } = JSON.parse(text) as Record<string, unknown>;
  const kind = kindOf(data);
  expect(parseData(data, kind!)).toMatchObject(data as object);
  expect(parseSettings({ model, training }).model.layers.length).toBeGreaterThan(0);
});

test('every synthetic set is described', () => {
  expect(SYNTHETIC_NAMES.filter((name) => !TEXT.includes(`\`${name}\``))).toEqual([]);
});
