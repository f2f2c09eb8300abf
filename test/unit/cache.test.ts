/** The cache folder is complete or absent, and archives stay inside their folder. */
import { createBrotliCompress } from 'node:zlib';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createTar } from 'nanotar';
import { test as base, describe, expect } from 'vitest';
import { unpackBrotliFile, unpackBrotliTar } from '../../src/cli/archives.js';
import { cacheFolder, unpackOnce } from '../../src/cli/cache.js';

const test = base.extend<{ folder: string }>({
  // eslint-disable-next-line no-empty-pattern -- Vitest reads the names of the fixtures needed here
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'idli-cache-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

async function compress(data: Uint8Array): Promise<Uint8Array> {
  const stream = createBrotliCompress();
  stream.end(data);
  return buffer(stream);
}

describe('cacheFolder', () => {
  test('goes by IDLI_CACHE, then XDG_CACHE_HOME, then HOME', () => {
    const all = { IDLI_CACHE: '/own', XDG_CACHE_HOME: '/xdg', HOME: '/home/ada' };
    expect(cacheFolder(all)).toBe('/own');
    expect(cacheFolder({ ...all, IDLI_CACHE: undefined })).toBe(join('/xdg', 'idli'));
    expect(cacheFolder({ HOME: '/home/ada' })).toBe(join('/home/ada', '.cache', 'idli'));
  });
});

describe('unpackOnce', () => {
  const fill = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

  test('fills a missing folder, parents included, and leaves nothing else', async ({ folder }) => {
    const target = join(folder, 'deep', 'driver-1');
    expect(await unpackOnce(target, fill('a'))).toBe(target);
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('a');
    expect(await readdir(join(folder, 'deep'))).toEqual(['driver-1']);
  });

  test('does not fill a folder twice', async ({ folder }) => {
    const target = join(folder, 'driver-1');
    await unpackOnce(target, fill('first'));
    await unpackOnce(target, fill('second'));
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('first');
  });

  test('leaves nothing behind when filling fails', async ({ folder }) => {
    const broken = unpackOnce(join(folder, 'driver-1'), () => Promise.reject(new Error('disk full')));
    await expect(broken).rejects.toThrow('disk full');
    expect(await readdir(folder)).toEqual([]);
  });

  test('lets several fill the same folder at once', async ({ folder }) => {
    const target = join(folder, 'driver-1');
    const fillers = ['a', 'b', 'c'].map((text) =>
      unpackOnce(target, async (temporary) => {
        await writeFile(join(temporary, 'file'), text);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }),
    );
    expect(await Promise.all(fillers)).toEqual([target, target, target]);
    expect(await readFile(join(target, 'file'), 'utf8')).toMatch(/^[abc]$/);
    expect(await readdir(folder)).toEqual(['driver-1']);
  });

  test('removes what a killed process left an hour ago, and nothing younger', async ({ folder }) => {
    const [old, young] = [join(folder, '.unpacking-old'), join(folder, '.unpacking-young')];
    await mkdir(old);
    await mkdir(young);
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(old, longAgo, longAgo);
    await unpackOnce(join(folder, 'driver-1'), fill('a'));
    expect((await readdir(folder)).sort()).toEqual(['.unpacking-young', 'driver-1']);
  });

  test('falls back to a folder of its own where the cache cannot be made', async ({ folder }) => {
    const blocked = join(folder, 'a-file');
    await writeFile(blocked, '');
    const name = `driver-${String(process.pid)}`;
    const found = await unpackOnce(join(blocked, name), fill('a'));
    expect(found).toContain(join(tmpdir(), 'idli-'));
    expect(await readFile(join(found, 'file'), 'utf8')).toBe('a');
    await rm(found, { recursive: true });
  });
});

describe('archives', () => {
  const bytes = Uint8Array.from({ length: 1025 }, (_, i) => i % 251);

  test('a compressed file is streamed out, ready to be started', async ({ folder }) => {
    const [archive, file] = [join(folder, 'x.br'), join(folder, 'x')];
    await writeFile(archive, await compress(bytes));
    await unpackBrotliFile(archive, file);
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
    expect((await stat(file)).mode & 0o111).not.toBe(0);
  });

  test('a compressed tar gives its files and folders', async ({ folder }) => {
    const archive = join(folder, 'x.tar.br');
    const tar = createTar([
      { name: 'lib/' },
      { name: 'lib/a.so', data: bytes },
      { name: 'b.json', data: new TextEncoder().encode('{}') },
    ]);
    await writeFile(archive, await compress(tar));
    expect((await unpackBrotliTar(archive, join(folder, 'out'))).sort()).toEqual(['b.json', 'lib/a.so']);
    expect(new Uint8Array(await readFile(join(folder, 'out', 'lib', 'a.so')))).toEqual(bytes);
    expect(await readFile(join(folder, 'out', 'b.json'), 'utf8')).toBe('{}');
  });

  test('a name that points outside the folder stays inside or is refused', async ({ folder }) => {
    const archive = join(folder, 'x.tar.br');
    await writeFile(archive, await compress(createTar([{ name: '../../evil', data: bytes }])));
    await unpackBrotliTar(archive, join(folder, 'a', 'b')).catch(() => undefined);
    expect(await readdir(folder)).not.toContain('evil');
  });
});
