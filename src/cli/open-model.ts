/**
 * Reads a model file for the commands that use one, and the data that it is used on. What the file says of itself is checked
 * by its readers; this only joins them.
 */
import { stat } from 'node:fs/promises';
import { layerWidths } from '../core/model.js';
import { isFloat32 } from '../core/run-checks.js';
import { applyInputs } from '../data/apply.js';
import { DataError } from '../data/data-error.js';
import { type PicturesOptions, readPictures } from '../data/pictures.js';
import { parsePreprocessing, type Preprocessing } from '../data/preprocessing.js';
import type { RawTable } from '../data/raw-table.js';
import { readData } from '../data/read.js';
import type { Table } from '../core/examples.js';
import { FormatError } from '../formats/format-error.js';
import { readModel } from '../formats/model-file.js';
import type { SavedModel } from '../formats/saved-model.js';
import { fileOpener, isAddress } from './open-file.js';
import { readFailure } from './read-failure.js';
import { readWhole } from './read-whole.js';
import { shownPath } from './shown-path.js';

export interface OpenedModel {
  readonly saved: SavedModel;
  readonly preprocessing: Preprocessing | undefined;
  /** Columns that go into each layer, and after the last those that come out. */
  readonly widths: readonly number[];
}

/** @throws FormatError for what is no model file of ours */
export async function openModel(path: string): Promise<OpenedModel> {
  const name = shownPath(path);
  const saved = readModel(await readBytes(path), name);
  const widths = layerWidths(saved.model.layers, saved.inputs);
  const sizes = { inputs: saved.inputs, outputs: widths.at(-1)! };
  return {
    saved,
    preprocessing: saved.preprocessing === undefined ? undefined : parsePreprocessing(saved.preprocessing, name, sizes),
    widths,
  };
}

/** Bytes of a model: some 250 million parameters. */
const MOST_BYTES = 2 ** 30;

/** @throws FormatError for a file that is not there, or cannot be read */
export function readBytes(path: string): Promise<Uint8Array> {
  return readWhole(path, MOST_BYTES).catch((error: unknown) => {
    throw new FormatError(
      shownPath(path),
      '',
      readFailure(error),
      'a model in safetensors, as `idli train --out` writes it',
    );
  });
}

/**
 * The rows of a file (CSV, JSON, NPY, NPZ, IDX, PNG, JPEG), of an address, or the pictures of a folder.
 * @throws DataError
 */
export async function openData(path: string, { preprocessing }: OpenedModel): Promise<RawTable> {
  const opener = fileOpener('.');
  const isFolder = !isAddress(path) && (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isFolder) return readData(await opener.open(path));
  return readPictures(await opener.listFolder!(path), { ...pictureSize(preprocessing), label: 'folder' });
}

/** The inputs of the model, encoded and scaled as in its training. @throws DataError */
export function inputsOf(table: RawTable, { saved, preprocessing }: OpenedModel): Table {
  if (preprocessing) return applyInputs(preprocessing, table);
  const numbers = table.columns.filter((column) => column.kind === 'numbers');
  const width = numbers.reduce((sum, column) => sum + column.width, 0);
  if (width !== saved.inputs || numbers.length !== table.columns.length) {
    throw new DataError(
      table.source,
      '',
      `${width} columns of numbers among ${table.columns.length}`,
      `the ${saved.inputs} inputs of the model, all numbers`,
    );
  }
  const values = new Float64Array(table.rows * width);
  let first = 0;
  for (const { values: column, width: part } of numbers) {
    for (let row = 0; row < table.rows; row++) {
      for (let c = 0; c < part; c++) {
        const value = column[row * part + c]!;
        if (!isFloat32(value)) throw new DataError(table.source, `row ${row + 1}`, String(value), 'a number (float32)');
        values[row * width + first + c] = value;
      }
    }
    first += part;
  }
  return { rows: table.rows, columns: width, values };
}

/** How large the pictures of the training were; of a model of anything else nothing is known. */
function pictureSize(preprocessing: Preprocessing | undefined): PicturesOptions {
  const shape = preprocessing?.inputs.find((input) => input.kind === 'numbers')?.shape;
  if (!shape || shape.length < 2) return {};
  return { height: shape[0], width: shape[1], channels: shape[2] === 3 ? 'rgb' : 'grey' };
}
