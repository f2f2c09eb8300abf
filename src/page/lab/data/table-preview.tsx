/** The table as it stands in the file: its first rows, with the target and what is left out marked, and what its columns are like. */
import { useLab } from '../lab-context.js';
import { inputNames, targetColumn } from './data-edits.js';
import type { ColumnFacts, TableFacts } from './facts.js';

export function TablePreview({ table }: { table: TableFacts }) {
  const { state } = useLab();
  const { run } = state.value;
  const inputs = 'target' in run.data ? new Set(inputNames(run, table)) : undefined;
  const target = targetColumn(run, table);
  const named = (run.data as { readonly target?: string | readonly string[] }).target;
  const roleOf = ({ name }: ColumnFacts) =>
    name === target?.name || (Array.isArray(named) && named.includes(name))
      ? 'target'
      : inputs && !inputs.has(name)
        ? 'left out'
        : undefined;
  const shown = table.columns.slice(0, table.head[0]?.length ?? 0);
  const roles = shown.map(roleOf);
  const more = table.columnCount - shown.length;
  return (
    <>
      <details>
        <summary>First rows</summary>
        <div class="scroll table-preview" tabIndex={0} role="region" aria-label={`First rows of ${table.source}`}>
          <table>
            <thead>
              <tr>
                {shown.map((column, c) => (
                  <th key={column.name} scope="col" class={classOf(roles[c])}>
                    {column.name}
                    {roles[c] && <span class="role">{roles[c]}</span>}
                  </th>
                ))}
                {more > 0 && <th scope="col">and {more} more</th>}
              </tr>
            </thead>
            <tbody>
              {table.head.map((row, r) => (
                <tr key={r}>
                  {row.map((cell, c) => (
                    <td key={c} class={`${shown[c]!.kind === 'numbers' ? 'number ' : ''}${classOf(roles[c])}`}>
                      {cell ?? <span class="missing">missing</span>}
                    </td>
                  ))}
                  {more > 0 && <td>…</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <details>
        <summary>Statistics</summary>
        <Statistics columns={table.columns} rows={table.rows} />
      </details>
    </>
  );
}

function classOf(role: string | undefined): string {
  return role === 'target' ? 'is-target' : role ? 'is-left-out' : '';
}

function Statistics({ columns, rows }: { columns: readonly ColumnFacts[]; rows: number }) {
  return (
    <div class="scroll table-preview" tabIndex={0} role="region" aria-label="What the columns are like">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col" class="number">
              least
            </th>
            <th scope="col" class="number">
              mean
            </th>
            <th scope="col" class="number">
              largest
            </th>
            <th scope="col" class="number">
              missing
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">{column.name}</th>
              {column.kind === 'text' ? (
                <td colSpan={3}>
                  {column.distinct} texts, most often {column.most} ({column.mostCount} of {rows})
                </td>
              ) : (
                [column.min, column.mean, column.max].map((value, i) => (
                  <td key={i} class="number">
                    {shortNumber(value)}
                  </td>
                ))
              )}
              <td class="number">{column.missing}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Four digits that count, without a tail of zeros. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}
