/**
 * The page's sentences about things that depend on the outcome: no WebGPU, what was checked. Pure functions of
 * plain data.
 */
const BROWSERS =
  'Chrome and Edge from version 113 on Windows, macOS and ChromeOS (on Linux from 144, with recent graphics), ' +
  'Chrome for Android from 121, Safari from 26, and Firefox from 141 on Windows and from 145 on Macs with Apple silicon';

/**
 * Why there is no WebGPU, who has it, and what is shown instead.
 * @param computes what computes alone then, as the view calls it
 */
export function noWebGpuSentence(
  { isSecureContext, hasApi }: { isSecureContext: boolean; hasApi: boolean },
  computes: 'CPU' | 'reference' = 'CPU',
): string {
  const why = hasApi
    ? 'This browser has WebGPU but found no graphics adapter for it'
    : isSecureContext
      ? 'This browser has no WebGPU, or it is switched off'
      : 'This page came over plain http, and browsers offer WebGPU only to pages from https or from this computer';
  return `${why}, so the ${computes} computes alone and there is nothing to compare. WebGPU is in ${BROWSERS}.`;
}
