/** What is wrong with the run, by field: from its own fields, from its data, from how they fit, or from a training that was refused. */
import { CarriedError, sentenceOf } from '../../worker/errors.js';
import type { Lab } from '../lab-context.js';
import type { Problem } from '../problem.js';

/** The first thing that is wrong; undefined where nothing is. */
export function firstProblem({ faults, problem, data, network, training, state }: Lab): Problem | undefined {
  // What is shown there is not what would be trained.
  if (faults.first.value !== undefined) return { field: undefined, sentence: faults.first.value };
  const known = problem.value ?? data.problem.value ?? network.problem.value ?? training.shelf.misfit.value;
  if (known) return known;
  const error = training.error.value;
  const isOfThisRun = training.run.value === state.value.run;
  // What a training was refused for stands until the run is another.
  if (!isOfThisRun || !(error instanceof CarriedError) || error.field === undefined) return undefined;
  return { field: error.field, sentence: sentenceOf(error) };
}

/** The sentence for a field, or for anything in it, as of `training.metrics[0]` for `training.metrics`. */
export function problemAt(problem: Problem | undefined, path: string): string | undefined {
  const field = problem?.field;
  if (field === undefined) return undefined;
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`) ? problem!.sentence : undefined;
}
