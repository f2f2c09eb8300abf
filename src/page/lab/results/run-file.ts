/** A run as the text of a file, for `idli train` and for this page, and back. What comes from a file is checked like what a link holds. */
import { describe } from '../../../core/run-checks.js';
import { RunError } from '../../../core/run-error.js';
import { FormatError } from '../../../formats/format-error.js';
import { parseStrictJson } from '../../../formats/strict-json.js';
import { checkRun, type LabRun } from '../lab-state.js';

/** Bytes of a run that a page still edits. */
const MOST_BYTES = 16 * 1024 * 1024;
const PARTS = ['data', 'model', 'training'] as const;

export function runText(run: LabRun): string {
  return `${JSON.stringify(run, undefined, 2)}\n`;
}

/**
 * @throws FormatError for what is no run, in a sentence that names the field
 */
export function readRun(text: string, file: string): LabRun {
  const document = parseStrictJson(text.replace(/^\uFEFF/, ''), file, 'its text');
  const expected = 'a run: an object with "data", "model" and "training"';
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new FormatError(file, '', describe(document), expected);
  }
  const run = document as Readonly<Record<string, unknown>>;
  const other = Object.keys(run).find((key) => !PARTS.some((part) => part === key));
  const lacking = PARTS.find((part) => typeof run[part] !== 'object' || run[part] === null);
  if (lacking !== undefined) throw new FormatError(file, lacking, describe(run[lacking]), expected);
  if (other !== undefined) throw new FormatError(file, '', `an unknown field ${describe(other)}`, expected);
  const { data, model, training } = run;
  try {
    checkRun({ data, model, training });
  } catch (error) {
    if (error instanceof RunError) throw new FormatError(file, error.field, error.found, error.expected);
    throw error;
  }
  // Its fields were checked just now, which its type cannot tell.
  return { data, model, training } as LabRun;
}

/** @throws FormatError for a file that is too large or no text */
export async function readRunFile(file: File): Promise<LabRun> {
  if (file.size > MOST_BYTES) {
    throw new FormatError(file.name, '', `${file.size} bytes`, `a run of at most ${MOST_BYTES}`);
  }
  return readRun(await file.text(), file.name);
}
