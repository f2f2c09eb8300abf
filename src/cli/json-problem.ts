/**
 * Finds the first place where a text is no JSON, or names a field twice, and says what stands there. Commas before a
 * closing bracket may stand; comments have been taken out before. It makes no values and remembers no numbers.
 */
import { quoted } from '../core/run-checks.js';

export interface JsonProblem {
  /** Index into the text. */
  readonly at: number;
  readonly found: string;
  readonly expected: string;
}

/** A list or an object that is open. */
interface Open {
  readonly close: ']' | '}';
  readonly at: number;
  /** The fields of an object so far, and where each stands. */
  readonly fields: Map<string, number>;
}

const VALUE = 'a value: a number, a text in double quotes, a list, an object, true, false or null';

export interface JsonFindings {
  readonly problem: JsonProblem | undefined;
  /** Whether commas before a closing bracket must be taken out before JSON.parse takes it. */
  readonly hasTrailingCommas: boolean;
}

/** Lists and objects inside one another: no run has a tenth of them, and a stranger's text may have millions. */
const MOST_OPEN = 200;

/** Signs of a number or a word; `.`, `+`, `-` and `$` too, so that what is wrong is named whole. */
const WORD = /[\w.+$-]*/y;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

export function readThroughJson(text: string): JsonFindings {
  const found = { hasTrailingCommas: false };
  const problem = findProblem(text, () => (found.hasTrailingCommas = true));
  return { problem, ...found };
}

function findProblem(text: string, onTrailingComma: () => void): JsonProblem | undefined {
  const open: Open[] = [];
  let at = afterSpace(text, 0);
  let isBehindValue = false;
  for (;;) {
    const inside = open.at(-1);
    if (isBehindValue && !inside) return at < text.length ? wrong(text, at, 'the end of the file') : undefined;
    if (inside && text[at] === inside.close) {
      open.pop();
      at = afterSpace(text, at + 1);
      isBehindValue = true;
    } else if (isBehindValue) {
      if (text[at] !== ',') return wrong(text, at, `"," or "${inside!.close}"`, inside);
      at = afterSpace(text, at + 1);
      isBehindValue = false;
      if (text[at] === inside!.close) onTrailingComma();
    } else {
      if (inside?.close === '}') {
        const field = readField(text, at, inside);
        if (typeof field !== 'number') return field;
        at = field;
      }
      if (text[at] === '[' || text[at] === '{') {
        if (open.length === MOST_OPEN)
          return { at, found: `more than ${MOST_OPEN} brackets inside one another`, expected: 'fewer' };
        open.push({ close: text[at] === '[' ? ']' : '}', at, fields: new Map() });
        at = afterSpace(text, at + 1);
      } else {
        const end = textEnd(text, at) ?? literalEnd(text, at);
        if (end === undefined) return wrong(text, at, VALUE, inside);
        at = afterSpace(text, end);
        isBehindValue = true;
      }
    }
  }
}

/** `line 3, column 7`, from 1, as editors count. */
export function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

/** Where the field's value begins, or what is wrong with its name. */
function readField(text: string, at: number, { close, at: start, fields }: Open): number | JsonProblem {
  const inside = { close, at: start, fields };
  const end = textEnd(text, at);
  if (end === undefined) return wrong(text, at, 'the name of a field in double quotes', inside);
  const name = JSON.parse(text.slice(at, end)) as string;
  const first = fields.get(name);
  if (first !== undefined) {
    return { at, found: `the field ${quoted(name)} again`, expected: `it once, as in ${placeOf(text, first)}` };
  }
  fields.set(name, at);
  const colon = afterSpace(text, end);
  if (text[colon] !== ':') return wrong(text, colon, `":" behind the field ${quoted(name)}`, inside);
  return afterSpace(text, colon + 1);
}

function afterSpace(text: string, at: number): number {
  let next = at;
  while (text[next] === ' ' || text[next] === '\n' || text[next] === '\r' || text[next] === '\t') next++;
  return next;
}

/** Behind the closing quote of the text that begins here; undefined where none does, or something in it is wrong. */
function textEnd(text: string, at: number): number | undefined {
  if (text[at] !== '"') return undefined;
  const end = soundEnd(text, at);
  return text[end] === '"' ? end + 1 : undefined;
}

/** The first sign of a text that does not belong to it: its closing quote, or what is wrong. */
function soundEnd(text: string, at: number): number {
  let next = at + 1;
  for (;;) {
    const sign = text[next];
    if (sign === undefined || sign === '"' || sign < ' ') return next;
    if (sign !== '\\') next += 1;
    else if (/["\\/bfnrt]/.test(text[next + 1] ?? '')) next += 2;
    else if (/^u[0-9a-fA-F]{4}$/.test(text.slice(next + 1, next + 6))) next += 6;
    else return next;
  }
}

/** Behind the number, true, false or null that stands here; undefined for any other word. */
function literalEnd(text: string, at: number): number | undefined {
  const word = wordAt(text, at);
  return LITERAL.test(word) ? at + word.length : undefined;
}

function wordAt(text: string, at: number): string {
  WORD.lastIndex = at;
  WORD.test(text);
  return text.slice(at, WORD.lastIndex);
}

function wrong(text: string, at: number, expected: string, inside?: Open): JsonProblem {
  if (at >= text.length) {
    const opened = inside ? `, since the "${text[inside.at]!}" of ${placeOf(text, inside.at)} is open` : '';
    return { at, found: 'the end of the file', expected: `${expected}${opened}` };
  }
  if (text.startsWith('/*', at)) return { at, found: 'a comment without an end', expected: '"*/" at its end' };
  if (text[at] === '"') {
    const end = soundEnd(text, at);
    // A whole text where something else should stand.
    if (text[end] === '"') return { at, found: `the text ${quoted(text.slice(at + 1, end))}`, expected };
    return { at: end, ...wrongInText(text, end) };
  }
  if (text[at] === "'") return { at, found: 'a single quote', expected };
  const word = wordAt(text, at);
  return { at, found: quoted(word || String.fromCodePoint(text.codePointAt(at)!)), expected };
}

function wrongInText(text: string, at: number): Pick<JsonProblem, 'found' | 'expected'> {
  const sign = text[at];
  if (sign === undefined) return { found: 'the end of the file in a text', expected: 'a closing double quote' };
  if (sign === '\\') {
    const found = `the escape ${quoted(text.slice(at, at + 2))} in a text`;
    return { found, expected: 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u and four hexadecimal digits' };
  }
  const found = sign === '\n' || sign === '\r' ? 'a line break in a text' : `the sign ${quoted(sign)} in a text`;
  return { found, expected: 'a closing double quote, or the sign as an escape' };
}
