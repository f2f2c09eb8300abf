/**
 * Finds what JSON.parse lets pass in a stranger's text: an object with a key twice, of which it keeps the last without a word,
 * and nesting that a recursive reader could fall over. For text that JSON.parse took: it checks nothing else.
 */

/** What is wrong first: a key that comes a second time, or an object or list (no key) that is too deep. */
export interface JsonFault {
  readonly key: string | undefined;
  /** Index into the text. */
  readonly at: number;
}

const [QUOTE, BACKSLASH, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 58, 91, 93, 123, 125];

/** One walk: in a text that is known to be JSON, quotes and brackets are all there is to tell apart. */
export function jsonFault(text: string, mostDepth = Infinity): JsonFault | undefined {
  // The keys of each object that is open; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (open.length === mostDepth) return { key: undefined, at };
        open.push(text.charCodeAt(at) === OPEN_OBJECT ? new Set() : undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        break;
      case QUOTE: {
        const end = stringEnd(text, at);
        const keys = open.at(-1);
        if (keys && isFollowedByColon(text, end)) {
          const key = JSON.parse(text.slice(at, end)) as string;
          if (keys.has(key)) return { key, at };
          keys.add(key);
        }
        at = end - 1;
      }
    }
  }
  return undefined;
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
