import { defineConfig } from 'vite';
import { wgsl } from './tools/vite-wgsl.js';

/**
 * Two builds from one configuration: the static site (the default, into dist-site/) and, with
 * `--mode node`, the library and the command line (into dist/). Vitest has its own configuration.
 */
export default defineConfig(({ mode }) =>
  mode === 'node'
    ? {
        plugins: [wgsl()],
        publicDir: false,
        build: {
          outDir: 'dist',
          target: 'es2023',
          minify: false,
          lib: {
            entry: { index: 'src/index.ts', node: 'src/cli/node-gpu.ts', cli: 'src/cli/main.ts' },
            formats: ['es'],
          },
          rollupOptions: {
            external: [/^node:/, /^pure-rand/, 'commander', 'nanotar', 'valibot'],
          },
        },
      }
    : {
        plugins: [wgsl()],
        // Relative, so that the site works from any folder of a static host.
        base: './',
        build: { outDir: 'dist-site', target: 'es2023' },
      },
);
