/**
 * Opens what the data of a run names, and reads it: the rows to train on, and where the run says so those to validate and to test with. It
 * reads, and leaves encoding and splitting to others.
 */
import { quoted } from '../core/run-checks.js';
import type { DataDocument, IdxData, ImagesData, NpyData, NpzData } from './document.js';
import { readCsv } from './csv.js';
import { DataError } from './data-error.js';
import type { DataFile, FileOpener } from './file.js';
import { readIdx } from './idx.js';
import { readJson } from './json.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { readPictures } from './pictures.js';
import type { NumberColumns, RawColumn, RawTable } from './raw-table.js';
import { readAll, type ReadOptions } from './read-bytes.js';
import { firstRows } from './rows.js';
import { SYNTHETIC_TARGET, synthetic } from './synthetic/synthetic.js';
import { zipEntries } from './zip.js';

export interface ReadSources {
  readonly train: RawTable;
  readonly validation?: RawTable | undefined;
  readonly test?: RawTable | undefined;
  /** The column to predict. */
  readonly target: string | readonly string[];
}

export interface SourceOptions extends ReadOptions {
  readonly opener?: FileOpener | undefined;
  /** Of what is drawn, where the run names no other. */
  readonly seed: number;
}

/** The block of inputs and the target of data that has no names of its own. */
const INPUTS = 'x';
const LABEL = 'label';

/** @throws DataError for what cannot be read */
export async function readSources(data: DataDocument, options: SourceOptions): Promise<ReadSources> {
  if ('synthetic' in data) {
    const { samples, noise, seed = options.seed, limit } = data;
    const train = firstRows(synthetic(data.synthetic, { samples, noise, seed }), limit);
    return { train, target: SYNTHETIC_TARGET };
  }
  if ('csv' in data) {
    const { delimiter, header, missingCells: missing, types, limit } = data;
    const read = async (path: string) => {
      return readCsv(await opened(path, options), { delimiter, header, missing, types, limit, ...told(options) });
    };
    return all(data.csv, data, read, data.target);
  }
  if ('json' in data) {
    const read = async (path: string) => readJson(await opened(path, options), { limit: data.limit, ...told(options) });
    return all(data.json, data, read, data.target);
  }
  if ('npz' in data) {
    const names = await arrayNames(data, options);
    return all(names, data, (pair) => readArrays(data, pair, options), 'y');
  }
  if ('npy' in data) return all(data.npy, data, (paths) => readNpyPair(paths, data, options), 'y');
  if ('idx' in data) return all(data.idx, data, (paths) => readIdxPair(paths, data, options), LABEL);
  return all(data.images, data, (path) => readFolder(path, data, options), LABEL);
}

/** The same reader for the training rows and for those kept apart. */
async function all<T>(
  train: T,
  { validation, test }: { readonly validation?: T | undefined; readonly test?: T | undefined },
  read: (source: T) => Promise<RawTable>,
  target: string | readonly string[],
): Promise<ReadSources> {
  return {
    train: await read(train),
    validation: validation === undefined ? undefined : await read(validation),
    test: test === undefined ? undefined : await read(test),
    target,
  };
}

async function opened(path: string, { opener }: SourceOptions): Promise<DataFile> {
  if (opener) return opener.open(path);
  throw new DataError(path, '', 'a file', 'a way to open files: the opener that loadRun is given');
}

function told({ signal, onProgress }: SourceOptions): ReadOptions {
  return { signal, onProgress };
}

/** What the arrays of an archive are usually called, the most telling names first. */
const USUAL = {
  x: ['x_train', 'X_train', 'train_images', 'x', 'X', 'features', 'images', 'data'],
  y: ['y_train', 'Y_train', 'train_labels', 'y', 'Y', 'labels', 'label', 'target', 'targets'],
} as const;

/** The arrays to train on: those that the run names, else those of the usual names. */
async function arrayNames(data: NpzData, options: SourceOptions): Promise<{ readonly x: string; readonly y: string }> {
  const { x, y } = data;
  if (x !== undefined && y !== undefined) return { x, y };
  const file = await opened(data.npz, options);
  const entries = zipEntries(await readAll(file, told(options)), file.name);
  const there = entries.flatMap(({ name }) => (name.endsWith('.npy') ? [name.slice(0, -'.npy'.length)] : []));
  const named = (field: 'x' | 'y') => {
    const name = data[field] ?? USUAL[field].find((usual) => there.includes(usual));
    if (name !== undefined) return name;
    const found = `no array of a usual name among ${there.slice(0, 10).map(quoted).join(', ')}`;
    throw new DataError(file.name, '', found, `the name of one in data.${field}`);
  };
  return { x: named('x'), y: named('y') };
}

async function readArrays(
  data: NpzData,
  { x, y }: { x: string; y: string },
  options: SourceOptions,
): Promise<RawTable> {
  const file = await opened(data.npz, options);
  const table = await readNpz(file, { arrays: [x, y], limit: data.limit, ...told(options) });
  return {
    ...table,
    columns: [
      { ...table.columns[0]!, name: INPUTS },
      { ...table.columns[1]!, name: 'y' },
    ],
  };
}

async function readNpyPair(
  { x, y }: { x: string; y: string },
  { limit }: NpyData,
  options: SourceOptions,
): Promise<RawTable> {
  const inputs = await readNpy(await opened(x, options), { limit, ...told(options) });
  const targets = await readNpy(await opened(y, options), { limit, ...told(options) });
  return joined(inputs, targets, 'y');
}

async function readIdxPair(paths: IdxData['idx'], { limit }: IdxData, options: SourceOptions): Promise<RawTable> {
  const images = await readIdx(await opened(paths.images, options), { limit, ...told(options) });
  const labels = await readIdx(await opened(paths.labels, options), { limit, ...told(options) });
  return joined(idxTable(paths.images, images), idxTable(paths.labels, labels), LABEL);
}

function idxTable(source: string, column: NumberColumns): RawTable {
  return { source, rows: column.values.length / column.width, columns: [column], notes: [] };
}

/** Inputs and targets that stand in two files, row by row. */
function joined(inputs: RawTable, targets: RawTable, name: string): RawTable {
  if (inputs.rows !== targets.rows) {
    const found = `${targets.rows} rows`;
    throw new DataError(targets.source, '', found, `${inputs.rows}, one for each row of ${inputs.source}`);
  }
  const columns: RawColumn[] = [
    { ...inputs.columns[0]!, name: INPUTS },
    { ...targets.columns[0]!, name },
  ];
  return { source: inputs.source, rows: inputs.rows, columns, notes: [...inputs.notes, ...targets.notes] };
}

async function readFolder(path: string, data: ImagesData, { opener, ...options }: SourceOptions): Promise<RawTable> {
  if (!opener?.listFolder) throw new DataError(path, '', 'a folder', 'a place where there are folders');
  const { width, height, channels, limit } = data;
  const files = await opener.listFolder(path);
  return readPictures(files, { width, height, channels, label: 'folder', limit, ...told(options) });
}
