/**
 * `idli export`: a saved model in a format that others open, with inputs and the outputs to expect beside it. A folder has
 * all files of an export, or none of them is new.
 */
import { basename, extname } from 'node:path';
import { type Command, Option } from 'commander';
import { RunError } from '../../core/run-error.js';
import type { ExportedFile, SavedModel } from '../../formats/saved-model.js';
import { writableInside } from '../inside-folder.js';
import { openModel } from '../open-model.js';
import { examples, jsonOption, type Print } from '../options.js';
import { shownPath } from '../shown-path.js';
import { checkWritable, makeFolder, writeWhole } from '../write-file.js';

type Exporter = (saved: SavedModel, options: { readonly preprocessing: boolean }) => Promise<readonly ExportedFile[]>;

/** Each is loaded when it is asked for. */
const FORMATS: Readonly<Record<string, Exporter>> = {
  onnx: async (saved, options) => (await import('../../formats/onnx.js')).exportOnnx(saved, options),
  pytorch: async (saved) => (await import('../../formats/pytorch.js')).exportPytorch(saved),
  keras: async (saved) => (await import('../../formats/keras.js')).exportKeras(saved),
};

interface ExportOptions {
  readonly format: string;
  readonly preprocessing?: boolean | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

export function addExport(program: Command, print: Print): void {
  program
    .command('export')
    .description('Write a saved model in a format that ONNX Runtime, PyTorch or Keras opens.')
    .argument('<model>', 'a model in safetensors, as `idli train --out` writes it')
    .addOption(new Option('--format <name>', 'the format').choices(Object.keys(FORMATS)).makeOptionMandatory())
    .option('--out <folder>', 'where to write; default: a folder named after the model and the format')
    .option(
      '--preprocessing',
      'onnx: scale the inputs within the model, so that it takes numbers as they stand in files',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli export iris.safetensors --format onnx',
        'idli export iris.safetensors --format pytorch --out iris-torch && python iris-torch/model.py --check',
      ),
    )
    .action(async (model: string, options: ExportOptions) => print(await exportModel(model, options)));
}

async function exportModel(path: string, { format, out, json, preprocessing = false }: ExportOptions): Promise<string> {
  if (preprocessing && format !== 'onnx') {
    throw new RunError('--preprocessing', `format ${format}`, 'onnx');
  }
  const { saved } = await openModel(path);
  const files = await FORMATS[format]!(saved, { preprocessing });
  const folder = out ?? `${basename(path, extname(path))}-${format}`;
  const paths = await writeAll(folder, files);
  return json
    ? JSON.stringify({ format, files: paths })
    : paths.map((file) => `Written  ${shownPath(file)}`).join('\n');
}

/** Finds out first whether all of them can be written. */
async function writeAll(folder: string, files: readonly ExportedFile[]): Promise<string[]> {
  await makeFolder(folder);
  const paths = await Promise.all(files.map(({ name }) => writableInside(folder, name)));
  for (const path of paths) await checkWritable(path);
  for (const [i, { bytes }] of files.entries()) await writeWhole(paths[i]!, bytes);
  return paths;
}
