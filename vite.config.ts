import { defineConfig, type UserConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { offline } from './tools/vite-offline.js';
import { tex } from './tools/vite-tex.js';
import { wgsl } from './tools/vite-wgsl.js';

const TARGET = 'es2023';
const DEPENDENCIES = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];

/**
 * What is loaded together, in a few files that a bundler leaves as they are: what every model needs, what works on a
 * device, what checks it, what measures its products.
 */
const CHUNKS = [
  { name: 'use', test: /src\/(trainer\/predict|plan\/compile-use)\.ts/ },
  // What uses a model, by whatever computes.
  { name: 'evaluate', test: /src\/model\/(evaluate|predictions)\.ts/ },
  // What tests a device that nobody has tested.
  { name: 'first-use', test: /src\/(trainer\/first-use|verify\/stand-in|tune\/remember-approved)\.ts/ },
  { name: 'tuner', test: /src\/tune\/(tuner|trial)\.ts/ },
  { name: 'loop-limit', test: /src\/gpu\/(loop-limit|probe)\.ts|shaders\/count_turns/ },
  // What is done once something has gone wrong, or is large enough that it may.
  {
    name: 'failures',
    test: /src\/(gpu\/compile-error|plan\/check-limits|trainer\/(after-loss|failed|fitting-batch))\.ts/,
  },
  { name: 'gpu-time', test: /src\/trainer\/gpu-time/ },
  { name: 'dispatch-layered', test: /src\/plan\/dispatch-layered/ },
  {
    name: 'engine',
    test: /src\/((plan|passes|gpu)\/(?!device|plan\.)|tune\/(approved|text-store)|trainer\/(approval|engine|on-device|recovery|spare-keeper|measured|checks)\.ts)/,
  },
  { name: 'products', test: /src\/tune\// },
  {
    name: 'checkpoint',
    test: /src\/checkpoint\/|src\/trainer\/checkpoint(ing|-options)\.ts|src\/core\/(crc32|float64-chunks|json-keys|saved-history)\.ts|src\/reference\/saved\.ts|src\/trainer\/device-state\.ts/,
  },
  // What tests a device by itself, for whoever asks for that.
  { name: 'self-test', test: /src\/(verify|trainer)\/self-test/ },
  { name: 'errors', test: /src\/trainer\/errors\.ts|src\/verify\/(report|verification)\.ts/ },
  { name: 'checked-text', test: /src\/verify\/checked-text\.ts/ },
  { name: 'arithmetic', test: /src\/verify\/arithmetic\.ts|shaders\/arithmetic/ },
  {
    name: 'verify',
    test: /src\/verify\/(?!report|verification|curves)|src\/trainer\/(checked|check-parity|joined-pauses|replays|training-check)\.ts/,
  },
  // What computes on the CPU, and what times that.
  { name: 'reference', test: /src\/reference\/|src\/trainer\/(with-reference|on-cpu|cpu-time|saved-model)\.ts/ },
  { name: 'core', test: /src\/(core|trainer|gpu|plan|verify)\// },
  // What few programs use stays out of those that do not.
  {
    name: 'readers',
    test: /src\/data\/(column-builders|csv|data-error|file|gunzip|idx|jpeg|json|np[yz]|open-url|picture|png|raw|read|resize|rows|words|zip)/,
  },
  { name: 'data', test: /src\/data\// },
  { name: 'formats', test: /src\/formats\// },
];

/** The library and the command line, as bundlers and Node take them: what the package depends on is not put in. */
const library: UserConfig = {
  plugins: [wgsl()],
  publicDir: false,
  build: {
    outDir: 'dist',
    target: TARGET,
    minify: false,
    lib: {
      entry: { index: 'src/index.ts', node: 'src/cli/node-gpu.ts', cli: 'src/cli/main.ts' },
      formats: ['es'],
    },
    rollupOptions: {
      // What the package depends on, optional packages too, is not put into the build.
      external: [/^node:/, ...DEPENDENCIES.map((name) => new RegExp(`^${name}(/|$)`))],
      preserveEntrySignatures: 'allow-extension',
      // Names that stay the same from build to build tell whoever reads a stack what is in a file.
      output: {
        chunkFileNames: 'chunks/[name].js',
        codeSplitting: { groups: CHUNKS, includeDependenciesRecursively: false },
      },
    },
  },
};

/** The library in one file that imports nothing, for pages without a bundler. */
const browser: UserConfig = {
  plugins: [wgsl()],
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: TARGET,
    // Vite leaves the spaces of libraries alone; Rolldown does not.
    minify: false,
    lib: { entry: { 'idli.min': 'src/index.ts' }, formats: ['es'] },
    // H5wasm is megabytes, for one export: a page that wants that has it by an import map.
    rollupOptions: { external: ['h5wasm'], output: { codeSplitting: false, minify: true } },
  },
};

/** The static site. Relative, so that it works from any folder of a static host. */
const site: UserConfig = {
  plugins: [wgsl(), tex(), offline()],
  base: './',
  // Fonts stay files: the page's policy allows none within a style sheet.
  build: {
    outDir: 'dist-site',
    target: TARGET,
    assetsInlineLimit: (file) => (file.endsWith('.woff2') ? false : undefined),
  },
  worker: { format: 'es', plugins: () => [wgsl()] },
};

/**
 * Three builds: the static site (the default, into dist-site/), and into dist/ with `--mode node` the library and the
 * command line, then with `--mode browser` the single file. Vitest has its own configuration.
 */
export default defineConfig(({ mode }) => (mode === 'node' ? library : mode === 'browser' ? browser : site));
