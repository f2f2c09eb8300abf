/**
 * `idli doctor`: what this machine has for trainings, what is missing, and the command that gets it. Each check stands
 * alone: one that fails, or crashes, is a line of the report and ends nothing. It installs nothing and changes nothing
 * but an empty cache folder, which it makes.
 */
import { existsSync } from 'node:fs';
import { arch, release } from 'node:os';
import { join } from 'node:path';
import { engines, version } from '../../package.json';
import { adapterText } from '../gpu/device.js';
import { cacheFolder } from './cache.js';
import { findBrowsers } from './doctor-browsers.js';
import { type GpuFacts, hasVulkanLoader, type Probe, type ProbeResult, probeInChild } from './doctor-gpu.js';
import { findInstalled } from './optional-package.js';
import { hasGraphicsDevice, installedDrivers, type Machine, namedDrivers, thisMachine } from './swiftshader.js';
import { checkWritable, makeFolder } from './write-file.js';

/** `ok`; `missing`, what trainings do without; `failed`, what they need. */
export type CheckState = 'ok' | 'missing' | 'failed';

export interface DoctorCheck {
  /** `Node`, `webgpu`, `Vulkan`, … */
  readonly name: string;
  readonly state: CheckState;
  /** What was found, in a phrase or a sentence. */
  readonly text: string;
  /** What to do about it; where a command does it, exactly that command. */
  readonly advice?: string;
}

export interface DoctorReport {
  /** Of IDLI. */
  readonly version: string;
  readonly node: string;
  /** `linux x64`, and the release of the system. */
  readonly platform: string;
  /** Whether trainings run on WebGPU here, and their numbers are right. The CPU reference trains in any case. */
  readonly isReady: boolean;
  readonly checks: readonly DoctorCheck[];
  /** What each driver gave; the first is the one that trainings take. */
  readonly gpus: readonly GpuFacts[];
}

/** What the doctor asks of; tests hand in others. */
export interface DoctorOptions {
  readonly machine?: Machine;
  /** Asks a driver. Default: in a process of its own, `idli doctor --probe any`. */
  readonly probe?: (probe: Probe) => Promise<ProbeResult>;
  readonly find?: typeof findInstalled;
}

/** Looks at everything. It does not throw. */
export async function doctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const { machine = thisMachine(), probe = probeInChild } = options;
  const find = options.find ?? findInstalled;
  const gpus: GpuFacts[] = [];
  const checks = [
    await check('Node', checkNode),
    await check('webgpu', () => checkPackage(find, 'webgpu', 'WebGPU in Node', 'failed')),
    ...(process.platform === 'linux' ? [await check('Vulkan', () => checkVulkan(machine))] : []),
    ...(await checkGpus(probe, gpus).catch((error: unknown) => [failed('Adapter', error)])),
    ...(process.platform === 'linux'
      ? [
          await check('@sparticuz/chromium', () =>
            checkPackage(find, '@sparticuz/chromium', 'a software adapter where there is no graphics card', 'missing'),
          ),
        ]
      : []),
    await check('h5wasm', () => checkPackage(find, 'h5wasm', 'models in HDF5 (Keras)', 'missing')),
    await check('Browsers', () => checkBrowsers(machine)),
    await check('Cache', () => checkCache(machine)),
  ];
  const isReady = gpus.length > 0 && checks.every(({ state }) => state !== 'failed');
  const platform = `${process.platform} ${arch()} ${release()}`;
  return { version, node: process.version, platform, isReady, checks, gpus };
}

type Found = Omit<DoctorCheck, 'name'>;

/** A check that throws is one that failed. */
async function check(name: string, look: () => Found | Promise<Found>): Promise<DoctorCheck> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return failed(name, error);
  }
}

function failed(name: string, error: unknown): DoctorCheck {
  return { name, state: 'failed', text: `could not be looked at: ${sentenceOf(error)}` };
}

function checkNode(): Found {
  const wanted = engines.node.replace('>=', '');
  const number = (text: string) => text.split('.').map(Number);
  const [major = 0, minor = 0] = number(process.versions.node);
  const [wantedMajor = 0, wantedMinor = 0] = number(wanted);
  const isEnough = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const text = `${process.version}, ${isEnough ? '' : 'and not '}${wanted} or later`;
  return isEnough
    ? { state: 'ok', text }
    : { state: 'failed', text, advice: `Install Node ${wanted} or later: https://nodejs.org` };
}

function checkPackage(find: typeof findInstalled, name: string, purpose: string, without: CheckState): Found {
  const found = find(name);
  if (found) return { state: 'ok', text: `${found.version}, for ${purpose} (${found.folder})` };
  return { state: without, text: `is not installed; it is for ${purpose}`, advice: `npm install ${name}` };
}

function checkVulkan(machine: Machine): Found {
  const drivers = [...namedDrivers(machine), ...installedDrivers(machine)];
  const named = machine.environment['IDLI_VK_ICD'];
  const text = [
    hasVulkanLoader() ? 'its loader is installed' : 'no loader (libvulkan.so.1)',
    drivers.length > 0 ? `drivers: ${drivers.join(', ')}` : 'no driver is installed',
    hasGraphicsDevice(machine) ? 'there is a graphics device' : 'there is no graphics device',
    ...(named ? [`IDLI_VK_ICD names ${named}`] : []),
  ].join('; ');
  // SwiftShader brings a loader and a driver of its own: the adapters below say whether anything is missing.
  const isWhole = drivers.length > 0 || !hasGraphicsDevice(machine);
  if (isWhole) return { state: 'ok', text };
  return {
    state: 'missing',
    text,
    advice: 'Install the Vulkan driver of your card. Debian: apt-get install mesa-vulkan-drivers',
  };
}

/** Asks for what trainings take and, where that is the machine's own driver, whether there is a software adapter too. */
async function checkGpus(probe: (probe: Probe) => Promise<ProbeResult>, gpus: GpuFacts[]): Promise<DoctorCheck[]> {
  const main = await checkGpu('Adapter', 'any', probe, gpus);
  const isOwn = gpus[0]?.driver === 'system' && process.platform === 'linux';
  if (!isOwn) return main;
  // What is only there for want of a better one fails nothing.
  const other = await checkGpu('Software', 'software', probe, gpus);
  return [...main, ...other.map((one) => (one.state === 'failed' ? { ...one, state: 'missing' as const } : one))];
}

async function checkGpu(
  name: string,
  asked: Probe,
  probe: (probe: Probe) => Promise<ProbeResult>,
  gpus: GpuFacts[],
): Promise<DoctorCheck[]> {
  const result = await probe(asked).catch((error: unknown): ProbeResult => ({ problem: sentenceOf(error) }));
  if ('problem' in result) {
    const advice =
      process.platform === 'linux'
        ? 'A software adapter, for any machine with x86-64: npm install webgpu @sparticuz/chromium'
        : 'npm install webgpu, and a current driver of the graphics card';
    return [{ name, state: 'failed', text: result.problem, advice }];
  }
  const { adapters, selfTest, notes } = result.facts;
  const [taken, ...others] = adapters;
  if (!taken) return [{ name, state: 'failed', text: 'the driver gave an adapter once, and then none' }];
  gpus.push(result.facts);
  const more = others.map((adapter) => `beside it ${adapterText(adapter)}`);
  const time = `${(selfTest.milliseconds / 1000).toFixed(1)} s with all set-up`;
  return [
    { name, state: 'ok', text: [adapterText(taken), ...more, ...notes].join('; ') },
    {
      name: asked === 'any' ? 'Self-test' : `${name} test`,
      state: selfTest.ok ? 'ok' : 'failed',
      text: `the tutorial's 50 epochs on it, ${time}: ${selfTest.sentence}`,
      ...(!selfTest.ok && { advice: 'Train with --backend cpu, renew the graphics driver, and report this.' }),
    },
  ];
}

function checkBrowsers(machine: Machine): Found {
  const found = findBrowsers(machine);
  if (found.length > 0) return { state: 'ok', text: found.join(', ') };
  return {
    state: 'missing',
    text: 'none found; the web page needs one with WebGPU',
    advice: 'Install Chrome, Chromium or Firefox.',
  };
}

async function checkCache({ environment }: Machine): Promise<Found> {
  const folder = cacheFolder(environment);
  const isNew = !existsSync(folder);
  try {
    await makeFolder(folder);
    await checkWritable(join(folder, 'doctor'));
    return { state: 'ok', text: `${folder} can be written${isNew ? ', and is new' : ''}` };
  } catch (error) {
    return {
      state: 'missing',
      text: `${folder} cannot be written (${sentenceOf(error)}): measurements and drivers are not kept between runs`,
      advice: 'Set IDLI_CACHE to a folder of your own.',
    };
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
