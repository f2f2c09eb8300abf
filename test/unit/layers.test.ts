/**
 * The way through the house: who may import whom (tools/layers.json), and no cycles, types included.
 * The lint rule says it in the editor; this says it whatever the lint configuration becomes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import layers from '../../tools/layers.json';

type Imports = ReadonlyMap<string, readonly string[]>;

const LAYERS: Readonly<Record<string, readonly string[]>> = layers;
const FOLDERS = Object.keys(LAYERS);

test('every import goes the way of tools/layers.json', () => {
  const imports = readImports();
  expect(imports.size).toBeGreaterThan(20);
  expect(strangers(imports)).toEqual([]);
});

test('no file imports itself by a detour', () => {
  expect(cycle(readImports())).toBeUndefined();
});

test('Node is imported by the command line only', () => {
  const users = readSources().filter(([, text]) => /from '(node:|webgpu|@sparticuz)/.test(text));
  expect(users.filter(([file]) => !file.startsWith('src/cli/'))).toEqual([]);
});

test('control: an import upwards, a folder nobody knows and a cycle are reported', () => {
  const upwards = new Map([['src/reference/dense.ts', ['src/passes/dense.ts']]]);
  expect(strangers(upwards)).toEqual(['src/reference/dense.ts imports src/passes/dense.ts']);
  expect(strangers(new Map([['src/extras/x.ts', []]]))).toEqual(['src/extras/x.ts is in no layer']);
  const circle = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
  ]);
  expect(cycle(circle)).toEqual(['a', 'b', 'c', 'a']);
});

function strangers(imports: Imports): string[] {
  return [...imports].flatMap(([file, targets]) => {
    const allowed = LAYERS[layerOf(file) ?? ''];
    if (!allowed) return [`${file} is in no layer`];
    return targets
      .filter((target) => !allowed.includes(layerOf(target) ?? ''))
      .map((target) => `${file} imports ${target}`);
  });
}

/** A cycle as the files it leads through, or undefined. */
function cycle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of imports.get(file) ?? []) {
      const found = visit(target, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

function layerOf(file: string): string | undefined {
  return FOLDERS.find((folder) => file === folder || file.startsWith(`${folder}/`));
}

function readSources(): [file: string, text: string][] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => [join('src', file), readFileSync(join('src', file), 'utf8')]);
}

function readImports(): Imports {
  return new Map(
    readSources().map(([file, text]) => {
      const own = [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']*\.js)'/g)].map(([, path]) => {
        const source = normalize(join(dirname(file), path!.replace(/\.js$/, '.ts')));
        return existsSync(source) ? source : `${source}x`;
      });
      expect([file, own.filter((target) => !existsSync(target))]).toEqual([file, []]);
      return [file, own];
    }),
  );
}
