/** The order in which browsers are looked for, on made-up machines. */
import { describe, expect, test } from 'vitest';
import type { Host } from '../support/browser-host.js';
import { chosenEngines } from '../support/engines.js';
import { findBrowser, findInstalled } from '../support/find-browser.js';

/** A Linux machine with nothing on it, and a record of what was done to it. */
function bareHost(changes: Partial<Host> = {}): Host & { done: string[] } {
  const done: string[] = [];
  return {
    done,
    environment: {},
    platform: 'linux',
    isRoot: false,
    exists: () => false,
    puppeteerCache: () => Promise.resolve([]),
    unpackChrome: () => {
      done.push('unpack');
      return Promise.resolve(undefined);
    },
    downloadChrome: () => {
      done.push('download');
      return Promise.reject(new Error('no network\nat somewhere'));
    },
    starts: () => Promise.resolve(true),
    run: (program, args) => {
      done.push([program, ...args].join(' '));
      return Promise.resolve();
    },
    say: () => undefined,
    ...changes,
  };
}

const having =
  (...paths: string[]) =>
  (path: string): boolean =>
    paths.includes(path);

describe('Chromium is looked for', () => {
  test('in IDLI_CHROMIUM before everything else', async () => {
    const host = bareHost({ environment: { IDLI_CHROMIUM: '/my/chrome' }, exists: () => true });
    expect(await findBrowser('chromium', { host })).toMatchObject({ path: '/my/chrome', headless: true });
    expect(host.done).toEqual([]);
  });

  test('and an IDLI_CHROMIUM that does not start is an error, not another browser', async () => {
    const host = bareHost({
      environment: { IDLI_CHROMIUM: '/my/chrome' },
      exists: () => true,
      starts: (path) => Promise.resolve(path !== '/my/chrome'),
    });
    await expect(findBrowser('chromium', { host })).rejects.toThrow('IDLI_CHROMIUM names /my/chrome');
  });

  test('on the usual paths, and one that does not start is passed over', async () => {
    const host = bareHost({
      exists: having('/usr/bin/chromium', '/usr/bin/google-chrome'),
      starts: (path) => Promise.resolve(path !== '/usr/bin/chromium'),
    });
    expect((await findBrowser('chromium', { host }))?.path).toBe('/usr/bin/google-chrome');
  });

  test("in puppeteer's cache before anything is unpacked", async () => {
    const host = bareHost({
      exists: having('/cache/chrome'),
      puppeteerCache: () => Promise.resolve(['/cache/chrome']),
    });
    expect((await findBrowser('chromium', { host }))?.path).toBe('/cache/chrome');
    expect(host.done).toEqual([]);
  });

  test('in @sparticuz/chromium, with the libraries of the machine first', async () => {
    const host = bareHost({
      unpackChrome: () => Promise.resolve('/cache/packaged'),
    });
    expect(await findBrowser('chromium', { host })).toMatchObject({
      path: '/cache/packaged/chromium',
      headless: 'shell',
      environment: { FONTCONFIG_PATH: '/cache/packaged', LC_ALL: 'en_US.UTF-8' },
    });
    expect(host.done).toEqual([]);
  });

  test("with the package's own libraries where the machine has none", async () => {
    const host = bareHost({
      environment: { LD_LIBRARY_PATH: '/mine' },
      unpackChrome: () => Promise.resolve('/cache/packaged'),
      starts: (_path, environment) => Promise.resolve(environment['LD_LIBRARY_PATH'] !== undefined),
    });
    expect((await findBrowser('chromium', { host }))?.environment).toEqual({
      LD_LIBRARY_PATH: '/cache/packaged/lib:/mine',
      FONTCONFIG_PATH: '/cache/packaged',
      LC_ALL: 'en_US.UTF-8',
    });
  });

  test('by a download after unpacking, and apt only as root', async () => {
    const host = bareHost({ exists: having('/usr/bin/apt-get') });
    expect(await findBrowser('chromium', { host })).toBeUndefined();
    expect(host.done).toEqual(['unpack', 'download']);
  });

  test('by apt last of all, as root', async () => {
    const installed = new Set(['/usr/bin/apt-get']);
    const host = bareHost({ isRoot: true, exists: (path) => installed.has(path) });
    const run = host.run.bind(host);
    host.run = (program, args) => {
      if (args.includes('install')) installed.add('/usr/bin/chromium');
      return run(program, args);
    };
    expect((await findBrowser('chromium', { host }))?.path).toBe('/usr/bin/chromium');
    expect(host.done).toEqual([
      'unpack',
      'download',
      'apt-get update',
      'apt-get install --yes --no-install-recommends chromium',
    ]);
  });
});

describe('Firefox is', () => {
  test('not installed unless it was asked for', async () => {
    const host = bareHost({ isRoot: true, exists: having('/usr/bin/apt-get') });
    expect(await findBrowser('firefox', { host })).toBeUndefined();
    expect(host.done).toEqual([]);
    await findBrowser('firefox', { host, demanded: true });
    expect(host.done.at(-1)).toContain('firefox-esr');
  });

  test('found quietly and without any work when only asked about', async () => {
    const said: string[] = [];
    const host = bareHost({ say: (line) => said.push(line), exists: having('/usr/bin/firefox') });
    expect((await findInstalled('firefox', host))?.path).toBe('/usr/bin/firefox');
    expect([host.done, said]).toEqual([[], []]);
  });
});

test('each step that is taken is said in one line', async () => {
  const said: string[] = [];
  await findBrowser('chromium', { host: bareHost({ say: (line) => said.push(line) }) });
  expect(said).toEqual([
    'unpacking @sparticuz/chromium',
    "downloading Chrome into puppeteer's cache",
    "downloading Chrome into puppeteer's cache failed: no network",
  ]);
});

describe('IDLI_ENGINES', () => {
  test('absent demands Node and Chromium', () => {
    expect(chosenEngines('')).toEqual({ demanded: ['node', 'chromium'], explicit: false });
  });

  test('demands what it names', () => {
    expect(chosenEngines('firefox, node')).toEqual({ demanded: ['firefox', 'node'], explicit: true });
  });

  test('refuses an engine that nobody knows', () => {
    expect(() => chosenEngines('node,safari')).toThrow('"safari"');
  });
});
