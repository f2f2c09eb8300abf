/**
 * WebGPU for Node: the npm package `webgpu` (Dawn) on the machine's own driver or, where there is no
 * graphics device or no adapter, on SwiftShader.
 *
 * It refuses to run without an adapter and never computes on its own: no adapter is an error that
 * says what to install. Nothing here keeps the process alive: destroy the devices, then `close()`.
 */
import { pathToFileURL } from 'node:url';
import { dirname } from 'node:path';
import { checkNames, choiceText, describe } from '../core/run-checks.js';
import { RunError } from '../core/run-error.js';
import type { GpuSource } from '../gpu/gpu-source.js';
import { NodeGpuError } from './node-gpu-error.js';
import { findPackage } from './optional-package.js';
import {
  findSwiftShaders,
  hasGraphicsDevice,
  hasVulkanDriver,
  loadVulkanLoader,
  type Machine,
  thisMachine,
  useSwiftShader,
} from './swiftshader.js';
import { checkpointFolder } from './checkpoint-folder.js';
import { fileOpener } from './open-file.js';
import { tuningFile } from './tuning-file.js';

const KEPT = Symbol.for('idli.kept-gpus');

export { checkpointFolder, fileOpener, NodeGpuError, tuningFile };

const DRIVERS = ['any', 'software'] as const;

/** Where to look for a GPU. */
export interface NodeGpuOptions {
  /** `software` leaves the machine's own driver alone: the same adapter on every machine. */
  driver?: (typeof DRIVERS)[number];
}

/** WebGPU in Node, opened. Destroy what was made with it, then `close()`. */
export interface NodeGpu {
  /** Ask it for adapters until `close()`; throws afterwards. */
  readonly gpu: GpuSource;
  /** Whose adapter it is: the machine's own driver's, or the software adapter's. */
  readonly driver: 'system' | 'swiftshader';
  /** What was tried and taken, one plain sentence each. */
  readonly notes: readonly string[];
  /** Puts `navigator.gpu`, `GPUBufferUsage` and the other WebGPU names where a browser has them. */
  installGlobals(): void;
  /** Takes the globals back. Destroy your devices first; the process then ends when it has nothing else to do. */
  close(): void;
}

/** The two exports of the npm package `webgpu`. */
interface Dawn {
  create(options: string[]): GPU;
  globals: Readonly<Record<string, unknown>>;
}

/**
 * Finds WebGPU in Node, on the machine's driver or on a software adapter.
 * @throws NodeGpuError where there is none, with what to install
 * @throws RunError for an option that is wrong
 */
export async function openNodeGpu(options: NodeGpuOptions = {}): Promise<NodeGpu> {
  checkNames(options, ['driver']);
  if (options.driver !== undefined && !DRIVERS.includes(options.driver)) {
    throw new RunError('driver', describe(options.driver), choiceText(DRIVERS));
  }
  const dawn = await importDawn();
  const notes: string[] = [];
  for (const source of sourcesInOrder(options, thisMachine())) {
    const found = await source(dawn, notes);
    if (found) return found;
  }
  const advice =
    process.platform === 'linux'
      ? 'Install a Vulkan driver, or Chrome, or run: npm install @sparticuz/chromium (a software adapter, x86-64)'
      : 'Check the graphics driver of this machine';
  throw new NodeGpuError('no-adapter', `No WebGPU adapter in Node: ${notes.join('; ')}. ${advice}.`);
}

type Source = (dawn: Dawn, notes: string[]) => Promise<NodeGpu | undefined>;

/**
 * Where to look for an adapter, first to last. Without a graphics device the system's Vulkan drivers can
 * only be software too, slower than SwiftShader or too old for Dawn, which says so at length on stderr.
 */
function sourcesInOrder({ driver }: NodeGpuOptions, machine: Machine): Source[] {
  const { environment } = machine;
  // Whoever names a driver by hand wants it, whatever else there is.
  if (driver === 'software' || environment['IDLI_VK_ICD']) return [trySwiftShader];
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  const systemFirst = process.platform !== 'linux' || Boolean(named) || hasGraphicsDevice(machine);
  return systemFirst ? [trySystemDriver, trySwiftShader] : [trySwiftShader, trySystemDriver];
}

async function importDawn(): Promise<Dawn> {
  const found = findPackage('webgpu');
  if (!found) {
    throw new NodeGpuError('no-package', 'WebGPU in Node needs the package `webgpu`. Run: npm install webgpu');
  }
  try {
    const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(found.main).href);
    if (isDawn(loaded)) return loaded;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NodeGpuError('no-package', `The package \`webgpu\` is installed but does not load: ${reason}`, {
      cause: error,
    });
  }
  throw new NodeGpuError('no-package', `The package \`webgpu\` ${found.version} is not the one this program knows`);
}

function isDawn(value: unknown): value is Dawn {
  return (
    typeof value === 'object' &&
    value !== null &&
    'create' in value &&
    typeof value.create === 'function' &&
    'globals' in value &&
    typeof value.globals === 'object'
  );
}

async function trySwiftShader(dawn: Dawn, notes: string[]): Promise<NodeGpu | undefined> {
  if (process.platform !== 'linux') return undefined;
  for await (const found of findSwiftShaders(thisMachine())) {
    const restore = useSwiftShader(found);
    const gpu = dawn.create([]);
    const adapter = gpu.requestAdapter();
    // Dawn has read it. What is opened next, here or in a child process, finds the machine as it was.
    restore();
    if (await adapter) {
      notes.push(`using a software adapter: SwiftShader from ${found.from}`);
      return new OpenNodeGpu(gpu, dawn.globals, 'swiftshader', notes);
    }
    notes.push(`SwiftShader from ${found.from} gave no adapter`);
  }
  return undefined;
}

async function trySystemDriver(dawn: Dawn, notes: string[]): Promise<NodeGpu | undefined> {
  if (process.platform === 'linux') {
    const machine = thisMachine();
    if (!hasVulkanDriver(machine)) {
      notes.push('no Vulkan driver is installed');
      return undefined;
    }
    if (!(await loadAnyVulkanLoader(machine))) {
      notes.push('no Vulkan loader (libvulkan.so.1) is installed');
      return undefined;
    }
  }
  const gpu = dawn.create([]);
  if (await gpu.requestAdapter()) return new OpenNodeGpu(gpu, dawn.globals, 'system', notes);
  notes.push('the driver of this machine gave no adapter');
  return undefined;
}

/** A container may have the driver of a graphics card and no loader: lend it SwiftShader's. */
async function loadAnyVulkanLoader(machine: Machine): Promise<boolean> {
  if (loadVulkanLoader()) return true;
  for await (const { manifest } of findSwiftShaders(machine)) {
    if (loadVulkanLoader(dirname(manifest))) return true;
  }
  return false;
}

class OpenNodeGpu implements NodeGpu {
  #gpu: GPU | undefined;
  #installed = false;
  constructor(
    gpu: GPU,
    private readonly globals: Readonly<Record<string, unknown>>,
    readonly driver: 'system' | 'swiftshader',
    readonly notes: readonly string[],
  ) {
    this.#gpu = gpu;
    keepForGood(gpu);
  }

  get gpu(): GPU {
    if (!this.#gpu) throw new Error('This NodeGpu has been closed');
    return this.#gpu;
  }

  installGlobals(): void {
    const { gpu } = this;
    Object.assign(globalThis, this.globals);
    // Node 20 has no navigator; later ones have one without `gpu`.
    const navigator = globalNavigator() ?? {};
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    this.#installed = true;
  }

  close(): void {
    this.#gpu = undefined;
    if (!this.#installed) return;
    this.#installed = false;
    Reflect.deleteProperty(globalNavigator() ?? {}, 'gpu');
  }
}

/**
 * Workaround: Dawn's object must stay reachable until the process ends. If it is collected while one of its devices
 * has callbacks open (`lost` always is one), webgpu 0.6.2 crashes or hangs at exit; reachable, it does neither and
 * costs no processor time. https://github.com/dawn-gpu/node-webgpu/issues/18. May go when
 * test/node/node-gpu.test.ts passes without it.
 */
function keepForGood(gpu: GPU): void {
  const holder = globalThis as { [KEPT]?: GPU[] };
  (holder[KEPT] ??= []).push(gpu);
}

function globalNavigator(): object | undefined {
  return (globalThis as { navigator?: object }).navigator;
}
