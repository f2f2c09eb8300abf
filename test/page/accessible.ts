/** Judges a page by axe: WCAG 2.2 to level AA, and axe's best practices. Chromium only, whose tree of names is the one axe expects. */
import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';
import { expect } from 'vitest';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is wrong with it, a line each with the rule and the element. */
export async function barriers(page: Page): Promise<string[]> {
  // From the top: what has half gone under a bar that stays in sight would count for too small.
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  // By itself it would open another page for its results.
  const { violations } = await new AxePuppeteer(page).withTags(TAGS).setLegacyMode().analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
  );
}

export async function expectAccessible(page: Page): Promise<void> {
  expect(await barriers(page)).toEqual([]);
}
