/** Files whose names come from somewhere else stay in their folder: names of archives, exports, checkpoints, and links that lie there. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackBrotliTar } from '../../../src/cli/archives.js';
import { checkpointFolder } from '../../../src/cli/checkpoint-folder.js';
import { insideFolder, OutsideError, writableInside } from '../../../src/cli/inside-folder.js';

const OUTSIDE = [
  '../x',
  '../../x',
  'a/../../b',
  'a/..',
  '..',
  '/etc/x',
  '//host/x',
  '\\\\host\\x',
  'C:\\x',
  'c:x',
  '..\\x',
  'a\\..\\..\\b',
  'n\0.txt',
  '',
  '.',
  './',
];

const state = { around: '', folder: '' };
beforeEach(() => {
  state.around = mkdtempSync(join(tmpdir(), 'idli-inside-'));
  state.folder = join(state.around, 'inside');
  mkdirSync(state.folder);
});
afterEach(() => rmSync(state.around, { recursive: true, force: true }));

describe('insideFolder', () => {
  test.each(OUTSIDE)('%j is refused', (name) => {
    expect(() => insideFolder('folder', name)).toThrow(OutsideError);
  });

  test.each(['x', 'lib/a.so', './a', '..a', 'a..', '...', 'ab:c', 'ä b'])('control: %j is a file in it', (name) => {
    expect(insideFolder('folder', name)).toBe(join('folder', name));
  });

  test('whatever the name, the path is inside or there is none', () => {
    const parts = fc.array(fc.constantFrom('..', '.', '', 'a', 'C:', '\0', '~', '%2e%2e', '\u2025'), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.constantFrom('/', '\\'), (names, separator) => {
        try {
          expect(insideFolder('/the/folder', names.join(separator)).startsWith('/the/folder/')).toBe(true);
        } catch (error) {
          if (!(error instanceof OutsideError)) throw error;
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('the sentence says which name, and nothing that a terminal obeys', () => {
    expect(() => insideFolder('f', '../\u001b[2J')).toThrow('"../\\u001b[2J" cannot be a file in f: it leads out.');
  });
});

/** A tar with one file, made byte by byte: a writer might clean the name. */
function tarOf(name: string, text: string): Uint8Array {
  const bytes = new Uint8Array(512 * 4);
  const put = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  put(0, name);
  put(100, octal(0o644, 7));
  put(124, octal(text.length, 11));
  put(136, octal(0, 11));
  put(148, '        0');
  put(257, 'ustar\x0000');
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)} `);
  put(512, text);
  return bytes;
}

describe('an archive', () => {
  const unpack = async (name: string) => {
    const archive = join(state.around, 'x.tar.br');
    writeFileSync(archive, await promisify(brotliCompress)(tarOf(name, 'harm')));
    return unpackBrotliTar(archive, state.folder);
  };
  const there = () => readdirSync(state.around, { recursive: true, encoding: 'utf8' }).sort();

  test.each(['../../x', '../x', 'a/../../b', '/x', 'C:\\x', '..\\x', '\\x'])(
    'with a file %j writes nothing outside',
    async (name) => {
      // What reads the archive may make a plain name of it, which then is one.
      await unpack(name).catch((error: unknown) => expect(error).toBeInstanceOf(OutsideError));
      expect(there().filter((path) => !path.startsWith('inside'))).toEqual(['x.tar.br']);
      expect(existsSync('/x')).toBe(false);
    },
  );

  test('control: with a file of a plain name it writes that', async () => {
    await unpack('lib/x');
    expect(there()).toEqual(['inside', 'inside/lib', 'inside/lib/x', 'x.tar.br']);
    expect(readFileSync(join(state.folder, 'lib/x'), 'utf8')).toBe('harm');
  });
});

describe('checkpoints', () => {
  const bytes = Uint8Array.of(1);

  test.each(OUTSIDE)('under the name %j are neither written, read nor taken away', async (name) => {
    writeFileSync(join(state.around, 'x'), 'theirs');
    const store = checkpointFolder(state.folder);
    await expect(store.write(name, bytes)).rejects.toThrow(OutsideError);
    await expect(Promise.resolve().then(() => store.read(name))).rejects.toThrow(OutsideError);
    await expect(store.remove(name)).rejects.toThrow(OutsideError);
    expect(readdirSync(state.around).sort()).toEqual(['inside', 'x']);
    expect(readdirSync(state.folder)).toEqual([]);
  });

  test('control: under a plain name they are', async () => {
    const store = checkpointFolder(state.folder);
    await store.write('a', bytes);
    expect(Array.from(await store.read('a'))).toEqual([1]);
    await store.remove('a');
    expect(readdirSync(state.folder)).toEqual([]);
  });
});

describe('a symbolic link that lies in the folder', () => {
  const link = (target: string) => symlinkSync(target, join(state.folder, 'model.onnx'));

  test.each([
    ['that leads out', '../theirs'],
    ['that leads out to nothing', '../nothing'],
    ['that leads to the folder around it', '..'],
  ])('%s is refused, and what it leads to stays as it was', async (_, target) => {
    writeFileSync(join(state.around, 'theirs'), 'theirs');
    link(target);
    await expect(writableInside(state.folder, 'model.onnx')).rejects.toThrow(
      /a symbolic link of that name, which leads out/,
    );
    await expect(checkpointFolder(state.folder).write('model.onnx', Uint8Array.of(1))).rejects.toThrow(OutsideError);
    expect(readFileSync(join(state.around, 'theirs'), 'utf8')).toBe('theirs');
    expect(existsSync(join(state.around, 'nothing'))).toBe(false);
  });

  test('control: one that stays inside is written through, and so is a folder that is a link itself', async () => {
    writeFileSync(join(state.folder, 'own'), '');
    link('own');
    await checkpointFolder(state.folder).write('model.onnx', Uint8Array.of(65));
    expect(readFileSync(join(state.folder, 'own'), 'utf8')).toBe('A');
    expect(lstatSync(join(state.folder, 'model.onnx')).isSymbolicLink()).toBe(true);
    const other = join(state.around, 'other');
    symlinkSync('inside', other);
    await checkpointFolder(other).write('model.onnx', Uint8Array.of(66));
    expect(readFileSync(join(state.folder, 'own'), 'utf8')).toBe('B');
  });
});
