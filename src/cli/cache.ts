/**
 * The folder where unpacked drivers and browsers are kept between runs, and the one way to fill it.
 *
 * A folder in the cache is complete or absent: it is filled under a temporary name and renamed, so a
 * killed process leaves nothing half-done and two processes may fill the same folder at once.
 * It refuses to know what is unpacked, and never deletes a complete folder.
 */
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './write-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const TEMPORARY = '.unpacking-';
/** No unpacking takes this long: an older temporary folder was left by a process that was killed. */
const ABANDONED_MS = 60 * 60 * 1000;

/** The user's cache folder, by the XDG rules; `IDLI_CACHE` names another. */
export function cacheFolder(environment: Environment = process.env): string {
  if (environment['IDLI_CACHE']) return environment['IDLI_CACHE'];
  if (environment['XDG_CACHE_HOME']) return join(environment['XDG_CACHE_HOME'], 'idli');
  return join(environment['HOME'] ?? homedir(), '.cache', 'idli');
}

/**
 * Returns `target`, after `fill` has filled it if it was not there. `fill` gets an empty folder and
 * may be interrupted at any point.
 */
export async function unpackOnce(target: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  const parent = await writableFolder(dirname(target));
  const final = join(parent, basename(target));
  if (existsSync(final)) return final;
  await removeAbandoned(parent);
  const temporary = await mkdtemp(join(parent, TEMPORARY));
  try {
    await fill(temporary);
    await rename(temporary, final);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was faster: its folder is as complete as ours would have been.
    if (!existsSync(final)) throw error;
  }
  return final;
}

/** `folder`, or a folder of the user's own below the system's temporary one where it cannot be made. */
async function writableFolder(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    await rm(await mkdtemp(join(folder, TEMPORARY)), { recursive: true });
    return folder;
  } catch {
    const { uid } = userInfo();
    const fallback = join(tmpdir(), `idli-${String(uid)}`);
    await mkdir(fallback, { recursive: true, mode: 0o700 });
    // Libraries are loaded from here: a folder that someone else put in the shared place won't do.
    const found = await lstat(fallback);
    if (!found.isDirectory() || (uid !== -1 && found.uid !== uid)) {
      throw new Error(`${fallback} belongs to another user; set IDLI_CACHE to a folder of your own`);
    }
    return fallback;
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(parent, name);
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
