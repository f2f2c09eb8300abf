/**
 * `idli predict`: what a saved model says of new data, encoded and scaled as in its training. It trains nothing.
 */
import type { Command } from 'commander';
import Papa from 'papaparse';
import { type Matrix, matrixToRows } from '../../core/matrix.js';
import { counted, numberText } from '../../core/text.js';
import { plainCell } from '../../data/plain-cell.js';
import { labelsOf, unscaleTarget } from '../../data/targets.js';
import { predictions } from '../../model/evaluate.js';
import { onBackend } from '../backend.js';
import { checkDistinct } from '../distinct-paths.js';
import { inputsOf, openData, type OpenedModel, openModel } from '../open-model.js';
import { backendOption, type Backend, examples, jsonOption, type Print } from '../options.js';
import { shownPath } from '../shown-path.js';
import { table } from '../table.js';
import { checkWritable, writeWhole } from '../write-file.js';

interface PredictOptions {
  readonly backend: Backend;
  readonly json?: boolean | undefined;
  readonly out?: string | undefined;
}

/** What `--json` prints. */
export interface PredictReport {
  /** (rows, outputs), in the units of the targets. */
  readonly predictions: readonly (readonly number[])[];
  /** The class of each row, by its name; where the model tells classes apart. */
  readonly labels?: readonly string[];
}

/** Rows that a person still reads. */
const SHOWN = 20;
/** Outputs beyond so many are cut to the first few. */
const WIDEST = 12;

export function addPredict(program: Command, print: Print): void {
  program
    .command('predict')
    .description('Say what a saved model makes of new data.')
    .argument('<model>', 'a model in safetensors, as `idli train --out` writes it')
    .argument('<data>', 'a CSV, JSON, NPY, NPZ, IDX, PNG or JPEG file, an address, or a folder of pictures')
    .addOption(backendOption('where to compute'))
    .option('--out <file>', 'write a line for each row into this CSV file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'idli predict iris.safetensors new-flowers.csv',
        'idli predict iris.safetensors new-flowers.csv --out answers.csv',
        'idli predict digits.safetensors digit.png --json',
      ),
    )
    .action(async (model: string, data: string, options: PredictOptions) => print(await predict(model, data, options)));
}

async function predict(modelPath: string, dataPath: string, { backend, json, out }: PredictOptions): Promise<string> {
  checkDistinct({ '--out': out }, [modelPath, dataPath]);
  const model = await openModel(modelPath);
  const inputs = inputsOf(await openData(dataPath, model), model);
  if (out !== undefined) await checkWritable(out);
  const { saved, widths } = model;
  const found = await onBackend(backend, (device) =>
    predictions(device, { model: saved.model, widths }, saved.weights, inputs),
  );
  const report = reportOf(model, found);
  if (out !== undefined) await writeWhole(out, csvText(model, report));
  if (json) return JSON.stringify(report);
  return out === undefined ? shownText(model, report) : `${counted(found.rows, 'row')} written to ${shownPath(out)}`;
}

function reportOf({ preprocessing }: OpenedModel, found: Matrix): PredictReport {
  const labels = preprocessing && labelsOf(preprocessing, found);
  const values = preprocessing ? unscaleTarget(preprocessing, found) : found;
  return { predictions: matrixToRows(values), ...(labels && { labels }) };
}

/** The names of what the model says: of the classes, or of the target's columns, or numbers. */
function outputNames({ saved, preprocessing }: OpenedModel, outputs: number): string[] {
  const names =
    saved.classes?.length === outputs
      ? saved.classes
      : preprocessing?.target.kind === 'numbers'
        ? preprocessing.target.names
        : undefined;
  return Array.from({ length: outputs }, (_, output) =>
    names?.length === outputs ? names[output]! : `output ${output}`,
  );
}

function shownText(model: OpenedModel, { predictions, labels }: PredictReport): string {
  const outputs = predictions[0]?.length ?? 0;
  const most = outputs > WIDEST ? 3 : outputs;
  const names = ['Row', ...(labels ? ['Label'] : []), ...outputNames(model, outputs).slice(0, most)];
  const rows = predictions
    .slice(0, SHOWN)
    .map((values, row) => [
      String(row + 1),
      ...(labels ? [labels[row]!] : []),
      ...values.slice(0, most).map(numberText),
    ]);
  const hidden = predictions.length - rows.length;
  return [
    ...table(names, rows),
    ...(most < outputs ? [`… the first ${most} of ${outputs} outputs (--json has all of them)`] : []),
    ...(hidden > 0 ? [`… and ${counted(hidden, 'row')} more (--json, or --out <file>, has all of them)`] : []),
  ].join('\n');
}

/** A line for the names, then one for each row. */
function csvText(model: OpenedModel, { predictions, labels }: PredictReport): string {
  const names = outputNames(model, predictions[0]?.length ?? 0);
  const rows = predictions.map((values, row) => (labels ? [labels[row]!, ...values] : values));
  const cells = [labels ? ['label', ...names] : names, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'string' ? plainCell(cell) : cell)),
  );
  return `${Papa.unparse(cells, { newline: '\n' })}\n`;
}
