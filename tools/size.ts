/**
 * How much of the built library (dist/) a page loads: a small application is built as a user would, and the files are
 * weighed as a server sends them (gzip, level 9). It says what loads at start, what a training on the CPU or on WebGPU
 * loads then, and what the checks add, the reference among it; too much is a failure. 1 KB is 1000 bytes here.
 */
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

/** Bytes that may load at start, and that may have loaded before a training on WebGPU that nothing is compared with. */
export const LIMIT = 60_000;

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What people write first. */
const APPLICATION = `
import { sequential, dense, adam } from 'idli';
const model = sequential([dense(8, { activation: 'tanh' }), dense(1, { activation: 'sigmoid' })], { inputs: 2, seed: 1 });
const training = model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], {
  loss: 'binaryCrossentropy', optimizer: adam({ learningRate: 0.1 }), epochs: 100,
});
training.then((history) => { document.title = String(history.loss.at(-1)); });
`;

/** A row of the table: files that have been loaded by then, in bytes after gzip. */
export interface Weighed {
  readonly when: string;
  readonly script: number;
  readonly shaders: number;
  readonly total: number;
  /** Whether it must keep to the limit. */
  readonly isLimited: boolean;
}

type Chunk = Rolldown.OutputChunk;

/** Builds an application of its source text with the library as it was built in a folder; returns its chunks. */
export async function buildApplication(library = ROOT, source = APPLICATION): Promise<Chunk[]> {
  const folder = await mkdtemp(join(tmpdir(), 'idli-size-'));
  try {
    await mkdir(join(folder, 'node_modules'));
    await symlink(library, join(folder, 'node_modules/idli'), 'junction');
    await writeFile(join(folder, 'main.js'), source);
    const built = await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        target: 'es2023',
        modulePreload: false,
        rollupOptions: { input: join(folder, 'main.js') },
      },
    });
    const outputs = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
    return outputs.flatMap(({ output }) => output.filter((one) => one.type === 'chunk'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Weighs what an application has loaded, stage by stage. */
export function weigh(chunks: readonly Chunk[]): Weighed[] {
  const entry = chunks.find(({ isEntry }) => isEntry)!;
  const having = (module: string) => chunks.filter(({ moduleIds }) => moduleIds.some((id) => id.endsWith(module)));
  const start = loadedWith(chunks, [entry]);
  const after = (names: readonly string[]) =>
    loadedWith(chunks, [entry, ...names.flatMap((name) => having(`chunks/${name}.js`))]);
  // Whatever the schedule: the larger one of the two counts.
  const either = [after(['engine', 'persistent']), after(['engine', 'layered', 'dispatch-layered', 'products'])];
  const webgpu = either.reduce((a, b) => (bytesOf(b) > bytesOf(a) ? b : a));
  const cpu = after(['reference']);
  const verified = loadedWith(chunks, [...webgpu, ...having('chunks/verify.js')]);
  const first = loadedWith(chunks, [...webgpu, ...having('chunks/first-use.js')]);
  return [
    row('at start', start, true),
    row('with a training on the CPU', cpu, true),
    row('with WebGPU, and nothing to compare it with', webgpu, true),
    row('the same at the first use of an adapter', first, false),
    row('with WebGPU, checked (the default)', verified, false),
    row('everything: both schedules, all checks, tuning', chunks, false),
  ];
}

function row(when: string, chunks: readonly Chunk[], isLimited: boolean): Weighed {
  const shaders = bytesOf(chunks.filter(isShaders));
  const total = bytesOf(chunks);
  return { when, script: total - shaders, shaders, total, isLimited };
}

function isShaders({ moduleIds }: Chunk): boolean {
  return moduleIds.some((id) => /chunks\/(common|layered|layered_others|persistent)\.js$/.test(id));
}

function bytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

/** Chunks with all that they import. */
function loadedWith(chunks: readonly Chunk[], first: readonly Chunk[]): Chunk[] {
  const loaded = new Set(first);
  // What is added while the set is gone through is gone through too.
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  }
  return [...loaded];
}

/** What is over the limit, a sentence each. */
export function excesses(rows: readonly Weighed[], limit = LIMIT): string[] {
  return rows
    .filter(({ isLimited, total }) => isLimited && total > limit)
    .map(({ when, total }) => `Too large ${when}: ${total} bytes after gzip, at most ${limit} are allowed.`);
}

/** @returns the exit code */
export async function main(): Promise<number> {
  const rows = weigh(await buildApplication());
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`.padStart(8);
  console.log(`${'Loaded, after gzip'.padEnd(50)} scripts   shaders     total`);
  for (const { when, script, shaders, total } of rows) {
    console.log(`${when.padEnd(48)}${[script, shaders, total].map((bytes) => kilobytes(bytes)).join('  ')}`);
  }
  const failures = excesses(rows);
  failures.forEach((failure) => console.error(failure));
  return failures.length > 0 ? 1 : 0;
}
