/**
 * Finds SwiftShader, the software Vulkan driver that Chrome carries, and puts it in Vulkan's way.
 *
 * Linux only: macOS and Windows bring a driver of their own. It takes what is on the machine first
 * and unpacks the npm package @sparticuz/chromium last. It downloads nothing, and it refuses to
 * guess when `IDLI_VK_ICD` names a file that is not there.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir, constants as osConstants } from 'node:os';
import { dirname, join } from 'node:path';
import { unpackBrotliTar } from './archives.js';
import { cacheFolder, type Environment, unpackOnce } from './cache.js';
import { NodeGpuError } from './node-gpu-error.js';
import { findPackage } from './optional-package.js';

const MANIFEST = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
/** From <dlfcn.h>, Linux: the library stays loaded although Node closes what is no add-on of its. */
const RTLD_NODELETE = 0x1000;

export interface SwiftShader {
  /** The driver's Vulkan manifest (`vk_swiftshader_icd.json`). */
  manifest: string;
  /** Where it was found, in words. */
  from: string;
}

/** What the search may ask of the machine; tests hand in another one. */
export interface Machine {
  environment: Environment;
  exists(path: string): boolean;
  /** Names in a folder, none where there is no such folder. */
  list(folder: string): string[];
  /** The folder with the unpacked driver of @sparticuz/chromium, if that is installed. */
  unpack(): Promise<string | undefined>;
}

export function thisMachine(environment: Environment = process.env): Machine {
  return {
    environment,
    exists: existsSync,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    unpack: () => unpackPackagedDriver(environment),
  };
}

/** All SwiftShaders of the machine, the cheapest to reach first. */
export async function* findSwiftShaders(machine: Machine): AsyncGenerator<SwiftShader> {
  const named = machine.environment['IDLI_VK_ICD'];
  if (named !== undefined && named !== '') {
    if (!machine.exists(named)) {
      throw new NodeGpuError('no-such-driver', `IDLI_VK_ICD names ${named}, and there is no such file.`);
    }
    yield { manifest: named, from: 'IDLI_VK_ICD' };
    return;
  }
  for (const folder of browserFolders(machine)) {
    const manifest = join(folder, MANIFEST);
    if (machine.exists(manifest)) yield { manifest, from: folder };
  }
  const unpacked = await machine.unpack();
  if (unpacked !== undefined) yield { manifest: join(unpacked, MANIFEST), from: '@sparticuz/chromium' };
}

function browserFolders(machine: Machine): string[] {
  const home = machine.environment['HOME'] ?? homedir();
  const puppeteer = join(machine.environment['PUPPETEER_CACHE_DIR'] ?? join(home, '.cache', 'puppeteer'), 'chrome');
  return [
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/usr/lib64/chromium-browser',
    '/opt/google/chrome',
    ...machine.list(puppeteer).map((build) => join(puppeteer, build, 'chrome-linux64')),
  ];
}

async function unpackPackagedDriver(environment: Environment): Promise<string | undefined> {
  const found = findPackage('@sparticuz/chromium');
  // The package holds x86-64 code only.
  if (!found || process.arch !== 'x64') return undefined;
  const archive = join(found.folder, 'bin', 'swiftshader.tar.br');
  return unpackOnce(join(cacheFolder(environment), `swiftshader-${found.version}`), async (folder) => {
    await unpackBrotliTar(archive, folder);
  });
}

/** Whether Vulkan could find any driver by itself; asking it when there is none prints warnings. */
export function hasVulkanDriver(machine: Machine): boolean {
  return namedDrivers(machine).length > 0 || installedDrivers(machine).length > 0;
}

/** What environment variables of Vulkan's name as drivers, as it stands there. */
export function namedDrivers({ environment }: Machine): string[] {
  const names = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'];
  return names.map((name) => environment[name] ?? '').filter((named) => named !== '');
}

/** The manifests of the drivers that are installed where Vulkan looks. */
export function installedDrivers(machine: Machine): string[] {
  const { environment } = machine;
  const home = environment['HOME'] ?? homedir();
  const folders = [
    environment['XDG_CONFIG_HOME'] ?? join(home, '.config'),
    ...(environment['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':'),
    '/etc',
    '/usr/local/etc',
    environment['XDG_DATA_HOME'] ?? join(home, '.local/share'),
    ...(environment['XDG_DATA_DIRS'] ?? '').split(':'),
    '/usr/local/share',
    '/usr/share',
    '/run/opengl-driver/share',
  ].filter((folder) => folder !== '');
  // A data folder may be named in XDG_DATA_DIRS too.
  return Array.from(new Set(folders)).flatMap((folder) => {
    const drivers = join(folder, 'vulkan/icd.d');
    return machine
      .list(drivers)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(drivers, name));
  });
}

/** Whether Linux shows a graphics device: DRM, NVIDIA's own, WSL's, Adreno's, Mali's. */
export function hasGraphicsDevice(machine: Machine): boolean {
  const nodes = ['/dev/nvidiactl', '/dev/dxg', '/dev/kgsl-3d0', '/dev/mali0'];
  return (
    nodes.some((node) => machine.exists(node)) || machine.list('/dev/dri').some((name) => name.startsWith('renderD'))
  );
}

/**
 * Loads the Vulkan loader into this process, so that Dawn's own request for `libvulkan.so.1` is met
 * by name. A bare machine has none on its search path, but every SwiftShader has one beside it.
 */
export function loadVulkanLoader(folder?: string): boolean {
  return open(LOADER) || (folder !== undefined && open(join(folder, LOADER)));
}

/**
 * Points Vulkan at this driver and at no other, for every instance created until it is undone.
 * @returns what undoes it
 */
export function useSwiftShader({ manifest }: SwiftShader): () => void {
  // Mesa's layer that chooses among devices has nothing to choose here, and complains on stderr where there is
  // no desktop session.
  const variables = { VK_DRIVER_FILES: manifest, NODEVICE_SELECT: '1' };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  loadVulkanLoader(dirname(manifest));
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function open(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, osConstants.dlopen.RTLD_NOW | RTLD_NODELETE);
    return true;
  } catch (error) {
    // "Did not self-register" says that the library was loaded and is no Node add-on, as expected.
    return error instanceof Error && error.message.includes('self-register');
  }
}
