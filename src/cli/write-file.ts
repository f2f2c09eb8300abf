/**
 * Writes whole files for the command line: what stands under the name is the old file or the new one, never half of
 * one, whatever happens on the way. What is no plain file (a device, a pipe) is written straight. It makes no folders,
 * and it leaves no temporary file behind.
 */
import { randomUUID } from 'node:crypto';
import { constants, existsSync, rmSync, type Stats } from 'node:fs';
import { access, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shownPath } from './shown-path.js';

/** A file could not be written: which, and why, in one sentence. The cause is what the system said. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  /**
   * @param path as it was given
   * @param cause an error of Node's file system
   */
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(`${shownPath(path)} cannot be written: ${reasonOf(path, cause)}.`, { cause });
  }
}

/**
 * Puts `content` under `path`, over what stands there: written beside it, flushed to the disk, then renamed. The new
 * file has the old one's permissions; a symbolic link stays one.
 * @param content texts are written as UTF-8
 * @throws WriteError if that cannot be done; the old file is then as it was
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  try {
    const target = await targetOf(path);
    if (target.old && !target.old.isFile()) await writeFile(target.path, content);
    else await replace(target.path, content, target.old?.mode);
  } catch (error) {
    throw new WriteError(path, error);
  }
}

/**
 * Finds out before a long work whether its result can be written. It makes a file beside `path` and takes it away again.
 * @throws WriteError if not
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const target = await targetOf(path);
    if (!target.old || target.old.isFile()) await withTemporary(target.path, undefined, () => Promise.resolve());
  } catch (error) {
    throw new WriteError(path, error);
  }
}

/**
 * Makes a folder, and those around it that are missing. Step by step, since Node's own `recursive` never comes back where a
 * file system says of a new name that its parent is missing, as /proc does (Node 20).
 * @throws WriteError if that cannot be done
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path);
  } catch (error) {
    throw new WriteError(path, error);
  }
}

async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path);
  }
}

interface Target {
  /** Behind all symbolic links. */
  readonly path: string;
  /** What stands there by now, if anything. */
  readonly old: Stats | undefined;
}

async function targetOf(path: string): Promise<Target> {
  const old = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (old?.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' });
  // Renaming over a file asks for no right to write it, and whoever protected it meant that.
  if (old) await access(path, constants.W_OK);
  return { path: old ? await realpath(path) : path, old };
}

async function replace(path: string, content: Uint8Array | string, mode: number | undefined): Promise<void> {
  await withTemporary(path, mode, async (temporary) => {
    await writeDurably(temporary, content);
    await rename(temporary, path);
    await flushFolder(dirname(path));
  });
}

/** Makes an empty file in the folder of `path`, and takes it away whatever becomes of the work. */
async function withTemporary(
  path: string,
  mode: number | undefined,
  work: (temporary: string) => Promise<void>,
): Promise<void> {
  // A name of its own length: the file's own may be as long as names can be.
  const temporary = join(dirname(path), `.idli-${randomUUID()}`);
  // Who is interrupted twice ends in the middle of this.
  const onExit = () => rmSync(temporary, { force: true });
  process.once('exit', onExit);
  try {
    const file = await open(temporary, 'wx');
    try {
      if (mode !== undefined) await file.chmod(mode & 0o777);
    } finally {
      await file.close();
    }
    await work(temporary);
  } finally {
    await rm(temporary, { force: true });
    process.off('exit', onExit);
  }
}

async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  // Without truncating or creating: it is the file that was just made.
  const file = await open(path, 'r+');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the new name outlives a power cut; where folders cannot be flushed (Windows), the system does it later. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The file is written; only when it reaches the disk is not known.
  }
}

function reasonOf(path: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const folder = shownPath(dirname(path));
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: existsSync(dirname(path)) ? `${folder} takes no new files` : `there is no folder ${folder}`,
    ENOTDIR: `${folder} is not a folder`,
    EISDIR: 'it is a folder',
    EEXIST: 'there is a file of that name already',
    EACCES: 'that is not permitted',
    EPERM: 'that is not permitted',
    EROFS: 'the disk can only be read',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the space that this user may take on the disk is used up',
    EFBIG: 'it would be larger than files may be there',
    ENAMETOOLONG: 'its name is too long',
  };
  return reasons[code ?? ''] ?? code ?? message;
}
