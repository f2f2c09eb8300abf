/**
 * The doctor's report for people, and as JSON. Pure functions of the report.
 */
import { bytesText } from '../core/text.js';
import { adapterText } from '../gpu/device.js';
import type { DoctorCheck, DoctorReport } from './doctor.js';
import type { AdapterFacts } from './doctor-gpu.js';

const MARKS = { ok: 'ok', missing: '–', failed: 'FAILED' } as const;

/** The whole text, without the last line feed. */
export function doctorText(report: DoctorReport): string {
  const { checks, gpus, isReady, version, node, platform } = report;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const adapters = gpus.flatMap(({ adapters: found }) => found);
  const todo = checks.filter(({ advice }) => advice !== undefined);
  return [
    `IDLI ${version}, Node ${node}, ${platform}`,
    checks.map((check) => checkLine(check, width)).join('\n'),
    ...adapters.map(adapterLines),
    ...(todo.length > 0 ? [['What is missing', ...todo.map((check) => todoLine(check, width))].join('\n')] : []),
    isReady
      ? 'Trainings run on WebGPU here, and agree with the CPU reference.'
      : 'Trainings do not run on WebGPU here. They do with --backend cpu, on the float64 reference.',
  ].join('\n\n');
}

/** The report as it is, one JSON document. */
export function doctorJson(report: DoctorReport): string {
  return JSON.stringify(report, undefined, 2);
}

function checkLine({ name, state, text }: DoctorCheck, width: number): string {
  return `${name.padEnd(width)}  ${MARKS[state].padEnd(6)}  ${text}`;
}

function todoLine({ name, advice }: DoctorCheck, width: number): string {
  return `${name.padEnd(width)}  ${advice ?? ''}`;
}

function adapterLines(adapter: AdapterFacts): string {
  const { vendor, architecture, description, features, limits } = adapter;
  const lines: readonly (readonly [string, string])[] = [
    [
      'Vendor',
      [vendor, architecture, description].filter((text) => text !== '').join(', ') || 'says nothing of itself',
    ],
    [
      'Buffers',
      `${bytesText(limits.maxBufferSize)}, of which a shader sees ${bytesText(limits.maxStorageBufferBindingSize)}; ${limits.maxStorageBuffersPerShaderStage} at once`,
    ],
    [
      'Workgroups',
      `${limits.maxComputeInvocationsPerWorkgroup} invocations, ${bytesText(limits.maxComputeWorkgroupStorageSize)} of memory; ${limits.maxComputeWorkgroupsPerDimension} in each direction`,
    ],
    ['Features', features.join(' ') || 'none'],
  ];
  return [adapterText(adapter), ...lines.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`)].join('\n');
}
