#!/usr/bin/env node
/**
 * Our side of the benchmark in one file, for a machine with a GPU and without npm or network: `node node-bench.js
 * --dawn path/to/dawn.node` (or IDLI_DAWN). It takes the machine's own driver and falls back to nothing.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommanderError } from 'commander';
import { version } from '../../package.json';
import { finish } from './finish.js';
import { runInNode } from './node-engine.js';
import { parseOptions } from './options.js';

/** What the npm package `webgpu`, and the binding inside it, exports. */
interface Dawn {
  readonly create: (options: string[]) => GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`[bench] ${line}\n`);
  try {
    const options = parseOptions(process.argv.slice(2), true);
    const { create, globals } = await openDawn(options.dawn!);
    const gpu = create([]);
    // Dawn's object must stay reachable until the process ends (src/cli/node-gpu.ts says why).
    Object.assign(globalThis, globals, { [Symbol.for('idli.bench-gpu')]: gpu });
    const results = await runInNode(gpu, version, options, say);
    return (await finish(results, options.results, (text) => void process.stdout.write(`${text}\n`))) ? 0 : 1;
  } catch (error) {
    // commander has said what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function openDawn(path: string): Promise<Dawn> {
  const file = resolve(path);
  try {
    const isBinding = file.endsWith('.node');
    const loaded: unknown = isBinding
      ? createRequire(import.meta.url)(file)
      : await import(/* @vite-ignore */ pathToFileURL(file).href);
    return loaded as Dawn;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new Error(`Dawn's binding ${file} does not load: ${reason}`, { cause: error });
  }
}
