/** Start-up page: TensorFlow.js on WebGPU alone. */
import { tfjsWebgpu } from '../contestants/tfjs-webgpu.js';
import { start } from './start.js';

start(tfjsWebgpu);
