/** The package as npm gives it: what it says of itself holds, its files are whole, and it is as small as it is to be. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { parseAst } from 'vite';
import { expect, inject, test } from 'vitest';
import * as source from '../../src/index.js';
import { buildApplication, excesses, LIMIT, weigh } from '../../tools/size.js';

const PACKAGE = join(inject('consumer'), 'node_modules/idli');

const complaints = async (pkgDir: string) => (await publint({ pkgDir, pack: false, strict: true })).messages;

test('publint finds nothing wrong', async () => {
  expect(await complaints(PACKAGE)).toEqual([]);
});

test('control: an export without its file is found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idli-publint-'));
  await cp(PACKAGE, folder, { recursive: true });
  const manifest = await readFile(join(folder, 'package.json'), 'utf8');
  await writeFile(join(folder, 'package.json'), manifest.replaceAll('./dist/node.js', './dist/nodes.js'));
  expect((await complaints(folder)).map(({ code }) => code)).toContain('FILE_DOES_NOT_EXIST');
  await rm(folder, { recursive: true });
});

const exportsOf = async (file: string) => {
  const path = pathToFileURL(join(PACKAGE, 'dist', file)).href;
  return Object.keys((await import(/* @vite-ignore */ path)) as object).sort();
};

test('the entry and the single file export what the source does, and nothing else', async () => {
  const names = Object.keys(source).sort();
  expect(await exportsOf('index.js')).toEqual(names);
  expect(await exportsOf('idli.min.js')).toEqual(names);
  expect(await exportsOf('node.js')).toEqual([
    'NodeGpuError',
    'checkpointFolder',
    'fileOpener',
    'openNodeGpu',
    'tuningFile',
  ]);
});

/** What a module imports, at once or later. */
const importsOf = (code: string) => [
  ...parseAst(code).body.flatMap((one) => ('source' in one && one.source ? [one.source.value] : [])),
  ...(code.match(/\bimport\([^)]*\)/g) ?? []),
];

test('the single file imports nothing but, where Keras is asked for, what writes its files', async () => {
  expect(importsOf(await readFile(join(PACKAGE, 'dist/idli.min.js'), 'utf8'))).toEqual(['import(`h5wasm`)']);
  // Control: the other entry does.
  expect(importsOf(await readFile(join(PACKAGE, 'dist/index.js'), 'utf8'))).toContain('./chunks/core.js');
});

test('a page that imports the library loads no more than it may, and the checks when they are needed', async () => {
  const rows = weigh(await buildApplication(PACKAGE));
  expect(excesses(rows)).toEqual([]);
  const [start, cpu, webgpu, first, checked, everything] = rows.map(({ total }) => total);
  // Each stage loads more, or a file was not found by its name and nothing was weighed.
  expect(rows.map(({ shaders }) => shaders > 0)).toEqual([false, false, true, true, true, true]);
  expect([start! < cpu!, cpu! < webgpu!, webgpu! < checked!, checked! < everything!]).not.toContain(false);
  expect([webgpu! < first!, first! < everything!]).not.toContain(false);
  // Control: with less room it is too much.
  expect(excesses(rows, LIMIT / 4)).toHaveLength(3);
});

test('what a program does not use is not in it', async () => {
  const codeOf = async (source?: string) =>
    (await buildApplication(PACKAGE, source)).map(({ code }) => code).join('\n');
  // Of `summarizePlan`, which no training needs.
  const words = ' passes a step';
  expect((await codeOf()).includes(words)).toBe(false);
  expect((await codeOf(`import { summarizePlan } from 'idli'; console.log(summarizePlan);`)).includes(words)).toBe(
    true,
  );
});
