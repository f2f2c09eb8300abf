/**
 * The vocabulary of checks that run.ts is written in: valibot schemas whose message is the phrase that
 * follows "expected", and the check of whole matrices, which walks the numbers itself.
 */
import * as v from 'valibot';
import { RunError } from './run-error.js';
import { counted } from './text.js';

/** The largest finite float32. What is larger would be infinite on the GPU. */
export const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

export const isFloat32 = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_FLOAT32;

/** An object with these fields and no others. */
export function object<T extends v.ObjectEntries>(entries: T) {
  const fields = Object.keys(entries).join(', ');
  return v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return `one of ${fields}`;
    const missing = Object.entries(entries).find(([field]) => issue.expected === JSON.stringify(field))?.[1];
    return missing ? phrase(missing) : `an object with ${fields}`;
  });
}

/** What a schema of this file expects, for a field that is missing. */
function phrase(schema: object): string {
  if ('message' in schema && typeof schema.message === 'string') return schema.message;
  if ('pipe' in schema) return (schema.pipe as object[]).map(phrase).findLast((text) => text !== ANY) ?? ANY;
  if ('entries' in schema) return `an object with ${Object.keys(schema.entries as object).join(', ')}`;
  return ANY;
}

const ANY = 'a value';

/** True or false. */
export const flag = v.custom<boolean>((value) => typeof value === 'boolean', 'true or false');

/** A list of numbers, whatever is in it: whole tables are looked at number by number in checkRows, which is quicker. */
export function list(expected: string) {
  return v.custom<number[]>(Array.isArray, expected);
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number) {
  const isWhole = (value: unknown) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return v.custom<number>(isWhole, `a whole number from ${min} to ${max}`);
}

/** A number that float32 can hold, within limits. */
export function finite({ atLeast = -Infinity, above = -Infinity, atMost = Infinity, below = Infinity } = {}) {
  const limits = [
    atLeast > -Infinity && `of at least ${atLeast}`,
    above > -Infinity && `above ${above}`,
    atMost < Infinity && `of at most ${atMost}`,
    below < Infinity && `below ${below}`,
  ].filter((limit) => limit !== false);
  const isWithin = (value: number) => value >= atLeast && value > above && value <= atMost && value < below;
  const phrase = ['a finite number', limits.join(' and ')].filter(Boolean).join(' ');
  return v.custom<number>((value) => isFloat32(value) && isWithin(value), `${phrase} (float32)`);
}

/**
 * One of several objects, told apart by a field; where that is `name`, a bare text stands for `{ name: text }`.
 * @param choices the phrase that lists the names
 */
export function tagged<const K extends 'name' | 'type', const T extends v.VariantOptions<K>>(
  key: K,
  options: T,
  choices: string,
) {
  const spell = (value: unknown) => (key === 'name' && typeof value === 'string' ? { name: value } : value);
  const message = (issue: { readonly expected: string | null }) =>
    key === 'type' && issue.expected === 'Object' ? `an object whose type is ${choices}` : choices;
  return v.pipe(noList(choices), v.transform(spell), v.variant(key, options, message));
}

/** An object all of whose fields may be missing. */
export function optionsObject<T extends v.ObjectEntries>(entries: T) {
  return v.pipe(noList(`an object with ${Object.keys(entries).join(', ')}`), object(entries));
}

/** Anything but lists and maps, which valibot takes for objects; in front of objects whose fields may all be missing. */
export function noList(expected: string) {
  return v.custom<unknown>((value) => !Array.isArray(value) && !(value instanceof Map), expected);
}

/** One of the given names. */
export function oneOf<const T extends string>(names: readonly T[]) {
  return v.picklist(names, choiceText(names));
}

/** `one of "a", "b"`; of one alone, that. */
export function choiceText(names: readonly string[]): string {
  const list = names.map((name) => JSON.stringify(name)).join(', ');
  return names.length === 1 ? list : `one of ${list}`;
}

/** @throws RunError for options that are none, or for one that is not among the known */
export function checkNames(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RunError('options', describe(options), 'an object');
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const field = /^\w{1,40}$/.test(unknown) ? unknown : `[${quoted(unknown)}]`;
  throw new RunError(field, 'an unknown option', `one of ${known.join(', ')}`);
}

/** @throws RunError for what is no signal; undefined is left out */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || (typeof signal === 'object' && signal !== null && 'aborted' in signal)) return;
  throw new RunError('signal', describe(signal), 'the signal of an AbortController');
}

/** @throws RunError for what gives no adapters; undefined is left out */
export function checkGpu(gpu: unknown): void {
  if (gpu === undefined || (typeof gpu === 'object' && gpu !== null && 'requestAdapter' in gpu)) return;
  throw new RunError('gpu', describe(gpu), 'navigator.gpu, or the gpu of openNodeGpu()');
}

/** @throws RunError for an option of another type; undefined is left out */
export function checkType(field: string, value: unknown, type: 'boolean' | 'function', expected: string): void {
  if (value !== undefined && typeof value !== type) throw new RunError(field, describe(value), expected);
}

/** A valibot path as it would be written in code: `model.layers[0].units`. */
export function pathText(path: readonly { readonly key: unknown }[] | undefined): string {
  const steps = (path ?? []).map(({ key }) => {
    if (typeof key === 'number') return `[${key}]`;
    return typeof key === 'string' && /^\w{1,40}$/.test(key) ? `.${key}` : `[${quoted(String(key))}]`;
  });
  return steps.join('').replace(/^\./, '');
}

/** A value in a few words, for "found …". */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'boolean' || value === null ? String(value) : `a ${typeof value}`;
}

/** A text as JSON writes it, cut where it is long; what JSON leaves as it is, the error's sentence shows (text.ts). */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/**
 * Checks that rows are of one length and hold finite numbers.
 * @throws RunError naming the first row or number that is not
 */
export function checkRows(
  field: string,
  rows: readonly (readonly unknown[])[],
  expected?: { readonly length: number; readonly reason: string; readonly single?: boolean },
): void {
  const length = expected?.length ?? rows[0]?.length ?? 0;
  if (rows.length === 0) throw new RunError(field, 'no rows', 'at least one');
  if (length === 0) throw new RunError(`${field}[0]`, 'an empty row', 'at least one number');
  rows.forEach((row, r) => {
    const place = expected?.single ? field : `${field}[${r}]`;
    if (row.length !== length) {
      throw new RunError(place, counted(row.length, 'number'), `${length}, ${expected?.reason ?? `as in ${field}[0]`}`);
    }
    // An indexed loop, since forEach would pass over the holes of a sparse array.
    for (let c = 0; c < length; c++) {
      if (!isFloat32(row[c])) throw new RunError(`${place}[${c}]`, describe(row[c]), 'a finite number (float32)');
    }
  });
}
