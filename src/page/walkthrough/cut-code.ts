/**
 * Cuts the part of a source that matters out of its text, and sets WGSL that was shipped without indentation. It shows what
 * stands there: lines are left out where `…` says so, and never written anew.
 */

export class CutError extends Error {
  override readonly name = 'CutError';
}

/**
 * A declaration at the left margin of a formatted TypeScript file, with the comment above it.
 * @throws CutError if there is none of that name
 */
export function cutDeclaration(source: string, name: string): string {
  const lines = source.split('\n');
  const head = new RegExp(`^(export )?(async )?(function\\*?|const|class|interface) ${name}\\b`);
  const first = lines.findIndex((line) => head.test(line));
  if (first < 0) throw new CutError(`There is no declaration of ${name}.`);
  const opens = /[{[(]$/.test(lines[first]!);
  const last = opens ? lines.findIndex((line, i) => i > first && /^[}\])]/.test(line) && !/[{[(]$/.test(line)) : first;
  return lines.slice(commentAbove(lines, first), last + 1).join('\n');
}

function commentAbove(lines: readonly string[], first: number): number {
  if (!/^( \*\/|\/\*\*.*\*\/)$/.test(lines[first - 1] ?? '')) return first;
  let start = first - 1;
  while (!lines[start]!.startsWith('/**')) start -= 1;
  return start;
}

/**
 * Of a declaration with one switch in it, that switch with one case only.
 * @throws CutError if there is no such case
 */
export function cutCase(declaration: string, name: string): string {
  const lines = declaration.split('\n');
  const first = lines.findIndex((line) => line.trim().startsWith(`case '${name}':`));
  const start = lines.findIndex((line) => /^\s*switch \(/.test(line));
  if (first < 0 || start < 0) throw new CutError(`There is no case ${name}.`);
  const indent = /^\s*/.exec(lines[first]!)![0];
  const ends = (line: string) => line.startsWith(`${indent}case `) || line.startsWith(`${indent}default`);
  const next = lines.findIndex((line, i) => i > first && ends(line));
  const end = lines.findIndex((line, i) => i > first && line === `${indent.slice(2)}}`);
  const last = next < 0 ? end : Math.min(next, end);
  const omitted = `${indent}// …`;
  return [
    ...lines.slice(0, start + 1),
    ...(first > start + 1 ? [omitted] : []),
    ...lines.slice(first, last),
    ...(last < end ? [omitted] : []),
    ...lines.slice(end),
  ].join('\n');
}

/** WGSL with its lines indented by its braces, and a blank line between declarations with a body. */
export function indented(code: string): string {
  let depth = 0;
  const lines: string[] = [];
  // Attributes stand on a line of their own, as people write them.
  for (const line of code
    .replaceAll(/^(@compute .*\)) fn /gm, '$1\nfn ')
    .split('\n')
    .map((one) => one.trim())) {
    if (line === '') continue;
    const [opened, closed] = [count(line, /[{(]/g), count(line, /[})]/g)];
    const leading = count(/^[})]*/.exec(line)![0], /[})]/g);
    lines.push(`${'  '.repeat(Math.max(0, depth - leading))}${line}`);
    depth += opened - closed;
    if (depth === 0 && opened !== closed) lines.push('');
  }
  return lines.join('\n').trimEnd();
}

/** The entry point of a shader, as it stands in its text. @throws CutError if there is none */
export function entryOf(code: string): string {
  const lines = indented(code).split('\n');
  const first = lines.findIndex((line) => line.startsWith('@compute'));
  const last = lines.findIndex((line, i) => i > first && line === '}');
  if (first < 0 || last < 0) throw new CutError('The shader has no entry point.');
  return lines.slice(first, last + 1).join('\n');
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
