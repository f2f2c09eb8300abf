/**
 * What must hold before a version is published, checked where it is published: `node tools/run.js release v0.2.0`. It publishes
 * nothing. Exit code 1 for anything that is missing, a sentence each.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The parts of package.json that a release depends on. */
export interface Manifest {
  readonly version: string;
  readonly repository?: unknown;
  readonly publishConfig?: { readonly provenance?: unknown };
}

/** What is wrong with a release, a sentence each. */
export function problemsOf(tag: string, manifest: Manifest, changelog: string): string[] {
  const { version, repository, publishConfig } = manifest;
  const url =
    typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : repository;
  const problems: (string | false)[] = [
    tag !== `v${version}` &&
      `The tag is ${JSON.stringify(tag)}, but package.json says version ${version}: they must be one.`,
    !changelog.split('\n').some((line) => line.startsWith(`## [${version}] - `)) &&
      `CHANGELOG.md has no heading "## [${version}] - " with a date.`,
    typeof url !== 'string' &&
      'package.json names no repository: npm refuses a provenance that names another one than the package does.',
    publishConfig?.provenance !== true && 'package.json must have "publishConfig": { "provenance": true }.',
  ];
  return problems.filter((problem) => problem !== false);
}

/** @returns the exit code */
export async function main([tag = ''] = process.argv.slice(3)): Promise<number> {
  const textOf = (name: string) => readFile(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');
  const [manifest, changelog] = await Promise.all([textOf('package.json'), textOf('CHANGELOG.md')]);
  const problems = problemsOf(tag, JSON.parse(manifest) as Manifest, changelog);
  problems.forEach((problem) => console.error(problem));
  if (problems.length === 0) console.log(`${tag} can be published.`);
  return problems.length > 0 ? 1 : 0;
}
