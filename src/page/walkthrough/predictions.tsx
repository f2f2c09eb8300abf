/** The table that the tutorial ends with, computed here, beside what it printed. */
import type { Frame, Opening } from './frame.js';
import { allOf } from './position.js';
import { QUOTED, QUOTED_DECIMALS, QUOTED_SEED, sharedDecimals } from './published.js';
import { ulpsApart, ulpText } from './ulp.js';

export function Predictions({ frame, opening }: { readonly frame: Frame | undefined; readonly opening: Opening }) {
  const isDone = frame !== undefined && frame.passes === allOf(opening);
  const y = isDone ? frame.tensors['layers.1.y'] : undefined;
  const hasGpu = opening.adapter !== undefined;
  const isQuoted = frame?.seed === QUOTED_SEED;
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label="Predictions">
        <table class="predictions">
          <caption class="visually-hidden">
            The network’s answers of epoch 50, computed here and as the tutorial printed them
          </caption>
          <thead>
            <tr>
              <th scope="col">x</th>
              <th scope="col">t</th>
              {hasGpu && <th scope="col">GPU</th>}
              <th scope="col">Reference</th>
              <th scope="col">Published</th>
              {hasGpu && <th scope="col">Apart, ULP</th>}
            </tr>
          </thead>
          <tbody>
            {QUOTED.map((quoted, row) => {
              const gpu = y?.gpu?.[row];
              const reference = y?.reference[row];
              return (
                <tr key={quoted}>
                  <th scope="row">{rowText(frame, 'x', row)}</th>
                  <td>{rowText(frame, 'targets', row)}</td>
                  {hasGpu && <Digits value={gpu} quoted={isQuoted ? quoted : undefined} kind="gpu" />}
                  <Digits value={reference} quoted={isQuoted ? quoted : undefined} kind="reference" />
                  <td class="quoted">{quoted}</td>
                  {hasGpu && (
                    <td>{gpu === undefined || reference === undefined ? '—' : ulpText(ulpsApart(gpu, reference))}</td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="verdict" role="status">
        {y && frame ? verdict(y, isQuoted, frame.seed) : 'Run all 50 epochs to fill in this table.'}
      </p>
    </>
  );
}

/** A number with eight decimals; those that are not the quotation's are underlined, and said to be other ones. */
function Digits(props: {
  readonly value: number | undefined;
  readonly quoted: string | undefined;
  readonly kind: string;
}) {
  const { value, quoted, kind } = props;
  if (value === undefined) return <td data-kind={kind}>—</td>;
  const text = value.toFixed(QUOTED_DECIMALS);
  const equal = quoted === undefined || text === quoted ? text.length : 2 + sharedDecimals(text, quoted);
  return (
    <td data-kind={kind} data-value={value}>
      {text.slice(0, equal)}
      {equal < text.length && <span class="differs">{text.slice(equal)}</span>}
    </td>
  );
}

function rowText(frame: Frame | undefined, tensor: string, row: number): string {
  const found = frame?.tensors[tensor];
  if (!found) return '—';
  return Array.from(found.reference.slice(row * found.columns, (row + 1) * found.columns)).join(' ');
}

function verdict({ gpu, reference }: Frame['tensors'][string], isQuoted: boolean, seed: number): string {
  if (!isQuoted) {
    return `The tutorial’s numbers are those of seed ${QUOTED_SEED}; from other weights, here those of seed ${seed}, come other answers.`;
  }
  const texts = (values: ArrayLike<number>) => Array.from(values, (value) => value.toFixed(QUOTED_DECIMALS));
  const equal = (values: ArrayLike<number>) => texts(values).filter((text, row) => text === QUOTED[row]).length;
  const of = QUOTED.length;
  const found = equal(reference);
  const reached =
    found === of
      ? `All ${of} numbers of the reference equal the published ones, digit for digit.`
      : `Of the reference’s numbers ${found} of ${of} equal the published ones.`;
  if (!gpu) return reached;
  if (equal(gpu) === of) return `${reached} So do the GPU’s.`;
  const shared = Math.min(...texts(gpu).map((text, row) => sharedDecimals(text, QUOTED[row]!)));
  return (
    `${reached} The GPU’s agree in the first ${shared} decimals at least: 32 bits hold seven digits or so, and the ` +
    'last ones printed are beyond them.'
  );
}
