/**
 * A matrix as a table that can be walked through cell by cell: one stop for the tab key, arrows within. Cells that have not
 * been computed hold a dash. It tells what is pointed at and lights up what it is told.
 */
import { useSignal } from '@preact/signals';
import { useContext } from 'preact/hooks';
import type { CellRef, Kind } from './origins.js';
import { PointingContext } from './pointing.js';

export interface MatrixTableProps {
  readonly tensor: string;
  /** Whose numbers they are, or how far those are apart. */
  readonly kind: Kind | 'ulp';
  /** For those who do not see it. */
  readonly label: string;
  /** Over it. */
  readonly caption: string;
  readonly rows: number;
  readonly columns: number;
  /** Undefined where there are none yet. */
  readonly values: ArrayLike<number> | undefined;
  readonly text: (value: number) => string;
}

const ARROWS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function MatrixTable({ tensor, kind, label, caption, rows, columns, values, text }: MatrixTableProps) {
  const { pointed, sources } = useContext(PointingContext)!;
  /** Where the tab key leads to. */
  const stop = useSignal<readonly [number, number]>([0, 0]);
  const isHere = (one: CellRef, row: number, column: number) =>
    one.tensor === tensor && one.row === row && one.column === column;
  const point = ({ target }: Event) => {
    const place = placeOf(target);
    if (place)
      pointed.value = { cell: { tensor, row: place[0], column: place[1] }, kind: kind === 'ulp' ? 'gpu' : kind };
  };
  const leave = () => (pointed.value = undefined);
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return void leave();
    const step = ARROWS[event.key];
    const place = placeOf(event.target);
    if (!step || !place) return;
    event.preventDefault();
    const within = (value: number, count: number) => Math.max(0, Math.min(value, count - 1));
    const [row, column] = [within(place[0] + step[0], rows), within(place[1] + step[1], columns)];
    stop.value = [row, column];
    const table = event.currentTarget as HTMLTableElement;
    table.tBodies[0]!.rows[row]!.querySelectorAll('td')[column]!.focus();
  };
  return (
    <div class="matrix-box">
      <p class="matrix-kind" aria-hidden="true">
        {caption}
      </p>
      <table
        role="grid"
        class="matrix"
        data-tensor={tensor}
        data-kind={kind}
        onPointerOver={point}
        onPointerLeave={leave}
        onFocusIn={point}
        onFocusOut={leave}
        onKeyDown={walk}
      >
        <caption class="visually-hidden">{label}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Row</th>
            {numbers(columns).map((column) => (
              <th key={column} scope="col">
                Column {column + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {numbers(rows).map((row) => (
            <tr key={row}>
              <th scope="row" class="visually-hidden">
                {row + 1}
              </th>
              {numbers(columns).map((column) => {
                const value = values?.[row * columns + column];
                const isPointed = pointed.value && isHere(pointed.value.cell, row, column);
                const isLit = sources.value.some((one) => isHere(one, row, column));
                return (
                  <td
                    key={column}
                    tabIndex={stop.value[0] === row && stop.value[1] === column ? 0 : -1}
                    class={isPointed ? 'pointed' : isLit ? 'lit' : undefined}
                    data-row={row}
                    data-column={column}
                    data-value={value}
                  >
                    {value === undefined ? '—' : text(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function placeOf(target: EventTarget | null): readonly [row: number, column: number] | undefined {
  const cell = target instanceof Element ? target.closest('td') : null;
  return cell ? [Number(cell.dataset['row']), Number(cell.dataset['column'])] : undefined;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
