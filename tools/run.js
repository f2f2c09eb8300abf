/** Runs a script of this folder that is written in TypeScript, by Vite: `node tools/run.js size`. Node 20 cannot by itself. */
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { createServer } from 'vite';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const open = (plugins = []) =>
  createServer({
    configFile: false,
    root: pathOf('..'),
    plugins,
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true, entries: [] },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });

// What reads shaders is written in TypeScript as well.
const first = await open();
const { wgsl } = await first.ssrLoadModule(pathOf('./vite-wgsl.ts'));
// It stays open while the script runs, which may import more later.
const server = await open([wgsl()]);
try {
  const { main } = await server.ssrLoadModule(pathOf(`./${process.argv[2]}.ts`));
  process.exitCode = await main();
} finally {
  await server.close();
  await first.close();
}
