/** A matrix of the plan: as the GPU has it, as the reference has it, and how far the two are apart. Or only what was read. */
import type { Frame, Opening } from './frame.js';
import { MatrixTable } from './matrix-table.js';
import { nameOf } from './tensor-names.js';
import { cellText, ulpsApart, ulpText } from './ulp.js';

export interface TensorFigureProps {
  readonly tensor: string;
  readonly opening: Opening;
  readonly frame: Frame | undefined;
  /** Whether it is shown for what is made of it, and not for itself: one matrix then. */
  readonly isInput?: boolean;
  readonly decimals?: number;
}

const DATA = ['x', 'targets'];

export function TensorFigure({ tensor, opening, frame, isInput = false, decimals = 5 }: TensorFigureProps) {
  const { symbol, words } = nameOf(tensor);
  const { rows, columns } = opening.shapes[tensor]!;
  const found = frame?.tensors[tensor];
  const hasGpu = opening.adapter !== undefined;
  const size = { tensor, rows, columns };
  const text = (value: number) => cellText(value, decimals);
  const gpu = (caption: string) => (
    <MatrixTable
      {...size}
      kind="gpu"
      label={`${symbol}, ${words}, on the GPU`}
      values={found?.gpu}
      {...{ caption, text }}
    />
  );
  const reference = (caption: string) => (
    <MatrixTable
      {...size}
      kind="reference"
      label={`${symbol}, ${words}, by the reference`}
      values={found?.reference}
      {...{ caption, text }}
    />
  );
  return (
    <figure class={isInput ? 'tensor tensor-input' : 'tensor'} data-figure={tensor}>
      <figcaption>
        <span class="symbol">{symbol}</span> <span class={isInput ? 'visually-hidden' : undefined}>{words}</span>{' '}
        <span class="tensor-facts">
          {rows} × {columns}
          {factOf(tensor, found?.epoch, isInput)}
        </span>
      </figcaption>
      <div class="tensor-tables">
        {isInput ? (
          hasGpu ? (
            gpu('GPU')
          ) : (
            reference('Reference')
          )
        ) : (
          <>
            {hasGpu && gpu('GPU, float32')}
            {reference('Reference, float64')}
            {hasGpu && (
              <MatrixTable
                {...size}
                kind="ulp"
                label={`${symbol}, difference in units of the last place`}
                caption="Apart, ULP"
                values={found?.gpu && differences(found.gpu, found.reference)}
                text={ulpText}
              />
            )}
          </>
        )}
      </div>
    </figure>
  );
}

/** ULP of each value. */
export function differences(gpu: Float32Array, reference: Float64Array): Float64Array {
  return Float64Array.from(reference, (want, i) => ulpsApart(gpu[i]!, want));
}

/** When it was computed, behind its size. */
function factOf(tensor: string, epoch: number | undefined, isInput: boolean): string {
  if (DATA.includes(tensor)) return '';
  if (tensor.endsWith(' before')) return ', before the update';
  if (isInput) return '';
  if (epoch === undefined) return ', not computed yet';
  if (epoch === 0) return ', as drawn';
  return tensor.endsWith('.kernel') ? `, now, after epoch ${epoch}` : `, of epoch ${epoch}`;
}
