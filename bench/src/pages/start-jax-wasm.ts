/** Start-up page: jax-js on WebAssembly alone. */
import { jax } from '../contestants/jax.js';
import { start } from './start.js';

start(jax('wasm'));
