/**
 * The lab's side in a worker: its data, what trains on them, and what is asked about them. One in the GPU's worker trains, one in the
 * CPU's trains the reference beside it and computes what charts show; each loads the same run by itself.
 */
import { proxy } from 'comlink';
import { LabData } from './lab-data.js';
import { LabPlan } from './lab-plan.js';
import { LabResults } from './lab-results.js';
import { LabTraining } from './lab-training.js';
import { LabViews } from './lab-views.js';

/** What is marked by `proxy` stays here, and is called from the page. */
export class LabSession {
  readonly data = proxy(new LabData());
  readonly plan = proxy(new LabPlan());
  readonly training = proxy(new LabTraining(this.data));
  readonly views = proxy(new LabViews(this.data));
  readonly results = proxy(new LabResults(this.data));
}
