/** What the page asks a worker about a network, and what it is told. Plain data. */
import type { Layer } from '../../../core/model.js';
import type { DataShape } from '../../../model/plan-of-shape.js';
import type { LabRun, LabState } from '../lab-state.js';
import type { Problem } from '../problem.js';
import type { PlanFacts } from './plan-facts.js';
import type { StageWeights } from './stages.js';

export interface LookRequest {
  readonly model: LabRun['model'];
  readonly training: LabRun['training'];
  readonly inputs: number;
  /** Of the data; undefined where data and network do not fit, so that there is no plan. */
  readonly shape: DataShape | undefined;
  readonly backend: LabState['backend'];
  readonly schedule: LabState['schedule'];
}

/** All of it is of one and the same network. */
export interface NetworkLook {
  /** What it is of. */
  readonly model: LabRun['model'];
  readonly layers: readonly Layer[];
  readonly inputs: number;
  /** The weights it starts from, as far as they are drawn; undefined where there are too many to draw them before a training. */
  readonly first: readonly StageWeights[] | undefined;
  readonly plan: PlanFacts | undefined;
  /** The adapter whose limits the plan was made for; undefined where there is none. */
  readonly adapter: string | undefined;
  /** Why this network cannot be trained as it is. */
  readonly refusal: Problem | undefined;
}
