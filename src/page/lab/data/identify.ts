/**
 * What files that were dropped or chosen are together: one table, a pair of arrays, pictures in folders. By their names, and where
 * these say nothing by their first bytes. It reads no further and refuses, in a sentence, what would have to be guessed.
 */
import { DataError } from '../../../data/data-error.js';
import type { DataSettings } from '../../../data/document.js';
import { droppedFile } from '../../../data/open-url.js';
import { readPicture } from '../../../data/pictures.js';
import { type DataFormat, formatOf, unknownKind } from '../../../data/read.js';
import { baseName } from '../../../data/words.js';
import { counted } from '../../../core/text.js';

/** Pixels of the longer side; larger pictures are made smaller. */
const MOST_SIDE = 32;

export interface Identified {
  /** Without a target, which only the table shows. */
  readonly data: DataSettings;
  /** The column to predict, where the kind of file says it. */
  readonly target: string | undefined;
}

/** Files that a folder holds beside its data. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** Names that models have and data have not. */
const MODEL = /\.(safetensors|onnx|pt|pth|keras|h5)$/i;
const MODELS_PLACE = 'rows of data; a model is opened under Results, “Open a model”';

/** @throws DataError for files that make no data together */
export async function identify(given: readonly File[], signal?: AbortSignal): Promise<Identified> {
  const files = given.filter(({ name }) => !HIDDEN.test(name));
  if (files.length === 0) throw new DataError('the files', '', 'none that can be seen', 'at least one');
  const empty = files.find(({ size }) => size === 0);
  if (empty && files.length === 1) throw new DataError(empty.name, '', 'an empty file', 'one with rows of data');
  if (files.length > 4 || files.every(({ name }) => name.includes('/'))) {
    const pictures = files.filter(({ name }) => isPicture(name));
    if (pictures.length > 0) return picturesIn(pictures, signal);
  }
  if (files.length > 4) throw tooMany(files);
  const kinds = new Map<File, DataFormat>();
  for (const file of files) {
    if (MODEL.test(file.name)) throw new DataError(baseName(file.name), '', 'a model', MODELS_PLACE);
    const kind = await formatOf(droppedFile(file), signal);
    if (!kind) throw unknownKind(file.name);
    kinds.set(file, kind);
  }
  const [kind, ...others] = new Set(kinds.values());
  if (others.length > 0) {
    const list = [...kinds].map(([{ name }, one]) => `${baseName(name)} (${WORDS[one]})`).join(', ');
    throw new DataError('the files', '', `several kinds: ${list}`, 'files of one kind');
  }
  return kind === 'picture' ? picturesIn(files, signal) : ofKind(kind!, files);
}

const WORDS: Readonly<Record<DataFormat, string>> = {
  csv: 'CSV',
  json: 'JSON',
  npy: 'NPY',
  npz: 'NPZ',
  idx: 'IDX',
  picture: 'picture',
};

function ofKind(kind: Exclude<DataFormat, 'picture'>, files: readonly File[]): Identified {
  const [first, second] = files;
  switch (kind) {
    case 'csv':
    case 'json':
    case 'npz': {
      if (second) throw tooMany(files);
      const { name } = first!;
      if (kind === 'npz') return { data: { npz: name }, target: 'y' };
      // The target is not known yet; reading does not ask for it.
      if (kind === 'json') return { data: { json: name, target: '?' }, target: undefined };
      const delimiter = /\.tsv(\.gz)?$/i.test(name) ? { delimiter: '\t' } : {};
      return { data: { csv: name, target: '?', ...delimiter }, target: undefined };
    }
    case 'npy': {
      const [x, y] = pairOf(
        files,
        /(^|[^a-z])(y|labels?|targets?)([^a-z]|$)/i,
        'NPY',
        'inputs, x.npy, and targets, y.npy',
      );
      return { data: { npy: { x: x.name, y: y.name } }, target: 'y' };
    }
    case 'idx':
      return idxOf(files);
  }
}

/** The pair of MNIST, or both its pairs: the training and the test. */
function idxOf(files: readonly File[]): Identified {
  const tests = files.filter(({ name }) => /t10k|test/i.test(baseName(name)));
  const isBoth = files.length === 4 && tests.length === 2;
  const pair = (two: readonly File[]) => {
    const [images, labels] = pairOf(two, /label|idx1/i, 'IDX', 'pictures and their labels, in two files');
    return { images: images.name, labels: labels.name };
  };
  if (!isBoth) return { data: { idx: pair(files) }, target: 'label' };
  const idx = pair(files.filter((file) => !tests.includes(file)));
  return { data: { idx, test: pair(tests) }, target: 'label' };
}

/** Inputs and targets, told apart by name, else by size. */
function pairOf(files: readonly File[], targets: RegExp, kind: string, expected: string): [File, File] {
  if (files.length !== 2) {
    const found = files.length === 1 ? `one ${kind} file alone` : `${files.length} ${kind} files`;
    throw new DataError(listed(files), '', found, `two: ${expected}`);
  }
  const [a, b] = files as [File, File];
  const [isA, isB] = [targets.test(baseName(a.name)), targets.test(baseName(b.name))];
  if (isA !== isB) return isA ? [b, a] : [a, b];
  return a.size >= b.size ? [a, b] : [b, a];
}

/** As large and as colourful as the first of them. @throws DataError for pictures that lie in no folder */
async function picturesIn(pictures: readonly File[], signal?: AbortSignal): Promise<Identified> {
  const [folder, ...others] = new Set(pictures.map(({ name }) => folderAround(name)));
  const bare = pictures.find(({ name }) => folderAround(name) === undefined);
  if (folder === undefined || bare) {
    const found = pictures.length === 1 ? 'one picture alone' : 'pictures in no folder';
    const expected =
      'a folder with a folder for each class, or pictures whose names start with their class (cat-1.png, dog-1.png)';
    throw new DataError(bare ? bare.name : listed(pictures), '', found, expected);
  }
  if (others.length > 0) {
    throw new DataError('the pictures', '', counted(others.length + 1, 'folder'), 'one, with a folder for each class');
  }
  const first = await readPicture(droppedFile(pictures[0]!), { signal });
  const factor = Math.min(1, MOST_SIDE / Math.max(first.width, first.height));
  const [width, height] = [first.width, first.height].map((side) => Math.max(1, Math.round(factor * side)));
  return {
    data: { images: folder, width, height, channels: first.channels >= 3 ? 'rgb' : 'grey' },
    target: 'label',
  };
}

/** The folder around those of the classes: `digits` of digits/3/a.png. */
function folderAround(name: string): string | undefined {
  const parts = name.split('/');
  return parts.length >= 3 ? parts.slice(0, -2).join('/') : undefined;
}

function isPicture(name: string): boolean {
  return /\.(png|jpe?g)$/i.test(name);
}

function tooMany(files: readonly File[]): DataError {
  return new DataError(listed(files), '', counted(files.length, 'file'), 'one table at a time: one of them');
}

function listed(files: readonly File[]): string {
  const names = files.slice(0, 4).map(({ name }) => baseName(name));
  return files.length > 4 ? `${names.join(', ')}, …` : names.join(' and ');
}
