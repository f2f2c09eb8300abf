/** TensorFlow.js on WebGPU: registers the backend on import. */
import '@tensorflow/tfjs-backend-webgpu';
import { tfjs } from './tfjs.js';

export const tfjsWebgpu = tfjs('webgpu');
