/**
 * Starts the benchmark. Node 20 runs no TypeScript by itself, so Vite, which the project has anyway, loads it.
 */
import { join } from 'node:path';
import process from 'node:process';
import { createServer, runnerImport } from 'vite';

const here = import.meta.dirname;
const { module: tools } = await runnerImport(join(here, '..', 'tools', 'vite-wgsl.ts'));
// Open until the end: what is imported on the way (Dawn, for one) goes through it too.
const server = await createServer({
  configFile: false,
  root: here,
  plugins: [tools.wgsl()],
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { main } = await server.ssrLoadModule('/src/run.ts');
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await server.close();
}
