#!/usr/bin/env node
/**
 * The command line. Exit code 0, 1 for a failure, 2 for bad input; an error is one sentence on stderr.
 * It ends by leaving nothing to do, never by process.exit in the middle of work.
 */
import { CommanderError } from 'commander';
import { exitCode, Failure, sentence } from './failure.js';
import { commandLine } from './program.js';
import { print, say } from './terminal.js';

// Whoever reads our output may stop reading (`idli train article | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  say(`The output could not be written: ${error.message}.`);
  process.exitCode = 1;
});

try {
  await commandLine(print).parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  if (error instanceof Failure && error.output !== undefined) print(error.output);
  // commander has already said what is wrong with the arguments.
  if (!(error instanceof CommanderError)) say(sentence(error));
}
