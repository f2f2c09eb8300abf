#!/usr/bin/env node
/**
 * The command line. Exit code 0, 1 for a failure, 2 for bad input; an error is one sentence on stderr.
 * It ends by leaving nothing to do, never by process.exit in the middle of work.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../../package.json';
import { RunError } from '../core/run-error.js';
import { isOwnError } from '../trainer/errors.js';
import { SCHEDULES } from '../plan/schedule.js';
import { BACKENDS } from '../trainer/train.js';
import { NodeGpuError } from './node-gpu.js';
import { trainCommand, type TrainCommandOptions } from './train-command.js';

const FAILURE = 1;
const BAD_INPUT = 2;

const program = new Command('idli')
  .description('Trains feed-forward neural networks on WebGPU and checks every number against a CPU reference.')
  .version(version)
  .exitOverride();

program
  .command('train')
  .description('Train a run and print the loss of every epoch, the predictions, and how far GPU and CPU are apart.')
  .argument('<run>', 'a run document (JSON file), or a built-in run: article')
  .addOption(new Option('--backend <name>', 'where to train').choices(BACKENDS).default('auto'))
  .addOption(
    new Option('--schedule <name>', 'how the GPU is to work, instead of what suits the network').choices(SCHEDULES),
  )
  .option('--epochs <n>', 'epochs, instead of those in the run', wholeNumber)
  .option('--seed <n>', 'seed of first weights, dropout and shuffle, instead of the one in the run', wholeNumber)
  .option('--json', 'print one JSON document on stdout, and nothing else')
  .exitOverride()
  .action(async (run: string, options: TrainCommandOptions) => {
    process.stdout.write(`${await trainCommand(run, options)}\n`);
  });

// Whoever reads our output may stop reading (`idli train article | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`The report could not be written: ${error.message}.\n`);
  process.exitCode = FAILURE;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  // commander has already said what is wrong with the arguments.
  if (!(error instanceof CommanderError)) process.stderr.write(`${sentence(error)}\n`);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
  return error instanceof RunError ? BAD_INPUT : FAILURE;
}

/** An error of ours is a sentence already; anything else is a bug, and its stack helps to find it. */
function sentence(error: unknown): string {
  if (isOwnError(error) || error instanceof NodeGpuError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
