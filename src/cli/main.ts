#!/usr/bin/env node
/**
 * The command line. Exit code 0, 1 for a failure, 2 for bad input; an error is one sentence on stderr.
 * It ends by leaving nothing to do, never by process.exit in the middle of work.
 */
import { CommanderError } from 'commander';
import { exitCode, Failure, sentence } from './failure.js';
import { commandLine } from './program.js';

// Whoever reads our output may stop reading (`idli train article | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`The output could not be written: ${error.message}.\n`);
  process.exitCode = 1;
});

try {
  await commandLine((text) => process.stdout.write(`${text}\n`)).parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  if (error instanceof Failure && error.output !== undefined) process.stdout.write(`${error.output}\n`);
  // commander has already said what is wrong with the arguments.
  if (!(error instanceof CommanderError)) process.stderr.write(`${sentence(error)}\n`);
}
