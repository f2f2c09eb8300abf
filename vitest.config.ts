/**
 * Which tests run where. The files of test/gpu/ run three times: in Node, in Chromium, in Firefox.
 *
 * Two cores, one of them the GPU: one project after another, one file at a time where a GPU works.
 * `IDLI_ENGINES` demands engines (test/support/engines.ts), `IDLI_ELSEWHERE=1` the programs that test/elsewhere/ hands files
 * to; a demanded one that is missing fails.
 */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { type BrowserEngine, chosenEngines, type Engine } from './test/support/engines.js';
import { findInstalled } from './test/support/find-browser.js';
import { howToGet } from './test/support/launch-browser.js';
import { puppeteerProvider } from './test/support/puppeteer-provider.js';
import { SummaryReporter } from './test/support/summary-reporter.js';
import { tex } from './tools/vite-tex.js';
import { wgsl } from './tools/vite-wgsl.js';

const GPU_TIMEOUTS = { testTimeout: 120_000, hookTimeout: 120_000 };

const unit: TestProjectInlineConfiguration = {
  plugins: [wgsl(), tex()],
  test: {
    name: 'unit',
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 30_000,
    // As in `page`.
    css: true,
    sequence: { groupOrder: 0 },
  },
};

const gpuNode: TestProjectInlineConfiguration = {
  plugins: [wgsl()],
  test: {
    name: 'gpu-node',
    // test/node/ has what only Node can test: how the GPU is opened there, and the command line; test/integration/ what
    // reads real data from files.
    include: ['test/gpu/**/*.test.ts', 'test/node/**/*.test.ts', 'test/integration/**/*.test.ts'],
    setupFiles: ['test/support/node-gpu-setup.ts'],
    pool: 'forks',
    // One process for all files: it opens the GPU once.
    isolate: false,
    fileParallelism: false,
    sequence: { groupOrder: 1 },
    ...GPU_TIMEOUTS,
  },
};

const elsewhere: TestProjectInlineConfiguration = {
  test: {
    name: 'elsewhere',
    // What other programs make of the product's files; test/elsewhere/tools.ts finds them, and says which are absent.
    include: ['test/elsewhere/**/*.test.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 5 },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

const page: TestProjectInlineConfiguration = {
  plugins: [wgsl()],
  test: {
    name: 'page',
    include: ['test/page/**/*.test.ts'],
    globalSetup: ['test/support/build-site.ts'],
    // The report's style is a text that it carries; vitest would leave it empty.
    css: true,
    fileParallelism: false,
    sequence: { groupOrder: 4 },
    ...GPU_TIMEOUTS,
  },
};

const published: TestProjectInlineConfiguration = {
  plugins: [wgsl()],
  test: {
    name: 'package',
    include: ['test/package/**/*.test.ts'],
    globalSetup: ['test/support/packed-library.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 5 },
    ...GPU_TIMEOUTS,
  },
};

function gpuInside(engine: BrowserEngine, groupOrder: number): TestProjectInlineConfiguration {
  return {
    plugins: [wgsl()],
    test: {
      include: ['test/gpu/**/*.test.ts'],
      fileParallelism: false,
      sequence: { groupOrder },
      browser: {
        enabled: true,
        headless: true,
        ui: false,
        screenshotFailures: false,
        provider: puppeteerProvider(engine),
        instances: [{ browser: engine, name: `gpu-${engine}` }],
      },
      ...GPU_TIMEOUTS,
    },
  };
}

export default defineConfig(async () => {
  const { demanded, explicit } = chosenEngines();
  const engines = new Set<Engine>(demanded);
  const remarks: string[] = [];
  if (!explicit) {
    if (await findInstalled('firefox')) engines.add('firefox');
    else remarks.push(`Firefox did not run: it is not on this machine. ${howToGet('firefox')}`);
  }
  return {
    test: {
      projects: [
        unit,
        ...(engines.has('node') ? [gpuNode] : []),
        ...(engines.has('chromium') ? [gpuInside('chromium', 2)] : []),
        ...(engines.has('firefox') ? [gpuInside('firefox', 3)] : []),
        ...(engines.has('chromium') ? [page, published] : []),
        elsewhere,
      ],
      // Unpacking or installing a browser comes before its first page connects.
      browser: { connectTimeout: 300_000 },
      maxWorkers: 2,
      teardownTimeout: 30_000,
      reporters: ['default', new SummaryReporter(remarks)],
    },
  };
});
