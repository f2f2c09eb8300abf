/**
 * Global setup of the project `package`: builds the library beside dist/, packs it as `npm publish` would, and puts what
 * is in the package into a folder of its own, with the packages that npm would install beside it and no others. Tests
 * are given that folder (`inject('consumer')`); they can reach nothing else of this repository by name.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import manifest from '../../package.json' with { type: 'json' };

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of somebody who uses the package: node_modules/idli, and the examples. */
    consumer: string;
  }
}

const run = promisify(execFile);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'idli-package-'));
  const staged = join(folder, 'staged');
  const consumer = join(folder, 'consumer');
  const outDir = join(staged, 'dist');
  await mkdir(join(consumer, 'node_modules'), { recursive: true });
  const types = run(process.execPath, [
    ...['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    ...['--outDir', join(outDir, 'types')],
  ]);
  await build({ mode: 'node', logLevel: 'error', build: { outDir, emptyOutDir: false } });
  await build({ mode: 'browser', logLevel: 'error', build: { outDir } });
  await types;
  for (const file of ['package.json', ...manifest.files.filter((name) => name !== 'dist')]) {
    await cp(file, join(staged, file), { recursive: true });
  }
  // Nothing is built again, and no script of a package runs.
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', folder], {
    cwd: staged,
    shell: process.platform === 'win32',
  });
  await run('tar', ['-xzf', `idli-${manifest.version}.tgz`], { cwd: folder });
  await cp(join(folder, 'package'), join(consumer, 'node_modules/idli'), { recursive: true });
  // What npm installs with it, the optional peers that the examples name, and the types of Node.
  const optional = ['webgpu', '@sparticuz/chromium', '@types/node'];
  for (const name of [...Object.keys(manifest.dependencies), ...optional]) {
    const place = join(consumer, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(resolve('node_modules', name), place, 'junction');
  }
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
  await cp(join(folder, 'package/examples'), join(consumer, 'examples'), { recursive: true });
  project.provide('consumer', consumer);
  return () => rm(folder, { recursive: true, force: true });
}
