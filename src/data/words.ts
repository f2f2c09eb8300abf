/** How sentences about data show what stands in it, so that a hostile cell makes no endless or unreadable sentence. */

const LONGEST = 40;

export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The last part of a path or an address. */
export function baseName(path: string): string {
  const parts = withoutQuery(path)
    .split(/[/\\]/)
    .filter((part) => part !== '');
  return parts.at(-1) ?? path;
}

/** The folder that a file lies in, without the folders around it; undefined where the name has none. */
export function folderName(path: string): string | undefined {
  const parts = withoutQuery(path)
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.');
  return parts.at(-2);
}

/** What an address says after its path is no part of a file's name. */
function withoutQuery(path: string): string {
  return /^https?:/.test(path) ? path.replace(/[?#].*$/s, '') : path;
}
