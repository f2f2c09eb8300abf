/**
 * The one way of the command line to its streams (the progress bar alone draws by itself): whatever a stranger wrote into a file, a name
 * or a driver's description, nothing in it reaches a terminal that a terminal would obey, and nothing turns the direction of writing.
 * Such signs are shown as escapes that JSON reads as the same text, so that `--json` has every name as it is.
 */

const SIGNS = /[^\n\P{Cc}]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text with line breaks as they are, and every other sign of that kind as `\u001b`. */
export function terminalText(text: string): string {
  return text.replace(SIGNS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What the command has to say, on stdout. */
export function print(text: string, end = '\n'): void {
  process.stdout.write(`${terminalText(text)}${end}`);
}

/** Everything else, on stderr. */
export function say(text: string, end = '\n'): void {
  process.stderr.write(`${terminalText(text)}${end}`);
}

/** The same while a training goes on: on a line of its own, whatever progress stands there. */
export function sayAmid(text: string): void {
  say(`${process.stderr.isTTY ? '\n' : ''}${text}`);
}
