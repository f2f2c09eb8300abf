/**
 * The page's sentences about things that depend on the outcome: no WebGPU, errors, what was checked,
 * what the tolerance says. Pure functions of plain data.
 */
import { counted } from '../core/text.js';
import { isOwnError } from '../trainer/errors.js';
import { type PassParity, summarizeParity } from '../verify/report.js';

const BROWSERS =
  'Chrome and Edge from version 113 on Windows, macOS and ChromeOS (on Linux from 144, with recent graphics), ' +
  'Chrome for Android from 121, Safari from 26, and Firefox from 141 on Windows and from 145 on Macs with Apple silicon';

/** Why there is no WebGPU, who has it, and what is shown instead. */
export function noWebGpuSentence({ isSecureContext, hasApi }: { isSecureContext: boolean; hasApi: boolean }): string {
  const why = hasApi
    ? 'This browser has WebGPU but found no graphics adapter for it'
    : isSecureContext
      ? 'This browser has no WebGPU, or it is switched off'
      : 'This page came over plain http, and browsers offer WebGPU only to pages from https or from this computer';
  return `${why}, so the CPU trained alone and there is nothing to compare. WebGPU is in ${BROWSERS}.`;
}

/** An error in one sentence. Ours are sentences already. */
export function errorSentence(error: unknown): string {
  if (isOwnError(error)) return error.message;
  return `The training failed: ${error instanceof Error ? error.message || error.name : String(error)}`;
}

/** What the check pass by pass found. */
export function checkedSentence(parity: readonly PassParity[]): string {
  const { values, worst } = summarizeParity(parity);
  const share = `${(100 * worst.shareOfBound).toFixed(0)} %`;
  return (
    `${counted(values, 'value')} of the first step and of one further step, pass by pass from the GPU’s own state: ` +
    `all within their derived bounds; the worst used ${share} of its bound (${worst.pass}, ${worst.buffer}).`
  );
}
