/**
 * Setup file of the project `gpu-node`: gives Node the `navigator.gpu` that a browser has.
 *
 * All files of the project share one process, and the first one opens the GPU for all. Without an
 * adapter it throws, and every file fails with the reason.
 */
import { openNodeGpu } from '../../src/cli/node-gpu.js';

if (!(globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu) (await openNodeGpu()).installGlobals();
