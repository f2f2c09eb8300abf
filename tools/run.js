/** Runs a script of this folder that is written in TypeScript, by Vite: `node tools/run.js size`. Node 20 cannot by itself. */
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { createServer } from 'vite';

// It stays open while the script runs, which may import more later.
const server = await createServer({
  // Of the library's configuration, for the shaders that a script may load.
  configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
  mode: 'node',
  root: fileURLToPath(new URL('..', import.meta.url)),
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true, entries: [] },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
try {
  const { main } = await server.ssrLoadModule(fileURLToPath(new URL(`./${process.argv[2]}.ts`, import.meta.url)));
  process.exitCode = await main();
} finally {
  await server.close();
}
