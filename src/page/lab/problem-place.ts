/** Where on the page a problem of the run is said, so that all else only points there. Pure functions. */
import type { Lab } from './lab-context.js';
import type { Problem } from './problem.js';

export interface ProblemPlace {
  /** Of the element, to go there. */
  readonly id: string;
  /** What stands on it. */
  readonly name: string;
}

const DATA: ProblemPlace = { id: 'lab-data', name: 'Data' };
const NETWORK: ProblemPlace = { id: 'lab-network', name: 'Network' };
const SETTINGS: ProblemPlace = { id: 'lab-training-settings', name: 'How it is trained' };

/** The panel whose field it is; undefined where no field is named. */
export function panelOf(field: string | undefined): ProblemPlace | undefined {
  if (field === undefined) return undefined;
  if (/^(training|model\.seed|schedule|backend)\b/.test(field)) return SETTINGS;
  if (/^model\b/.test(field)) return NETWORK;
  return /^data\b/.test(field) ? DATA : undefined;
}

/** Undefined where no panel says it. */
export function placeOf({ data, network }: Pick<Lab, 'data' | 'network'>, problem: Problem): ProblemPlace | undefined {
  const panel = panelOf(problem.field);
  if (panel) return panel;
  if (problem === data.problem.value) return DATA;
  return problem === network.problem.value ? NETWORK : undefined;
}

/** What is wrong with the data as their panel sees it, in the run or in the files. */
export function dataProblem({ problem, data }: Pick<Lab, 'problem' | 'data'>): Problem | undefined {
  const own = problem.value;
  return own && panelOf(own.field) === DATA ? own : data.problem.value;
}
