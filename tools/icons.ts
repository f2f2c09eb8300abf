/**
 * Makes the pictures in public/icons/ out of public/favicon.svg, for what takes no SVG: `node tools/run.js icons`, after each change of
 * that drawing. Operating systems cut a maskable icon to their own shape, so its ground goes to the edges and its drawing stands within
 * the middle that every shape leaves.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { launchBrowser } from '../test/support/launch-browser.js';

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** What becomes of the ground's round corners where a system rounds them itself. */
const ROUND = ' rx="7"';

/** Of the drawing's 32 units: how far it is shrunk towards the middle where the edges may be cut. */
const SHRUNK = '<g transform="translate(16 16) scale(.78) translate(-16 -16)">';

interface Icon {
  readonly name: string;
  readonly size: number;
  readonly kind: 'round' | 'square' | 'maskable';
}

const ICONS: readonly Icon[] = [
  { name: 'icon-180', size: 180, kind: 'square' },
  { name: 'icon-192', size: 192, kind: 'round' },
  { name: 'icon-512', size: 512, kind: 'round' },
  { name: 'maskable-512', size: 512, kind: 'maskable' },
];

/** The drawing as a kind of icon wants it. */
function drawn(svg: string, kind: Icon['kind']): string {
  if (!svg.includes(ROUND)) throw new Error(`public/favicon.svg has no ground with${ROUND} any more.`);
  if (kind === 'round') return svg;
  const square = svg.replace(ROUND, '');
  if (kind === 'square') return square;
  return square.replace(/(<rect[^>]*\/>)([\s\S]*)<\/svg>/, `$1${SHRUNK}$2</g></svg>`);
}

/** @returns the exit code */
export async function main(): Promise<number> {
  const svg = await readFile(join(PUBLIC, 'favicon.svg'), 'utf8');
  await mkdir(join(PUBLIC, 'icons'), { recursive: true });
  const browser = await launchBrowser('chromium');
  try {
    const page = await browser.newPage();
    for (const { name, size, kind } of ICONS) {
      await page.setViewport({ width: size, height: size });
      await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${drawn(svg, kind)}`);
      await page.screenshot({ path: join(PUBLIC, 'icons', `${name}.png`), omitBackground: true });
    }
  } finally {
    await browser.close();
  }
  return 0;
}
