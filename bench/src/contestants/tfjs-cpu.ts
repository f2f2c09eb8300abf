/** TensorFlow.js in plain JavaScript: registers the backend on import. */
import '@tensorflow/tfjs-backend-cpu';
import { tfjs } from './tfjs.js';

export const tfjsCpu = tfjs('cpu');
