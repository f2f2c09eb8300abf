/**
 * The files that a run's data name, and which of those given they are: by their whole name, else by its last part, since a run may
 * come from where the files lay in folders. Of pictures it is a folder.
 */
import { kindOf } from '../../../data/document.js';
import { baseName } from '../../../data/words.js';

export interface NeededFile {
  readonly name: string;
  readonly isFolder: boolean;
}

/** In the order of the run; nothing for data that name no files. */
export function neededFiles(data: unknown): readonly NeededFile[] {
  const kind = kindOf(data);
  if (kind === undefined || kind === 'synthetic') return [];
  const { [kind]: train, validation, test } = data as Record<string, unknown>;
  // Of an archive, the parts kept apart are arrays in the same file.
  const named = kind === 'npz' ? [train] : [train, validation, test];
  const names = named.flatMap((source): readonly unknown[] =>
    typeof source === 'object' && source !== null ? Object.values(source) : [source],
  );
  const texts = names.filter((name) => typeof name === 'string');
  return [...new Set(texts)].map((name) => ({ name, isFolder: kind === 'images' }));
}

/** Those of them that are not among the files. */
export function lackingFiles(data: unknown, files: readonly File[]): readonly NeededFile[] {
  return neededFiles(data).filter(({ name, isFolder }) =>
    isFolder ? filesIn(name, files).length === 0 : fileNamed(name, files) === undefined,
  );
}

/** The given files that the data name, and no others. */
export function filesFor(data: unknown, files: readonly File[]): readonly File[] {
  return neededFiles(data).flatMap(({ name, isFolder }) => {
    if (isFolder) return filesIn(name, files);
    const file = fileNamed(name, files);
    return file ? [file] : [];
  });
}

export function fileNamed(path: string, files: readonly File[]): File | undefined {
  return files.find(({ name }) => name === path) ?? files.find(({ name }) => baseName(name) === baseName(path));
}

/** Files whose names lead through the folder, sorted by name. */
export function filesIn(folder: string, files: readonly File[]): readonly File[] {
  const start = `${folder.replace(/\/+$/, '')}/`;
  const inside = files.filter(({ name }) => name.startsWith(start));
  return inside.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/** What asks for them, in one sentence; undefined where none is lacking. */
export function lackSentence(lacking: readonly NeededFile[]): string | undefined {
  if (lacking.length === 0) return undefined;
  const names = lacking.map(({ name, isFolder }) => (isFolder ? `the folder ${shown(name)}` : shown(name)));
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0]!;
  return `This run needs ${list}: drop ${names.length > 1 ? 'them' : 'it'} here, or choose ${names.length > 1 ? 'them' : 'it'}.`;
}

function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

/**
 * Those of the given files that were asked for, under the names that the run has for them. Browsers number what is downloaded twice:
 * `iris (1).csv` is `iris.csv`.
 */
export function standInsFor(lacking: readonly NeededFile[], given: readonly File[]): readonly File[] {
  return lacking.flatMap(({ name, isFolder }) => {
    if (isFolder) return filesIn(name, given);
    const exact = fileNamed(name, given);
    if (exact) return [exact];
    const copy = given.find((file) => baseName(file.name).replace(/ ?\(\d+\)(?=\.)/, '') === baseName(name));
    return copy ? [renamed(copy, name)] : [];
  });
}

/** The same bytes under another name; none is copied. */
export function renamed(file: File, name: string): File {
  return new File([file], name, { type: file.type, lastModified: file.lastModified });
}
