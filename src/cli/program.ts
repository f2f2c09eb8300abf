/**
 * All commands, their arguments and their help. What a command does stands in commands/, one file each; it gives back the
 * text for stdout.
 */
import { Command } from 'commander';
import { version } from '../../package.json';
import { addBench } from './commands/bench.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addInit } from './commands/init.js';
import { addPredict } from './commands/predict.js';
import { addSummary } from './commands/summary.js';
import { addTrain } from './commands/train.js';
import { addVerify } from './commands/verify.js';
import { examples, type Print } from './options.js';
import { print, say } from './terminal.js';

export function commandLine(show: Print): Command {
  const program = new Command('idli')
    .description('Trains feed-forward neural networks on WebGPU and checks every number against a CPU reference.')
    .version(version)
    .exitOverride()
    // It quotes what it was given.
    .configureOutput({ writeOut: (text) => print(text, ''), writeErr: (text) => say(text, '') })
    // Only a mistyped word is worth a guess; the error itself stays one line.
    .showSuggestionAfterError(false)
    .addHelpText(
      'after',
      [
        examples('idli train article', 'idli init run.json && idli train run.json --out model.safetensors'),
        '',
        'Exit code 0, 1 for a failure, 2 for bad input. Every command has --help, with examples, and --json.',
      ].join('\n'),
    );
  for (const add of [
    addTrain,
    addPredict,
    addEvaluate,
    addVerify,
    addExport,
    addImport,
    addSummary,
    addInit,
    addDoctor,
    addBench,
  ]) {
    add(program, show);
  }
  return program;
}
