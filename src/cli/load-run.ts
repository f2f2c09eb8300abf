/**
 * Finds the run a user names, a built-in one or a JSON file with or without comments, and reads the data it asks for.
 * Whatever is wrong with it is said before anything else happens.
 */
import { dirname } from 'node:path';
import { RunError } from '../core/run-error.js';
import { loadRun, type LoadedRun } from '../data/load.js';
import { article } from '../runs/article.js';
import { fileOpener } from './open-file.js';
import { shownPath } from './shown-path.js';
import type { Overrides } from './options.js';
import { parseJsonc } from './parse-jsonc.js';
import { progressBar } from './progress.js';
import { readFailure } from './read-failure.js';
import { readWhole } from './read-whole.js';

const BUILT_IN: Readonly<Record<string, unknown>> = { article };
const NAMES = Object.keys(BUILT_IN).join(', ');

/** Bytes of a run document that are read: its numbers may stand in it, but a run is no place for a data set. */
const MOST_BYTES = 2 ** 29;

/** A run with its data. */
export interface NamedRun extends LoadedRun {
  /** Paths of the files that its data came from. */
  readonly files: readonly string[];
}

/**
 * @param name a built-in run's name, or the path of a run document
 * @throws RunError if there is no such run, or it cannot be trained
 * @throws DataError if its data cannot be read
 */
export async function loadNamedRun(name: string, overrides: Overrides): Promise<NamedRun> {
  const isBuiltIn = Object.hasOwn(BUILT_IN, name);
  const document = changed(isBuiltIn ? BUILT_IN[name] : await readDocument(name), overrides);
  const progress = progressBar('Reading', 'bytes');
  try {
    const files: string[] = [];
    const loaded = await loadRun(document, {
      opener: fileOpener(isBuiltIn ? '.' : dirname(name), (path) => files.push(path)),
      onProgress: (done, of) => of !== undefined && progress.update(done, of),
    });
    return { ...loaded, files };
  } finally {
    progress.end();
  }
}

/** The document with what the command line says instead; what is no run is left for the checks to name. */
function changed(document: unknown, { epochs, seed }: Overrides): unknown {
  if (!isRecord(document)) return document;
  const { model, training } = document;
  return {
    ...document,
    ...(seed !== undefined && isRecord(model) && { model: { ...model, seed } }),
    ...(epochs !== undefined && isRecord(training) && { training: { ...training, epochs } }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A run document as it was written, comments aside. @throws RunError */
export async function readDocument(path: string): Promise<unknown> {
  const name = shownPath(path);
  const expected = `a run document in JSON, or a built-in run: ${NAMES}`;
  const bytes = await readWhole(path, MOST_BYTES).catch((error: unknown) => {
    throw new RunError(name, readFailure(error), expected);
  });
  return parseJsonc(new TextDecoder().decode(bytes), name);
}
