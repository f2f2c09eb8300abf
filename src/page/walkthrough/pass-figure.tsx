/**
 * What one pass of the plan reads and writes, in matrices, with a line that says how the number pointed at arises; marked
 * where the pass is the last that ran.
 */
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Frame, Opening } from './frame.js';
import { type CellRef, inputsOf, originText, sourcesOf } from './origins.js';
import { type Pointed, PointingContext } from './pointing.js';
import { lastPass } from './position.js';
import { TensorFigure } from './tensor-figure.js';
import { nameOf } from './tensor-names.js';
import { float32Text, float64Text, ulpsApart, ulpText } from './ulp.js';

export interface PassFigureProps {
  /** Its label in the plan; undefined where the host wrote the matrices. */
  readonly pass?: string;
  readonly results: readonly string[];
  readonly opening: Opening;
  readonly frame: Frame | undefined;
  readonly children?: ComponentChildren;
}

export function PassFigure({ pass, results, opening, frame, children }: PassFigureProps) {
  const pointed = useSignal<Pointed | undefined>(undefined);
  const current = useSignal({ opening, frame });
  current.value = { opening, frame };
  const sources = useComputed((): readonly CellRef[] => {
    if (!pointed.value) return [];
    return sourcesOf(pointed.value.cell, current.value.opening.shapes, current.value.frame?.tensors ?? {});
  });
  const pointing = useMemo(() => ({ pointed, sources }), []);
  const tensors = frame?.tensors ?? {};
  const inputs = [...new Set(pass === undefined ? [] : results.flatMap((result) => inputsOf(result, tensors)))];
  const index = opening.passes.findIndex(({ label }) => label === pass);
  const facts = opening.passes[index];
  const isHere = frame !== undefined && facts !== undefined && lastPass(frame.passes, opening) === index;
  const common = { opening, frame };
  return (
    <PointingContext.Provider value={pointing}>
      <div
        class={isHere ? `pass here flash-${frame.passes % 2}` : 'pass'}
        data-pass={pass}
        aria-current={isHere ? 'step' : undefined}
      >
        {facts && (
          <p class="pass-facts">
            <span class="pass-number">
              Pass {index + 1} of {opening.passesPerEpoch}
            </span>{' '}
            <strong>{facts.label}</strong> <code>{facts.shader}</code> {facts.workgroups.join('×')} workgroups
            {isHere && <span class="here-mark">◀ here</span>}
          </p>
        )}
        {children}
        {inputs.length > 0 && (
          <div class="scroll tensors" tabIndex={0} role="group" aria-label="What the pass reads">
            {inputs.map((tensor) => (
              <TensorFigure key={tensor} tensor={tensor} isInput {...common} />
            ))}
          </div>
        )}
        <div class="results">
          {results.map((tensor) => (
            <div key={tensor} class="scroll result" tabIndex={0} role="group" aria-label={nameOf(tensor).words}>
              <TensorFigure tensor={tensor} {...common} />
            </div>
          ))}
        </div>
        {results.length > 0 && <OriginLine pointed={pointed.value} frame={frame} />}
      </div>
    </PointingContext.Provider>
  );
}

const LEARNING_RATE = 1;

function OriginLine({ pointed, frame }: { readonly pointed: Pointed | undefined; readonly frame: Frame | undefined }) {
  const found = pointed && frame?.tensors[pointed.cell.tensor];
  return (
    <div class="origin" aria-live="polite">
      {!pointed ? (
        <p class="origin-hint">Point at a number to see where it comes from.</p>
      ) : !found || !frame ? (
        <p>{placeText(pointed)} has not been computed yet.</p>
      ) : (
        <>
          <p class="origin-sum">
            <span class="origin-place">{placeText(pointed)}</span>{' '}
            {originText(pointed.cell, frame, pointed.kind, LEARNING_RATE)}
          </p>
          <p class="origin-values">{valuesText(pointed.cell, found)}</p>
        </>
      )}
    </div>
  );
}

function placeText({ cell: { tensor, row, column } }: Pointed): string {
  return `${nameOf(tensor).symbol}[${row + 1}, ${column + 1}]`;
}

function valuesText({ row, column }: CellRef, { columns, gpu, reference }: Frame['tensors'][string]): string {
  const i = row * columns + column;
  const want = `reference ${float64Text(reference[i]!)}`;
  if (!gpu) return want;
  return `GPU ${float32Text(gpu[i]!)} · ${want} · ${ulpText(ulpsApart(gpu[i]!, reference[i]!))} ULP apart`;
}
