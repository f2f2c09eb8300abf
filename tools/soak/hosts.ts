/**
 * Where the rounds of a soak run: this process, or a page of a browser, with what can be killed there. Each gives rounds by number and
 * is closed at the end.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';
import type * as NodeGpuModule from '../../src/cli/node-gpu.js';
import { numpyRandom } from '../../src/core/random.js';
import { KILLS_GPU_PROCESS, launchBrowser } from '../../test/support/launch-browser.js';
import type { BrowserEngine } from '../../test/support/engines.js';
import { wgsl } from '../vite-wgsl.js';
import type * as RoundsModule from './rounds.js';
import type { Round } from './rounds.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** One round in so many kills something, which takes longer than a fault within. */
const KILL_EVERY = 12;

export interface Host {
  readonly adapter: string;
  round(seed: number): Promise<Round>;
  close(): Promise<void>;
}

/** Serves the sources: to pages, and to this process, where parts of them are loaded late. */
async function serve(): Promise<ViteDevServer> {
  const server = await createServer({
    ...{ root: ROOT, configFile: false, plugins: [wgsl()], logLevel: 'error', appType: 'custom' },
    server: { hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  server.middlewares.use('/soak.html', (_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>soak</title>');
  });
  return server;
}

export async function nodeHost(): Promise<Host> {
  const server = await serve();
  const load = async <T>(path: string) => (await server.ssrLoadModule(path)) as T;
  const { openNodeGpu } = await load<typeof NodeGpuModule>('/src/cli/node-gpu.ts');
  const gpu = await openNodeGpu();
  gpu.installGlobals();
  const { Rounds, adapterName } = await load<typeof RoundsModule>('/tools/soak/rounds.ts');
  const rounds = new Rounds();
  const folder = mkdtempSync(join(tmpdir(), 'idli-soak-'));
  const commands = new KilledCommands(folder);
  return {
    adapter: await adapterName(),
    round: (seed) => (seed % KILL_EVERY === 0 ? commands.round(seed) : rounds.round(seed)),
    async close() {
      rmSync(folder, { recursive: true });
      gpu.close();
      await server.close();
    },
  };
}

/** `idli train`, killed with SIGKILL and gone on with. */
class KilledCommands {
  readonly #folder: string;
  #plain: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async round(seed: number): Promise<Round> {
    const draw = numpyRandom(seed);
    const saved = join(this.#folder, `saved ${seed}`);
    this.#plain ??= await this.#train([]).ended;
    const running = this.#train(['--checkpoint', saved, '--checkpoint-every', '3']);
    const wanted = 1 + Math.floor(2 * draw());
    let isOver = false;
    const ended = running.ended.finally(() => (isOver = true));
    const there = () =>
      existsSync(saved) ? readdirSync(saved).filter((name) => name.startsWith('checkpoint-')).length : 0;
    while (!isOver && there() < wanted) await pause(2);
    await pause(Math.floor(30 * draw()));
    running.child.kill('SIGKILL');
    await ended;
    const last = await this.#train(['--checkpoint', saved, '--resume']).ended;
    rmSync(saved, { recursive: true, force: true });
    return {
      faults: ['process killed'],
      outcome: 'resumed',
      isEqual: last === this.#plain,
      again: 0,
      what: `seed ${seed}: idli train`,
    };
  }

  /** Ends with the numbers as text; empty where it was killed. */
  #train(more: readonly string[]) {
    const path = join(this.#folder, 'run.json');
    writeFileSync(path, JSON.stringify(commandRun()));
    const args = ['train', path, '--backend', 'webgpu', '--schedule', 'layered', '--no-reference', '--json', ...more];
    const child = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const parts: string[] = [];
    child.stdout.on('data', (part) => parts.push(String(part)));
    const ended = new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (code !== 0) return resolve('');
        const { history, weights, predictions } = JSON.parse(parts.join('')) as Record<string, unknown>;
        resolve(JSON.stringify({ history, weights, predictions }));
      });
    });
    return { child, ended };
  }
}

function commandRun() {
  const random = numpyRandom(5);
  const y = Array.from({ length: 40 }, (_, row) => [row % 2]);
  return {
    data: { x: y.map(([label]) => [label! - 1 + random(), random() - 0.5]), y },
    model: {
      seed: 2,
      layers: [
        { units: 6, activation: 'tanh' },
        { type: 'dropout', rate: 0.2 },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    training: {
      loss: 'binaryCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.01 },
      epochs: 60,
      batchSize: 8,
      validationSplit: 0.2,
      earlyStopping: { patience: 60, restoreBestWeights: true },
    },
  };
}

export async function browserHost(engine: BrowserEngine): Promise<Host> {
  const server = await serve();
  await server.listen();
  const url = `${server.resolvedUrls!.local[0]!}soak.html`;
  const browser = await launchBrowser(engine, KILLS_GPU_PROCESS);
  const pages = new Pages(browser, url, engine);
  return {
    adapter: await (await pages.current()).evaluate(() => soak().adapterName()),
    round: (seed) => (seed % KILL_EVERY === 0 ? pages.killed(seed) : pages.round(seed)),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** What a page has of the rounds. */
declare function soak(): Pick<typeof RoundsModule, 'adapterName' | 'trainToBeKilled'> & {
  readonly rounds: RoundsModule.Rounds;
};

/** Pages of one origin, one after the other. */
class Pages {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #engine: BrowserEngine;
  #page: Page | undefined;
  #plain: string | undefined;

  constructor(browser: Browser, url: string, engine: BrowserEngine) {
    this.#browser = browser;
    this.#url = url;
    this.#engine = engine;
  }

  async current(): Promise<Page> {
    if (this.#page) return this.#page;
    this.#page = await this.#browser.newPage();
    await this.#page.goto(this.#url);
    // As a text, since what runs this file has imports of its own.
    await this.#page.evaluate(`(async () => {
      const { adapterName, trainToBeKilled, Rounds } = await import('/tools/soak/rounds.ts');
      const own = { adapterName, trainToBeKilled, rounds: new Rounds() };
      globalThis.soak = () => own;
    })()`);
    return this.#page;
  }

  async round(seed: number): Promise<Round> {
    return (await this.current()).evaluate((number) => soak().rounds.round(number), seed);
  }

  /** The tab, or in Chromium the process that has the GPU. */
  async killed(seed: number): Promise<Round> {
    const draw = numpyRandom(seed);
    this.#plain ??= (await (await this.current()).evaluate(() => soak().trainToBeKilled())).sum;
    const isTab = this.#engine === 'firefox' || draw() < 0.5;
    const page = await this.current();
    const name = `soak ${seed}`;
    const first = page.evaluate((of) => soak().trainToBeKilled(of), isTab ? name : undefined).catch(() => undefined);
    await pause(300 + 1500 * draw());
    if (isTab) {
      await page.close();
      this.#page = undefined;
      await first;
      const result = await (await this.current()).evaluate((of) => soak().trainToBeKilled(of, true), name);
      return { faults: ['tab killed'], outcome: 'resumed', isEqual: result.sum === this.#plain, again: 0, what: name };
    }
    const session = await this.#browser.target().createCDPSession();
    // It answers when the process is gone, or not at all.
    await Promise.race([session.send('Browser.crashGpuProcess').catch(() => undefined), pause(2000)]);
    const result = await first;
    // For a moment there may be no adapter to begin another training on; whoever goes on has three attempts at it.
    await page.evaluate(() => soak().adapterName(10_000));
    const isEqual = result?.sum === this.#plain;
    const outcome = (result?.recoveries ?? 0) > 0 ? 'recovered' : 'trained on';
    return {
      faults: ['GPU process killed'],
      outcome,
      isEqual,
      again: result?.again ?? 0,
      what: `${name}: GPU process`,
    };
  }
}
