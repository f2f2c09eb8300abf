/**
 * What the doctor finds out about WebGPU in Node: the adapters, and whether the tutorial's run, trained on one, agrees
 * with the reference. A driver that crashes takes its process along, so the doctor asks in a process of its own.
 */
import { spawn } from 'node:child_process';
import { taskOf } from '../core/task.js';
import { parseRun } from '../core/run.js';
import { type AdapterDescription, describeAdapter } from '../gpu/device.js';
import { article } from '../runs/article.js';
import { train, trainOnCpu } from '../trainer/train.js';
import { compareCurves, CURVE_TOLERANCE, curveSentence } from '../verify/curves.js';
import { openNodeGpu } from './node-gpu.js';
import { loadVulkanLoader } from './swiftshader.js';

/** `any` is what the command line trains on, `software` the adapter that needs no graphics card. */
export const PROBES = ['any', 'software'] as const;
export type Probe = (typeof PROBES)[number];

export interface AdapterFacts extends AdapterDescription {
  readonly features: readonly string[];
  readonly limits: Readonly<Record<(typeof LIMITS)[number], number>>;
}

export interface GpuFacts {
  readonly driver: 'system' | 'swiftshader';
  /** What was tried and taken. */
  readonly notes: readonly string[];
  /** The one that trainings take, then the others that the driver gives. */
  readonly adapters: readonly AdapterFacts[];
  readonly selfTest: { readonly ok: boolean; readonly sentence: string; readonly milliseconds: number };
}

/** What a probe gave: the facts, or a sentence that says why there are none. */
export type ProbeResult = { readonly facts: GpuFacts } | { readonly problem: string };

/** Those that decide what can be trained, and how. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
] as const;

/** What a process that is asked by `probeInChild` prints: one line of JSON. */
export async function answerProbe(probe: Probe): Promise<string> {
  return JSON.stringify(await probeHere(probe));
}

/** Asks in this process, which a driver may crash. */
export async function probeHere(probe: Probe): Promise<ProbeResult> {
  try {
    const node = await openNodeGpu({ driver: probe });
    try {
      const { driver, notes } = node;
      return { facts: { driver, notes, adapters: await adaptersOf(node.gpu), selfTest: await selfTest(node.gpu) } };
    } finally {
      node.close();
    }
  } catch (error) {
    return { problem: sentenceOf(error) };
  }
}

/** Whether Vulkan's loader is installed; undefined where Vulkan is not used. */
export function hasVulkanLoader(): boolean | undefined {
  return process.platform === 'linux' ? loadVulkanLoader() : undefined;
}

async function adaptersOf(gpu: GPU): Promise<AdapterFacts[]> {
  const wishes: GPURequestAdapterOptions[] = [
    { powerPreference: 'high-performance' },
    { powerPreference: 'low-power' },
    { forceFallbackAdapter: true },
  ];
  const found = new Map<string, AdapterFacts>();
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish);
    if (!adapter) continue;
    const facts = {
      ...describeAdapter(adapter.info),
      features: Array.from(adapter.features).sort(),
      limits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])) as AdapterFacts['limits'],
    };
    // One adapter may be the answer to several wishes.
    const key = JSON.stringify(facts);
    if (!found.has(key)) found.set(key, facts);
  }
  return Array.from(found.values());
}

async function selfTest(gpu: GPU): Promise<GpuFacts['selfTest']> {
  const started = performance.now();
  const result = (ok: boolean, sentence: string) => ({ ok, sentence, milliseconds: performance.now() - started });
  try {
    const training = await train(article, { backend: 'webgpu', gpu, tune: false });
    const parity = compareCurves(training, await trainOnCpu(taskOf(parseRun(article))));
    return result(parity.maxAbsoluteDifference <= CURVE_TOLERANCE, curveSentence(parity));
  } catch (error) {
    return result(false, sentenceOf(error));
  }
}

/** How a child process is started for a probe, and how long it may take. */
export interface ChildOptions {
  /** Arguments of node; by default this very program's, with `doctor --probe any`. */
  readonly arguments?: readonly string[];
  /** Milliseconds until it is ended. A first training on a slow software adapter takes seconds. */
  readonly limit?: number;
}

/**
 * Asks in another process. Whatever becomes of it is an answer: a crash, silence, nonsense.
 * What the driver says on stderr is shown only where there is no other answer.
 */
export function probeInChild(probe: Probe, options: ChildOptions = {}): Promise<ProbeResult> {
  const { limit = 60_000 } = options;
  const given = options.arguments ?? [...process.execArgv, process.argv[1] ?? '', 'doctor', '--probe', probe];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'pipe'] });
    const told = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (told.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (told.stderr += String(chunk)));
    const timer = setTimeout(() => {
      resolve({ problem: `The driver gave no answer within ${limit / 1000} seconds.` });
      child.kill('SIGKILL');
    }, limit);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ problem: `Node could not be started: ${error.message}.` });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(answerOf(told.stdout) ?? { problem: endText(code, signal, told.stderr) });
    });
  });
}

function answerOf(stdout: string): ProbeResult | undefined {
  try {
    const answer = JSON.parse(stdout) as Partial<{ facts: GpuFacts; problem: string }> | null;
    return answer && (answer.facts || answer.problem) ? (answer as ProbeResult) : undefined;
  } catch {
    return undefined;
  }
}

function endText(code: number | null, signal: string | null, stderr: string): string {
  const end = signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`;
  const last = stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/\p{Cc}+/gu, ' ');
  return `The process that asked the driver ${end}, without an answer${last ? `; it said last: ${last}` : ''}.`;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
