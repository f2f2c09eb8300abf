/**
 * Finds the run a user names: a built-in one, or a JSON file. Whatever is wrong with it is a RunError,
 * before anything else happens.
 */
import { readFile } from 'node:fs/promises';
import { parseRun, type Run } from '../core/run.js';
import { quoted } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import { article } from '../runs/article.js';

const BUILT_IN: Readonly<Record<string, unknown>> = { article };
const NAMES = Object.keys(BUILT_IN).join(', ');

/** What the command line changes in a run. */
export interface Overrides {
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * @param name a built-in run's name, or the path of a run document
 * @throws RunError if there is no such run, or it cannot be trained
 */
export async function loadRun(name: string, { epochs, seed }: Overrides): Promise<Run> {
  const run = parseRun(Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : await readDocument(name));
  if (epochs === undefined && seed === undefined) return run;
  return parseRun({
    ...run,
    model: { ...run.model, seed: seed ?? run.model.seed },
    training: { ...run.training, epochs: epochs ?? run.training.epochs },
  });
}

async function readDocument(path: string): Promise<unknown> {
  const name = /^[\x20-\x7e\u00a0-\uffff]+$/.test(path) ? path : quoted(path);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'ENOENT' ? 'no such file' : `an unreadable file (${error.code ?? error.message})`;
    throw new RunError(name, found, `a run document in JSON, or a built-in run: ${NAMES}`);
  });
  try {
    // Some editors put a byte order mark in front.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const reason = (error as Error).message.replace(/\p{Cc}+/gu, ' ');
    throw new RunError(name, `broken JSON (${reason})`, 'a run document in JSON');
  }
}
