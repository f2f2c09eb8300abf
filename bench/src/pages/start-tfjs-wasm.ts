/** Start-up page: TensorFlow.js on WebAssembly alone. */
import { tfjsWasm } from '../contestants/tfjs-wasm.js';
import { start } from './start.js';

start(tfjsWasm);
