/**
 * How Node gets its GPU and how it lets go of it, seen from outside: each case is a process of its
 * own, as the command line is, and must end by itself. Runs in Node only.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thisMachine } from '../../src/cli/swiftshader.js';

/** The children start here, and find the project's packages as an `idli` started by npx does. */
const ROOT = join(import.meta.dirname, '..', '..');
const state: { folder?: string } = {};

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idli-node-gpu-'));
  state.folder = folder;
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(ROOT, 'src', 'cli', 'node-gpu.ts'),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'node-gpu.mjs' } },
    },
  });
});

afterAll(async () => {
  if (state.folder !== undefined) await rm(state.folder, { recursive: true });
});

/** Runs the lines in a Node of their own that has `openNodeGpu`; a process that hangs is killed and fails. */
async function inChild(lines: string, environment: NodeJS.ProcessEnv = {}, cwd = ROOT): Promise<string> {
  const script = join(state.folder ?? '', 'child.mjs');
  await writeFile(script, `import { openNodeGpu } from './node-gpu.mjs';\n${lines}`);
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    cwd,
    env: { ...process.env, ...environment },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  return stdout.trim();
}

describe('a process that opens the GPU ends by itself', () => {
  test('after destroying its device and closing', async () => {
    const output = await inChild(`
      const node = await openNodeGpu();
      const device = await (await node.gpu.requestAdapter()).requestDevice();
      device.destroy();
      node.close();
      console.log('done');
    `);
    expect(output).toBe('done');
  });

  test('with globals installed and nothing given back', async () => {
    const output = await inChild(`
      (await openNodeGpu()).installGlobals();
      const device = await (await navigator.gpu.requestAdapter()).requestDevice();
      device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
      console.log('done');
    `);
    expect(output).toBe('done');
  });

  test('with work of the GPU still under way', async () => {
    const output = await inChild(`
      const node = await openNodeGpu();
      node.installGlobals();
      const device = await (await node.gpu.requestAdapter()).requestDevice();
      const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
      const buffer = device.createBuffer({ size: 1 << 20, usage });
      device.queue.writeBuffer(buffer, 0, new Float32Array(1000));
      void buffer.mapAsync(GPUMapMode.READ).catch(() => undefined);
      device.destroy();
      node.close();
      console.log('done');
    `);
    expect(output).toBe('done');
  });

  test('and uses no processor time once its device is destroyed', async () => {
    const output = await inChild(`
      const node = await openNodeGpu();
      const device = await (await node.gpu.requestAdapter()).requestDevice();
      device.destroy();
      node.close();
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { user, system } = process.cpuUsage(before);
      console.log((user + system) / 1000);
    `);
    // Milliseconds of one second: a busy loop takes hundreds.
    expect(Number(output)).toBeLessThan(200);
  });
});

describe('openNodeGpu', () => {
  test('takes SwiftShader when it is told to, and says so', async () => {
    const output = await inChild(`
      const node = await openNodeGpu({ driver: 'software' });
      const { info } = await node.gpu.requestAdapter();
      console.log(node.driver, info.architecture, node.notes.join());
    `);
    expect(output).toMatch(/^swiftshader swiftshader using a software adapter: SwiftShader from /);
  });

  test('leaves the environment as it was, and finds the same the second time', async () => {
    const output = await inChild(`
      const before = JSON.stringify(process.env);
      const first = await openNodeGpu({ driver: 'software' });
      const second = await openNodeGpu({ driver: 'software' });
      const device = await (await first.gpu.requestAdapter()).requestDevice();
      console.log(first.driver, second.driver, second.notes.join() === first.notes.join(), JSON.stringify(process.env) === before);
      device.destroy();
    `);
    expect(output).toBe('swiftshader swiftshader true true');
  });

  test('refuses options that it does not know', async () => {
    const output = await inChild(`
      for (const options of [{ drivr: 'any' }, { driver: 'cuda' }, null]) {
        await openNodeGpu(options).catch((error) => console.log(error.name, error.message));
      }
    `);
    expect(output.split('\n')).toEqual([
      'RunError drivr: found an unknown option, expected one of driver.',
      'RunError driver: found "cuda", expected one of "any", "software".',
      'RunError options: found null, expected an object.',
    ]);
  });

  test('runs on the SwiftShader that the npm package carries (Linux, x86-64)', async () => {
    const unpacked = await thisMachine({ IDLI_CACHE: join(state.folder ?? '', 'cache') }).unpack();
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      expect(unpacked).toBeUndefined();
      return;
    }
    const output = await inChild(
      `
      const node = await openNodeGpu();
      const { info } = await node.gpu.requestAdapter();
      console.log(node.driver, info.architecture, node.notes.join());
    `,
      { IDLI_VK_ICD: join(unpacked ?? '', 'vk_swiftshader_icd.json') },
    );
    expect(output).toBe('swiftshader swiftshader using a software adapter: SwiftShader from IDLI_VK_ICD');
  });

  test('says what to install where the package webgpu is missing', async () => {
    const lines = `await openNodeGpu().catch((error) => console.log(error.name, error.problem, error.message));`;
    const output = await inChild(lines, {}, tmpdir());
    expect(output).toBe('NodeGpuError no-package WebGPU in Node needs the package `webgpu`. Run: npm install webgpu');
  });

  test('refuses an IDLI_VK_ICD that is not there', async () => {
    const output = await inChild(`await openNodeGpu().catch((error) => console.log(error.message));`, {
      IDLI_VK_ICD: '/nowhere/icd.json',
    });
    expect(output).toBe('IDLI_VK_ICD names /nowhere/icd.json, and there is no such file.');
  });
});
