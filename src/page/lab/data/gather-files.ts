/**
 * Files and folders that were dropped or chosen, as files whose names are their paths. Pictures without folders get those that their
 * names tell of. It opens no file.
 */
import { DataError } from '../../../data/data-error.js';
import { baseName } from '../../../data/words.js';
import { renamed } from './needed-files.js';

/** More is no data set of pictures but somebody's whole disk. */
const MOST_FILES = 100_000;
/** The folder around classes that were dropped without one. */
const AROUND = 'pictures';

/**
 * All of a drop. Called within the event, since what was dropped is gone afterwards.
 * @throws DataError for too many files
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<readonly File[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return withFolders(Array.from(files));
  const found: File[] = [];
  for (const entry of entries) await walk(entry, found);
  return withFolders(found);
}

/** Of an input; with folders, where one was chosen. */
export function chosenFiles(files: FileList): readonly File[] {
  return withFolders(
    Array.from(files, (file) => (file.webkitRelativePath ? renamed(file, file.webkitRelativePath) : file)),
  );
}

async function walk(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    const path = entry.fullPath.replace(/^\//, '');
    found.push(path.includes('/') ? renamed(file, path) : file);
    if (found.length > MOST_FILES) {
      throw new DataError(path.split('/')[0]!, '', `more than ${MOST_FILES} files`, 'a folder of data');
    }
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      // It gives some at a time, and none at the end.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const inner of some) await walk(inner, found);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** A folder around several folders of pictures, and folders for pictures whose names start with their class: cat-1.png. */
export function withFolders(files: readonly File[]): readonly File[] {
  const pictures = files.filter(({ name }) => /\.(png|jpe?g)$/i.test(name));
  if (pictures.length < 2) return files;
  const folders = new Set(pictures.map(({ name }) => name.split('/').slice(0, -1).join('/')));
  if (pictures.every(({ name }) => name.split('/').length === 2) && folders.size > 1) {
    return pictures.map((file) => renamed(file, `${AROUND}/${file.name}`));
  }
  const classes = pictures.map(({ name }) => /^\p{L}+/u.exec(baseName(name))?.[0].toLowerCase());
  if (!folders.has('') || folders.size > 1 || new Set(classes).size < 2 || classes.includes(undefined)) return files;
  return pictures.map((file, i) => renamed(file, `${AROUND}/${classes[i]}/${file.name}`));
}
