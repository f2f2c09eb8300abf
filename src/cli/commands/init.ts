/**
 * `idli init`: writes a run to start from, with a comment at each field. It never overwrites a file unless it is told to.
 */
import { access } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { RunError } from '../../core/run-error.js';
import { EXAMPLE_KINDS, type ExampleKind, exampleRun } from '../init.js';
import { shownPath } from '../shown-path.js';
import { examples, jsonOption, type Print } from '../options.js';
import { checkWritable, writeWhole } from '../write-file.js';

interface InitOptions {
  readonly kind: ExampleKind;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export function addInit(program: Command, print: Print): void {
  program
    .command('init')
    .description('Write an example run, with comments, to start from.')
    .argument('[file]', 'where to write it', 'run.json')
    .addOption(new Option('--kind <name>', 'what its data is').choices(EXAMPLE_KINDS).default('synthetic'))
    .option('--force', 'overwrite the file if there is one')
    .addOption(jsonOption())
    .addHelpText('after', examples('idli init', 'idli init iris.json --kind csv', 'idli train run.json'))
    .action(async (file: string, options: InitOptions) => print(await init(file, options)));
}

async function init(path: string, { kind, force, json }: InitOptions): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !force) {
    throw new RunError(shownPath(path), 'a file that is there already', 'another name, or --force to overwrite it');
  }
  await checkWritable(path);
  await writeWhole(path, exampleRun(kind));
  return json
    ? JSON.stringify({ file: path, kind })
    : `Written  ${shownPath(path)}\nTrain it with: idli train ${shownPath(path)}`;
}
