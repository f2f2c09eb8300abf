/**
 * The benchmark's command: arguments, one engine, a report. Exit code 0, 1 for a missed target or a failure, 2 for
 * arguments that are wrong. An error is one sentence on stderr.
 */
import { CommanderError } from 'commander';
import { version } from '../../package.json';
import { openNodeGpu } from '../../src/cli/node-gpu.js';
import { runInChromium } from './chromium.js';
import { finish } from './finish.js';
import { runInNode } from './node-engine.js';
import { type BenchOptions, parseOptions } from './options.js';
import type { Results } from './results.js';

export async function main(argv: readonly string[]): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`[bench] ${line}\n`);
  try {
    const options = parseOptions(argv);
    const results = options.engine === 'node' ? await inNode(options, say) : await runInChromium(options, say);
    return (await finish(results, options.results, (text) => void process.stdout.write(`${text}\n`))) ? 0 : 1;
  } catch (error) {
    // commander has said what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env['IDLI_BENCH_STACK']) console.error(error);
    return 1;
  }
}

async function inNode(options: BenchOptions, say: (line: string) => void): Promise<Results> {
  const node = await openNodeGpu();
  try {
    for (const note of node.notes) say(note);
    // The counts stand in for methods of WebGPU's types, which must be there by name.
    node.installGlobals();
    return await runInNode(node.gpu, version, options, say);
  } finally {
    node.close();
  }
}
