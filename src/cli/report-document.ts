/**
 * A run as text that people read: fields on lines of their own, a row of numbers on one. Where its data would make the
 * text longer than a page should be, long lists are cut, and a line says so; it is no JSON then.
 */

/** Characters that a page carries without being slow. */
const MOST = 200_000;
/** Entries of a list that is cut. */
const KEPT = 20;

export interface RunText {
  readonly text: string;
  /** Whether lists in it are cut. */
  readonly isCut: boolean;
}

export function runText(document: unknown): RunText {
  const whole = JSON.stringify(document) ?? 'null';
  const isCut = whole.length > MOST;
  // Through JSON, so that what is no JSON (a typed array, a NaN) reads as a file would hold it.
  return { text: written(JSON.parse(whole), '', isCut ? KEPT : Infinity), isCut };
}

function written(value: unknown, indent: string, most: number): string {
  if (Array.isArray(value)) return writtenList(value, indent, most);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value);
  if (fields.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = fields.map(([name, field]) => `${inner}${JSON.stringify(name)}: ${written(field, inner, most)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function writtenList(values: readonly unknown[], indent: string, most: number): string {
  const kept = values.length > most ? values.slice(0, KEPT) : values;
  const more = values.length - kept.length;
  const rest = more > 0 ? [`… ${more.toLocaleString('en-US')} more`] : [];
  if (kept.every((value) => typeof value !== 'object' || value === null)) {
    return `[${[...kept.map((value) => JSON.stringify(value)), ...rest].join(', ')}]`;
  }
  const inner = `${indent}  `;
  const lines = [...kept.map((value) => written(value, inner, most)), ...rest].map((line) => inner + line);
  return `[\n${lines.join(',\n')}\n${indent}]`;
}
