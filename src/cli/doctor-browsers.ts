/**
 * Which browsers are installed, by their usual places and PATH. It starts none, so it does not know whether they work.
 */
import { delimiter, join } from 'node:path';
import type { Machine } from './swiftshader.js';

const COMMANDS = [
  ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'],
  ...['firefox', 'firefox-esr', 'firefox-nightly'],
];

const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  '/Applications/Safari.app/Contents/MacOS/Safari',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Their paths. */
export function findBrowsers({ environment, exists }: Pick<Machine, 'environment' | 'exists'>): string[] {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = COMMANDS.flatMap((name) => {
    const folder = folders.find((each) => exists(join(each, name)));
    return folder === undefined ? [] : [join(folder, name)];
  });
  return [...onPath, ...PLACES.filter((path) => exists(path))];
}
