/**
 * Writes and prints what was measured, and says whether a target was missed. A run of some workloads keeps the others
 * in the files, if they are of the same versions; only what was measured now is judged.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportText } from './report.js';
import { merged, type Results } from './results.js';
import { verdicts } from './targets.js';

/** Writes both files; called after each workload, so that a run that is broken off leaves what it has. */
export async function write(results: Results, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, results.slug);
  const before = existsSync(`${path}.json`)
    ? (JSON.parse(await readFile(`${path}.json`, 'utf8')) as Results)
    : undefined;
  const all = merged(before, results);
  await writeFile(`${path}.json`, `${JSON.stringify(all, null, 1)}\n`);
  await writeFile(`${path}.md`, reportText(all));
  return path;
}

/** @returns whether all targets stated for this adapter were reached */
export async function finish(results: Results, folder: string, print: (text: string) => void): Promise<boolean> {
  const path = await write(results, folder);
  print(`${reportText(results)}\nWritten: ${path}.json, ${path}.md\n`);
  const found = verdicts(results.slug, results.workloads);
  for (const { line } of found) print(line);
  return !found.some(({ isMissed }) => isMissed);
}
