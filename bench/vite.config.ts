/**
 * Builds the benchmark of our own side as one file for machines without npm or network: dist/node-bench.js, which
 * imports nothing but Node's own modules. The pages are built by src/build.ts, one by one.
 */
import { defineConfig } from 'vite';
import { wgsl } from '../tools/vite-wgsl.js';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [wgsl()],
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2023',
    minify: false,
    lib: { entry: { 'node-bench': 'src/node-bench.ts' }, formats: ['es'] },
    rollupOptions: {
      external: [/^node:/],
      // commander is CommonJS and asks for Node's modules by `require`, which a module has not by itself.
      output: {
        codeSplitting: false,
        banner:
          "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
      },
    },
  },
});
