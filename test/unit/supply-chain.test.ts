/**
 * What the package is made of and how it is published: every dependency by its hash, none from an address, none that runs a script where
 * users install it; tools pinned; a release that says where it came from; and no request over the network but those SECURITY.md names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main, problemsOf } from '../../tools/release.js';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Locked>>;
}
interface Manifest extends Record<
  'dependencies' | 'devDependencies' | 'peerDependencies',
  Readonly<Record<string, string>>
> {
  readonly version: string;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly publishConfig: unknown;
  readonly files: readonly string[];
}

const textOf = (path: string) => readFileSync(path, 'utf8');
const jsonOf = (path: string): unknown => JSON.parse(textOf(path));
const manifest = jsonOf('package.json') as Manifest;
const lock = jsonOf('package-lock.json') as Lock;

/** What is wrong with a lockfile, a line each. */
function faultsOf({ lockfileVersion, packages }: Lock): string[] {
  const faults = lockfileVersion === 3 ? [] : [`a lockfile of version ${lockfileVersion}`];
  for (const [path, { integrity, resolved, link, ...locked }] of Object.entries(packages)) {
    if (path === '') continue;
    if (link) faults.push(`${path} is a link`);
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) faults.push(`${path} has no hash`);
    if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
      faults.push(`${path} is from ${resolved}`);
    const wanted = { ...locked.dependencies, ...locked.optionalDependencies };
    for (const [name, range] of Object.entries(wanted))
      if (isElsewhere(range)) faults.push(`${path} wants ${name} from ${range}`);
  }
  return faults;
}

/** Whether it comes from git, an address or a folder instead of the registry. */
function isElsewhere(range: string): boolean {
  return /^(git|github:|https?:|file:|link:|[\w-]+\/[\w.-]+(#|$))/.test(range);
}

/** Packages that users get with this one, by their paths in the lockfile. */
function installedByUsers({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, { dev }]) => (path !== '' && !dev ? [path] : []));
}

describe.each(['package-lock.json', 'bench/package-lock.json'])('%s', (path) => {
  test('has every package by its hash, and none from elsewhere', () => {
    expect(faultsOf(jsonOf(path) as Lock)).toEqual([]);
  });
});

test('control: a package without a hash, from git, from an address, a link are found', () => {
  const [name, good] = Object.entries(lock.packages).find(([path]) => path !== '')!;
  const faults = (locked: Locked) => faultsOf({ lockfileVersion: 3, packages: { [name]: { ...good, ...locked } } });
  expect(faults({})).toEqual([]);
  expect(faults({ integrity: 'sha1-x' })).toEqual([`${name} has no hash`]);
  expect(faults({ resolved: 'git+ssh://git@github.com/a/b.git#1' })).toEqual([
    `${name} is from git+ssh://git@github.com/a/b.git#1`,
  ]);
  expect(faults({ resolved: 'http://registry.npmjs.org/a' })).toHaveLength(1);
  expect(faults({ link: true })).toEqual([`${name} is a link`]);
  expect(faults({ dependencies: { b: 'github:a/b' } })).toEqual([`${name} wants b from github:a/b`]);
  expect(faults({ dependencies: { b: 'a/b' } })).toHaveLength(1);
});

describe('scripts at installation', () => {
  const scripted = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path] : [],
  );

  test('none of what users get has one', () => {
    const theirs = installedByUsers(lock);
    expect(theirs).toEqual(
      expect.arrayContaining(Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`)),
    );
    expect(scripted.filter((path) => theirs.includes(path))).toEqual([]);
  });

  test('control: some of the tools do, and are known', () => {
    expect(scripted).toEqual(
      ['protobufjs', 'puppeteer', 'unrs-resolver', 'webgpu'].map((name) => `node_modules/${name}`),
    );
  });
});

describe('versions', () => {
  test('of tools are exact, and those of the lockfile', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      expect([name, version]).toEqual([name, lock.packages[`node_modules/${name}`]?.version]);
    }
    expect(textOf('.npmrc')).toMatch(/^save-exact=true$/m);
    const bench = jsonOf('bench/package.json') as Manifest;
    expect(Object.values(bench.devDependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('of what users get are ranges of compatible ones, of peers too, and peers are optional', () => {
    const ranges = [...Object.values(manifest.dependencies), ...Object.values(manifest.peerDependencies)];
    expect(ranges.filter((range) => !/^\^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
    const isOptional = (name: string) => manifest.peerDependenciesMeta[name]?.optional === true;
    expect(Object.keys(manifest.peerDependencies).filter((name) => !isOptional(name))).toEqual([]);
  });

  test('of the lockfile are of this very manifest', () => {
    const { dependencies, devDependencies } = manifest;
    expect(lock.packages['']).toMatchObject({ version: manifest.version, dependencies, devDependencies });
  });
});

describe('a release', () => {
  const workflows = readdirSync('.github/workflows').map(
    (name) => [name, textOf(join('.github/workflows', name))] as const,
  );

  test('asks for a provenance, and its workflow may sign one and nothing more', () => {
    expect(manifest.publishConfig).toEqual({ provenance: true });
    expect(manifest.files).toEqual(expect.arrayContaining(['SECURITY.md', 'docs/releasing.md']));
    const release = textOf('.github/workflows/release.yml');
    expect(release).toContain('npm publish --provenance');
    expect(release.match(/^ +[\w-]+: (write|read)$/gm)?.map((line) => line.trim())).toEqual([
      'contents: read',
      'contents: read',
      'id-token: write',
    ]);
  });

  test.each(workflows)('%s names every action by its commit', (_, text) => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action!);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test('is refused where tag, version, changelog and repository do not agree', async () => {
    const good = {
      version: '1.2.3',
      repository: { type: 'git', url: 'git+https://github.com/a/b.git' },
      publishConfig: { provenance: true },
    };
    const changelog = '# Changelog\n\n## [1.2.3] - 2030-01-01\n';
    expect(problemsOf('v1.2.3', good, changelog)).toEqual([]);
    expect(problemsOf('v1.2.4', good, changelog)).toEqual([expect.stringContaining('The tag is "v1.2.4"')]);
    expect(problemsOf('v1.2.3', good, '## [Unreleased]\n')).toEqual([
      expect.stringContaining('CHANGELOG.md has no heading'),
    ]);
    expect(problemsOf('v1.2.3', { ...good, repository: undefined }, changelog)).toEqual([
      expect.stringContaining('names no repository'),
    ]);
    expect(problemsOf('v1.2.3', { ...good, publishConfig: {} }, changelog)).toHaveLength(1);
    // A version that nobody released.
    expect(await main(['v0.0.0'])).toBe(1);
  });
});

/** Files of the source, by what they can do. */
function users(way: RegExp): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.(tsx?|js)$/.test(file));
  // What stands in a comment is done by nobody.
  const codeOf = (file: string) => textOf(join('src', file)).replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
  return files.filter((file) => way.test(codeOf(file))).sort();
}

test('requests over the network and other programs are those that SECURITY.md names', () => {
  expect(users(/\bfetch\(/)).toEqual(['data/open-url.ts', 'page/offline/service-worker.ts']);
  expect(
    users(
      /WebSocket|XMLHttpRequest|sendBeacon|EventSource|RTCPeer|WebTransport|node:(https?|http2|net|dns|dgram|tls)\b/,
    ),
  ).toEqual([]);
  // The doctor asks each driver in a process of its own, which it starts from itself.
  expect(users(/node:child_process|node:worker_threads/)).toEqual(['cli/doctor-gpu.ts']);
  expect(users(/(?<![.\w])eval\(|\bnew Function\b|node:vm\b/)).toEqual([]);
});
