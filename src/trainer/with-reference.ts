/**
 * What trains with the reference, and what uses a trained network with it, in one piece that is loaded when there is something to compute
 * on the CPU (load-engine.ts).
 */
export { evaluateReference, predict } from '../reference/evaluate.js';
export { trainTaskOnCpu } from './on-cpu.js';
