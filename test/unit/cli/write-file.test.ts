/** Whole files: written or not at all, the reason in a sentence, nothing else left in the folder. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkWritable, makeFolder, WriteError, writeWhole } from '../../../src/cli/write-file.js';

const state = { folder: '' };
beforeEach(() => void (state.folder = mkdtempSync(join(tmpdir(), 'idli-write-'))));
afterEach(() => rmSync(state.folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(state.folder, ...names);
const names = () => readdirSync(state.folder);

async function failure(work: Promise<void>): Promise<WriteError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WriteError);
  return error as WriteError;
}

describe('writeWhole', () => {
  test('writes texts as UTF-8, and bytes', async () => {
    await writeWhole(at('a.txt'), 'Straße\n');
    await writeWhole(at('b.bin'), new Uint8Array([0, 255]));
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('Straße\n');
    expect([...readFileSync(at('b.bin'))]).toEqual([0, 255]);
    expect(names()).toEqual(['a.txt', 'b.bin']);
  });

  test('replaces a file, and keeps its permissions', async () => {
    writeFileSync(at('a.txt'), 'a longer text than the new one');
    chmodSync(at('a.txt'), 0o640);
    await writeWhole(at('a.txt'), 'new');
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('new');
    expect((statSync(at('a.txt')).mode & 0o777).toString(8)).toBe(process.platform === 'win32' ? '666' : '640');
    expect(names()).toEqual(['a.txt']);
  });

  test('a name as long as names can be', async () => {
    const name = 'n'.repeat(255);
    await writeWhole(at(name), 'x');
    expect(names()).toEqual([name]);
  });

  test('writes through a symbolic link, which stays one', async () => {
    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere', 'real.txt'), 'old');
    symlinkSync(at('elsewhere', 'real.txt'), at('link.txt'));
    await writeWhole(at('link.txt'), 'new');
    expect(lstatSync(at('link.txt')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('elsewhere', 'real.txt'), 'utf8')).toBe('new');
    expect([names(), readdirSync(at('elsewhere'))]).toEqual([['elsewhere', 'link.txt'], ['real.txt']]);
  });

  test('whoever reads meanwhile sees the old file or the new one, each whole', async () => {
    const [old, fresh] = ['a', 'b'].map((sign) => sign.repeat(2_000_000));
    writeFileSync(at('a.txt'), old!);
    let isDone = false;
    const writing = writeWhole(at('a.txt'), fresh!).then(() => (isDone = true));
    const seen = new Set<string>();
    while (!isDone) {
      seen.add(readFileSync(at('a.txt'), 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    seen.delete(fresh!);
    expect([...seen].every((text) => text === old)).toBe(true);
    // Control: writing into the file itself is seen half done.
    writeFileSync(at('a.txt'), '');
    expect(readFileSync(at('a.txt'), 'utf8') === old).toBe(false);
  });

  test('where it fails on the way, the temporary file goes and the old one stays', async () => {
    const writing = writeWhole(at('taken'), 'x'.repeat(20_000_000));
    // What stands under the name changes while the file is being written: a folder cannot be renamed over.
    while (!names().some((name) => name.startsWith('.idli-'))) await new Promise((resolve) => setImmediate(resolve));
    mkdirSync(at('taken', 'inside'), { recursive: true });
    expect((await failure(writing)).message).toBe(`${at('taken')} cannot be written: it is a folder.`);
    expect(names()).toEqual(['taken']);
    expect(process.listeners('exit').filter(({ name }) => name === 'onExit')).toEqual([]);
  });
});

describe.each([
  ['writeWhole', (path: string) => writeWhole(path, 'x')],
  ['checkWritable', (path: string) => checkWritable(path)],
])('%s says in a sentence', (_, work) => {
  test('that there is no folder', async () => {
    const error = await failure(work(at('nowhere', 'a.txt')));
    expect(error.message).toBe(`${at('nowhere', 'a.txt')} cannot be written: there is no folder ${at('nowhere')}.`);
    expect([error.path, (error.cause as NodeJS.ErrnoException).code]).toEqual([at('nowhere', 'a.txt'), 'ENOENT']);
  });

  test('that it is a folder', async () => {
    expect((await failure(work(state.folder))).message).toBe(`${state.folder} cannot be written: it is a folder.`);
  });

  test('that what should be its folder is a file', async () => {
    writeFileSync(at('file'), '');
    expect((await failure(work(at('file', 'a.txt')))).message).toContain(`: ${at('file')} is not a folder.`);
  });

  test('that its name is too long', async () => {
    expect((await failure(work(at('n'.repeat(256))))).message).toContain(' cannot be written: its name is too long.');
    expect(names()).toEqual([]);
  });
});

test.each([
  ['EACCES', 'that is not permitted'],
  ['EPERM', 'that is not permitted'],
  ['EROFS', 'the disk can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EIO', 'EIO'],
])('%s is: %s', (code, reason) => {
  expect(new WriteError('a.txt', Object.assign(new Error('x'), { code })).message).toBe(
    `a.txt cannot be written: ${reason}.`,
  );
});

test('a full disk, as Linux has one to try with, and a device that takes everything', async () => {
  if (!existsSync('/dev/full')) return;
  expect((await failure(writeWhole('/dev/full', 'x'))).message).toBe('/dev/full cannot be written: the disk is full.');
  await writeWhole('/dev/null', 'x');
  await checkWritable('/dev/null');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('checkWritable leaves the file as it was, and none where there was none', async () => {
  writeFileSync(at('old.txt'), 'old');
  await checkWritable(at('old.txt'));
  await checkWritable(at('new.txt'));
  expect([names(), readFileSync(at('old.txt'), 'utf8')]).toEqual([['old.txt'], 'old']);
});

describe('makeFolder', () => {
  test('makes a folder and those around it, and leaves one that is there', async () => {
    await makeFolder(at('a', 'b'));
    await makeFolder(at('a', 'b'));
    expect(statSync(at('a', 'b')).isDirectory()).toBe(true);
    // Control: a file in its place is no folder.
    writeFileSync(at('a', 'b', 'file'), '');
    await expect(makeFolder(at('a', 'b', 'file'))).rejects.toThrow(WriteError);
  });

  test.runIf(process.platform === 'linux')('comes back where nothing can be made', async () => {
    await expect(makeFolder('/proc/idli/deeper')).rejects.toThrow(/^\/proc\/idli\/deeper cannot be written: /);
  });
});
