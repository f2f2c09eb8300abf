/** The versions that are measured: ours and, where they are installed, the peers'. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { BENCH_FOLDER } from './build.js';

export function peerVersions(): Record<string, string> {
  const { devDependencies } = readJson<{ devDependencies: Record<string, string> }>('package.json');
  const installed = Object.keys(devDependencies).map((name) => {
    return [name, readJson<{ version: string }>('node_modules', name, 'package.json').version] as const;
  });
  return { idli: version, ...Object.fromEntries(installed) };
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(BENCH_FOLDER, ...path), 'utf8')) as T;
}
