/** Start-up page: TensorFlow.js in JavaScript alone. */
import { tfjsCpu } from '../contestants/tfjs-cpu.js';
import { start } from './start.js';

start(tfjsCpu);
