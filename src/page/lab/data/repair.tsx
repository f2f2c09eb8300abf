/** What keeps the run's data from being trained on, with what can be done about it with one press. */
import { type Problem, useLab } from '../lab-context.js';
import type { LabRun } from '../lab-state.js';
import { panelOf } from '../problem-place.js';
import { predictsClasses, targetColumn, withTarget } from './data-edits.js';
import type { ColumnFacts } from './facts.js';
import { mayBeEither, targetFacts } from './suggest.js';
import { type Suited, suitRun } from './suit-run.js';

/** @param isSaid whether a field of the data says it already */
export function Repair({ problem, isSaid }: { problem: Problem; isSaid: boolean }) {
  const { state, data } = useLab();
  const table = data.table.value;
  const column = table && targetColumn(state.value.run, table);
  const suited = column && suitedTo(state.value.run, column);
  const isElsewhere = isSaid || (panelOf(problem.field)?.name ?? 'Data') !== 'Data';
  const helps = suited?.change !== undefined && /^(model|training|data\.target)/.test(problem.field ?? 'data.y');
  return (
    <div class="repair">
      <p class="problem" role="alert">
        {/* What is another panel's is said there. */}
        {isElsewhere ? undefined : problem.sentence}
      </p>
      <div class="buttons">
        {helps && (
          <button type="button" class="quiet" onClick={() => data.choose(suited)}>
            Make the network fit these data
          </button>
        )}
        {problem.sentence === 'Reading was cancelled.' && (
          <button type="button" class="quiet" onClick={data.retry}>
            Read again
          </button>
        )}
      </div>
    </div>
  );
}

function suitedTo(run: LabRun, column: ColumnFacts): Suited {
  const as = mayBeEither(column) ? (predictsClasses(run) ? 'classes' : 'numbers') : undefined;
  return 'target' in run.data ? withTarget(run, column, as) : suitRun(run, targetFacts(column, as));
}
