/**
 * What trains on a device: plans, passes, shaders and all that runs them, in one piece that is loaded when there is a
 * device to work on (load-engine.ts). Whoever trains on the CPU does without.
 */
export { keepVerdicts } from './approval.js';
export { approvedPlan, trainTaskOnDevice } from './on-device.js';
export { trainRecovering } from './recovery.js';
