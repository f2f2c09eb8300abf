/** Which column is predicted, whether as classes or as numbers, and which columns are learnt from. */
import { counted } from '../../../core/text.js';
import { CheckField, SelectField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import { inputNames, predictsClasses, targetColumn, withInputs, withTarget } from './data-edits.js';
import type { ColumnFacts, TableFacts } from './facts.js';
import { mayBeEither } from './suggest.js';

/** Boxes to tick; of more columns all are used, or a run says which. */
const MOST_LISTED = 200;

export function ColumnsChoice({ table }: { table: TableFacts }) {
  const { state, data } = useLab();
  const { run } = state.value;
  const target = targetColumn(run, table);
  const isNamed = 'target' in run.data;
  return (
    <>
      <div class="fields">
        {isNamed && (
          <SelectField
            label="Predict"
            value={target?.name ?? ''}
            options={[
              ...(target ? [] : [{ value: '', text: targetText(run.data) }]),
              ...table.columns.slice(0, MOST_LISTED).map(({ name }) => name),
            ]}
            onChange={(name) => {
              const column = table.columns.find((one) => one.name === name);
              if (column) data.choose(withTarget(state.peek().run, column));
            }}
          />
        )}
        {target && mayBeEither(target) && (
          <SelectField
            label="As"
            value={predictsClasses(run) ? 'classes' : 'numbers'}
            options={[
              { value: 'classes', text: `${target.kind === 'numbers' ? target.distinct : ''} classes` },
              { value: 'numbers', text: 'a number' },
            ]}
            onChange={(as) => data.choose(withTarget(state.peek().run, target, as))}
          />
        )}
      </div>
      {isNamed && <Inputs table={table} />}
    </>
  );
}

function targetText(data: object): string {
  const { target } = data as { readonly target?: string | readonly string[] };
  return typeof target === 'string' ? target : (target ?? []).join(', ');
}

function Inputs({ table }: { table: TableFacts }) {
  const { state, editRun } = useLab();
  const { run } = state.value;
  const inputs = new Set(inputNames(run, table));
  const { target } = run.data as { readonly target?: string | readonly string[] };
  const others = table.columns.filter(({ name }) => !(Array.isArray(target) ? target.includes(name) : name === target));
  const listed = others.slice(0, MOST_LISTED);
  const set = (columns: readonly ColumnFacts[], isInput: boolean) =>
    editRun((now) =>
      withInputs(
        now,
        table,
        columns.map(({ name }) => name),
        isInput,
      ),
    );
  return (
    <details>
      <summary>
        {counted(inputs.size, 'column')} to learn from{inputs.size < others.length && ` of ${others.length}`}
      </summary>
      <div class="column-list" role="group" aria-label="Columns to learn from">
        {listed.map((column) => (
          <CheckField
            key={column.name}
            label={
              <span>
                {column.name} <span class="note">{kindText(column)}</span>
              </span>
            }
            checked={inputs.has(column.name)}
            disabled={inputs.size === 1 && inputs.has(column.name)}
            onChange={(checked) => set([column], checked)}
          />
        ))}
      </div>
      {listed.length > 5 && (
        <div class="buttons">
          <button
            type="button"
            class="quiet"
            disabled={inputs.size === others.length}
            onClick={() => set(others, true)}
          >
            All
          </button>
          <button type="button" class="quiet" disabled={inputs.size === 1} onClick={() => set(others.slice(1), false)}>
            The first alone
          </button>
        </div>
      )}
    </details>
  );
}

function kindText(column: ColumnFacts): string {
  const missing = column.missing > 0 ? `, ${column.missing} missing` : '';
  if (column.kind === 'text') return `${counted(column.distinct, 'text')}${missing}`;
  return `${column.width > 1 ? counted(column.width, 'number') : 'numbers'}${missing}`;
}
