/**
 * For every pass, what the reference says it must write, and how far the GPU may be off.
 * Each twin is given the values that the GPU really had before the pass, in float64, and calls the
 * reference; it adds only the bounds.
 */
import type { PassShader } from '../../passes/pass.js';
import { batchTwins } from './batches.js';
import { denseTwins } from './dense.js';
import { elementwiseTwins } from './elementwise.js';
import { logTwins } from './log.js';
import { lossTwins } from './loss.js';
import { metricTwins } from './metrics.js';
import { normalizationTwins } from './normalization.js';
import { optimizerTwins } from './optimizer.js';
import { rateTwins } from './rates.js';
import type { Twin } from './twin.js';

export const TWINS: Readonly<Record<PassShader, Twin>> = {
  ...denseTwins,
  ...elementwiseTwins,
  ...normalizationTwins,
  ...lossTwins,
  ...metricTwins,
  ...logTwins,
  ...batchTwins,
  ...rateTwins,
  ...optimizerTwins,
};
