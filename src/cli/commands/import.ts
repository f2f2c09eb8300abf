/**
 * `idli import`: a PyTorch model in safetensors as a model of ours. What PyTorch's file does not say, its layers, a run says.
 */
import type { Command } from 'commander';
import type { Layer } from '../../core/model.js';
import { parseModel } from '../../core/run.js';
import { importPytorch } from '../../formats/pytorch-import.js';
import { writeModel } from '../../formats/model-file.js';
import { checkDistinct } from '../distinct-paths.js';
import { readDocument } from '../load-run.js';
import { readBytes } from '../open-model.js';
import { shownPath } from '../shown-path.js';
import { examples, jsonOption, type Print } from '../options.js';
import { checkWritable, writeWhole } from '../write-file.js';

interface ImportOptions {
  readonly out: string;
  readonly run?: string | undefined;
  readonly json?: boolean | undefined;
}

export function addImport(program: Command, print: Print): void {
  program
    .command('import')
    .description('Take over the weights of a PyTorch model (nn.Sequential, saved as safetensors).')
    .argument('<file>', "PyTorch's weights in safetensors: 0.weight, 0.bias, 2.weight, …")
    .requiredOption('--out <file>', 'where to save the model, as safetensors')
    .option('--run <file>', 'a run whose model says what the layers are; not needed for what `idli export` wrote')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli import iris-torch/model.safetensors --out iris.safetensors',
        'idli import net.safetensors --run net.json --out idli-net.safetensors',
      ),
    )
    .action(async (file: string, options: ImportOptions) => print(await importModel(file, options)));
}

async function importModel(path: string, { out, run, json }: ImportOptions): Promise<string> {
  checkDistinct({ '--out': out }, [path, ...(run === undefined ? [] : [run])]);
  const bytes = await readBytes(path);
  const layers = run === undefined ? undefined : await layersOf(run);
  const saved = importPytorch(bytes, shownPath(path), { layers });
  await checkWritable(out);
  await writeWhole(out, writeModel(saved));
  return json ? JSON.stringify({ file: out, layers: saved.model.layers }) : `Written  ${shownPath(out)}`;
}

async function layersOf(run: string): Promise<readonly Layer[]> {
  const document = await readDocument(run);
  const hasModel = typeof document === 'object' && document !== null && 'model' in document;
  return parseModel(hasModel ? document.model : undefined).layers;
}
