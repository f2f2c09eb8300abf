/** The doctor on made-up machines: every check alone, none ends the others, and what to do about what is missing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { doctor, type DoctorOptions, type DoctorReport } from '../../../src/cli/doctor.js';
import { findBrowsers } from '../../../src/cli/doctor-browsers.js';
import type { GpuFacts } from '../../../src/cli/doctor-gpu.js';
import { doctorJson, doctorText } from '../../../src/cli/doctor-text.js';
import { findInstalled, findPackage } from '../../../src/cli/optional-package.js';
import type { Machine } from '../../../src/cli/swiftshader.js';

const folder = mkdtempSync(join(tmpdir(), 'idli-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const machine: Machine = {
  environment: { IDLI_CACHE: folder, HOME: '/nowhere', PATH: '/usr/bin' },
  exists: (path) => path === '/usr/bin/firefox',
  list: () => [],
  unpack: () => Promise.resolve(undefined),
};

const facts: GpuFacts = {
  driver: 'swiftshader',
  notes: ['using a software adapter: SwiftShader from somewhere'],
  adapters: [
    {
      vendor: 'google',
      architecture: 'swiftshader',
      description: '',
      isFallback: true,
      features: ['subgroups'],
      limits: {
        maxBufferSize: 2 ** 31,
        maxStorageBufferBindingSize: 2 ** 30,
        maxComputeWorkgroupStorageSize: 32_768,
        maxComputeInvocationsPerWorkgroup: 256,
        maxComputeWorkgroupsPerDimension: 65_535,
        maxStorageBuffersPerShaderStage: 10,
      },
    },
  ],
  selfTest: { ok: true, sentence: 'They agree.', milliseconds: 1234 },
};

const all: DoctorOptions = {
  machine,
  probe: () => Promise.resolve({ facts }),
  find: (name) => ({ folder: `/x/${name}`, version: '1.2.3' }),
};

const of = (report: DoctorReport, name: string) => report.checks.find((check) => check.name === name);

test('a machine that has everything', async () => {
  const report = await doctor(all);
  expect(report.checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect([report.isReady, report.gpus]).toEqual([true, [facts]]);
  expect(of(report, 'Node')?.text).toBe(`${process.version}, 20.19 or later`);
  expect(of(report, 'Adapter')?.text).toBe(
    'google swiftshader (software adapter: the CPU computes, not a GPU); using a software adapter: SwiftShader from somewhere',
  );
  expect(of(report, 'Self-test')?.text).toBe("the tutorial's 50 epochs on it, 1.2 s with all set-up: They agree.");
  expect(of(report, 'Browsers')?.text).toBe('/usr/bin/firefox');
  const text = doctorText(report);
  expect(text).toContain('\nVendor      google, swiftshader\n'.replaceAll('\nV', '\n  V'));
  expect(text).toContain('\n  Buffers     2048.0 MiB, of which a shader sees 1024.0 MiB; 10 at once\n');
  expect(text.endsWith('\n\nTrainings run on WebGPU here, and agree with the CPU reference.')).toBe(true);
  expect(text).not.toContain('What is missing');
  expect(JSON.parse(doctorJson(report))).toEqual(report);
});

describe('what is missing comes with the command that gets it', () => {
  test('packages', async () => {
    const report = await doctor({ ...all, find: () => undefined });
    expect(of(report, 'webgpu')).toMatchObject({ state: 'failed', advice: 'npm install webgpu' });
    expect(of(report, 'h5wasm')).toMatchObject({ state: 'missing', advice: 'npm install h5wasm' });
    expect(report.isReady).toBe(false);
    expect(doctorText(report)).toMatch(/\nWhat is missing\n(.*\n)*h5wasm +npm install h5wasm\n/);
  });

  test('an adapter', async () => {
    const report = await doctor({ ...all, probe: () => Promise.resolve({ problem: 'No adapter.' }) });
    expect(of(report, 'Adapter')).toMatchObject({ state: 'failed', text: 'No adapter.' });
    expect(of(report, 'Adapter')?.advice).toContain('npm install webgpu');
    expect([report.isReady, report.gpus]).toEqual([false, []]);
    expect(doctorText(report)).toContain('Trainings do not run on WebGPU here. They do with --backend cpu');
  });

  test('a browser, and a folder that can be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const environment = { ...machine.environment, IDLI_CACHE: join(folder, 'file', 'cache') };
    const report = await doctor({ ...all, machine: { ...machine, environment, exists: () => false } });
    expect(of(report, 'Browsers')).toMatchObject({ state: 'missing', advice: 'Install Chrome, Chromium or Firefox.' });
    expect(of(report, 'Cache')).toMatchObject({ state: 'missing', advice: 'Set IDLI_CACHE to a folder of your own.' });
    // Trainings do without either.
    expect(report.isReady).toBe(true);
  });
});

test('numbers that are wrong are a failure, although there is an adapter', async () => {
  const selfTest = { ok: false, sentence: 'Pass 3 is wrong.', milliseconds: 5 };
  const report = await doctor({ ...all, probe: () => Promise.resolve({ facts: { ...facts, selfTest } }) });
  expect(of(report, 'Self-test')).toMatchObject({ state: 'failed' });
  expect(of(report, 'Self-test')?.text).toContain('Pass 3 is wrong.');
  expect(report.isReady).toBe(false);
});

describe('a check that throws is a line of the report', () => {
  const boom = () => {
    throw new Error('boom');
  };
  test.each([
    ['webgpu', { ...all, find: boom }],
    ['Adapter', { ...all, probe: boom }],
    ['Adapter', { ...all, probe: () => Promise.reject(new Error('boom')) }],
    ['Browsers', { ...all, machine: { ...machine, exists: boom } }],
    ...(process.platform === 'linux' ? [['Vulkan', { ...all, machine: { ...machine, list: boom } }] as const] : []),
  ] as const)('%s', async (name, options) => {
    const report = await doctor(options);
    expect(of(report, name)).toMatchObject({ state: 'failed', text: expect.stringContaining('boom') as unknown });
    expect(report.checks.length).toBeGreaterThanOrEqual((await doctor(all)).checks.length - 1);
    expect(doctorText(report)).toMatch(new RegExp(`^${name} +FAILED +.*boom`, 'm'));
  });
});

test('where the machine has a driver of its own, the software adapter is asked for too (Linux)', async () => {
  const asked: string[] = [];
  const report = await doctor({
    ...all,
    probe: (probe) => {
      asked.push(probe);
      const problem = { problem: 'No SwiftShader.' };
      return Promise.resolve(probe === 'any' ? { facts: { ...facts, driver: 'system', notes: [] } } : problem);
    },
  });
  expect(asked).toEqual(process.platform === 'linux' ? ['any', 'software'] : ['any']);
  expect(report.isReady).toBe(true);
  if (process.platform !== 'linux') return;
  expect(of(report, 'Software')).toMatchObject({ state: 'missing', text: 'No SwiftShader.' });
});

test('packages are found by their folder, also one that only import may load', () => {
  expect(findInstalled('h5wasm')?.version).toMatch(/^0\.10\./);
  expect(findInstalled('@sparticuz/chromium')?.folder).toMatch(/node_modules.@sparticuz.chromium$/);
  expect(findInstalled('idli-nowhere')).toBeUndefined();
  // Control: the way that loads them does not see it.
  expect(findPackage('h5wasm')).toBeUndefined();
});

test('browsers are found on PATH and in their usual places', () => {
  const there = ['/opt/x/chromium', '/usr/bin/firefox-esr', '/Applications/Safari.app/Contents/MacOS/Safari'];
  const found = findBrowsers({
    environment: { PATH: ['/opt/x', '', '/usr/bin'].join(process.platform === 'win32' ? ';' : ':') },
    exists: (path) => there.includes(path.replaceAll('\\', '/')),
  });
  expect(found).toHaveLength(3);
});
