/** Start-up page: IDLI on WebGPU alone. */
import { idli } from '../contestants/idli.js';
import { start } from './start.js';

start(idli({ id: 'idli-webgpu', name: 'IDLI webgpu', backend: 'webgpu', gpu: navigator.gpu }));
