/**
 * JSON from a stranger's file: what JSON.parse takes, and no object with a key twice, of which JSON.parse would keep the
 * last without a word; no nesting that a recursive reader could fall over. A key `__proto__` is a key like any other.
 * It never asks what the values mean.
 */
import { quoted } from '../core/run-checks.js';
import { FormatError } from './format-error.js';

/** Deeper than any document of this project, and far from the end of any stack. */
const MAX_DEPTH = 64;

const [QUOTE, BACKSLASH, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 58, 91, 93, 123, 125];

/**
 * @param file and place for the sentence about it
 * @throws FormatError for what is no JSON, a key that an object has twice, or nesting deeper than 64
 */
export function parseStrictJson(text: string, file: string, place: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(file, place, 'text that is no JSON', 'JSON');
  }
  checkKeys(text, file, place);
  return value;
}

/** One walk over a text that is known to be JSON, so that quotes and brackets are all there is to tell apart. */
function checkKeys(text: string, file: string, place: string): void {
  // The keys of each object that is open; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (open.length === MAX_DEPTH) {
          throw new FormatError(file, place, `JSON nested deeper than ${MAX_DEPTH}`, `at most ${MAX_DEPTH} levels`);
        }
        open.push(text.charCodeAt(i) === OPEN_OBJECT ? new Set() : undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        break;
      case QUOTE: {
        const end = stringEnd(text, i);
        const keys = open.at(-1);
        if (keys && isFollowedByColon(text, end)) {
          const key = JSON.parse(text.slice(i, end)) as string;
          if (keys.has(key)) throw new FormatError(file, place, `the key ${quoted(key)} twice`, 'each key once');
          keys.add(key);
        }
        i = end - 1;
      }
    }
  }
}

/** Behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i + 1;
}

function isFollowedByColon(text: string, start: number): boolean {
  let i = start;
  while (' \t\n\r'.includes(text.charAt(i)) && i < text.length) i++;
  return text.charCodeAt(i) === COLON;
}
