/**
 * Finds a name that an object has twice. JSON.parse keeps the last one without a word, and values would be lost. For
 * text that JSON.parse took: it checks nothing else.
 */

export interface TwiceNamed {
  readonly key: string;
  /** The line of the second one, from 1. */
  readonly line: number;
}

export function keyTwice(text: string): TwiceNamed | undefined {
  // A set for each object that is open, undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      if (!isColonNext(text, at + 1)) continue;
      const key = JSON.parse(text.slice(start, at + 1)) as string;
      const known = open.at(-1);
      if (known?.has(key)) return { key, line: text.slice(0, start).split('\n').length };
      known?.add(key);
    }
  }
  return undefined;
}

/** Where its closing quote is. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
}

function isColonNext(text: string, at: number): boolean {
  let next = at;
  while (text[next] === ' ' || text[next] === '\n' || text[next] === '\r' || text[next] === '\t') next++;
  return text[next] === ':';
}
