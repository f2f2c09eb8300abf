/** Start-up page: jax-js on WebGPU alone. */
import { jax } from '../contestants/jax.js';
import { start } from './start.js';

start(jax('webgpu'));
