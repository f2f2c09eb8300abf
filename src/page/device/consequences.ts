/** What a device's limits and features mean for training there, in sentences. Pure functions of what the worker told. */
import { wholeText } from '../../core/text.js';
import { sizeText } from '../parts/measure-text.js';
import type { DeviceLook } from './look.js';

export interface Consequence {
  readonly title: string;
  readonly text: string;
}

/** Limits that decide what can be trained and how, most telling first. */
export const OWN_LIMITS: readonly string[] = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
];

/** Weights and their gradients, four bytes each: the least that one workgroup must hold. */
const BYTES_OF_A_WEIGHT = 8;

export function consequencesOf(look: DeviceLook): readonly Consequence[] {
  const limit = (name: string) => look.limits[name]?.here ?? 0;
  const binding = Math.min(limit('maxBufferSize'), limit('maxStorageBufferBindingSize'));
  const workgroup = limit('maxComputeWorkgroupStorageSize');
  return [
    {
      title: 'Largest buffer of a pass',
      text:
        `${sizeText(binding)}: the weights of all layers together are at most ${wholeText(binding / 4)}. ` +
        'Data may be larger; they are spread over several buffers.',
    },
    {
      title: 'Memory of a workgroup',
      text:
        `${sizeText(workgroup)}: networks of up to ${wholeText(workgroup / BYTES_OF_A_WEIGHT)} weights, fewer with ` +
        'large batches or Adam, train in one dispatch (the persistent schedule). Larger ones take the layered schedule.',
    },
    {
      title: 'Invocations in step',
      text: look.lanes.isTold
        ? `${look.lanes.count}, as the browser tells. Products are tiled to suit.`
        : `Not told by this browser; the plan takes them to be ${look.lanes.count}.`,
    },
    { title: 'Timestamps', text: timestampText(look) },
  ];
}

function timestampText({ features, taken }: DeviceLook): string {
  if (taken.includes('timestamp-query')) {
    return (
      'Allowed: passes can be timed on the GPU itself. Chrome and Edge round them to 0.1 ms; the flag ' +
      'chrome://flags/#enable-webgpu-developer-features makes them exact.'
    );
  }
  if (features.includes('timestamp-query')) return 'The adapter has them, but this device does not.';
  return (
    'Not allowed here, so passes are timed by the clock over many repetitions. Try a newer graphics driver; in Chrome ' +
    'and Edge switch on chrome://flags/#enable-webgpu-developer-features.'
  );
}

/** Bytes as such where a limit is of bytes. */
export function limitText(name: string, value: number): string {
  return /Size$/.test(name) && !/^maxComputeWorkgroupSize/.test(name) && value >= 1024
    ? sizeText(value)
    : wholeText(value);
}
