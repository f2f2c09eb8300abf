/**
 * What checks a training pass by pass, and makes of a failed check an error: in one piece that is loaded where a training is checked
 * (checks.ts).
 */
export { verifyPlan } from '../verify/parity.js';
export { checkParity } from './check-parity.js';
export { TrainingCheck } from './training-check.js';
