/**
 * The network drawn: a column of units a layer, and its weights as lines, width for size, colour and dash for sign. It is renewed while
 * the network trains. Whoever points at a unit or a line, or goes to a unit with the keyboard, reads the exact numbers.
 */
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useLab } from '../lab-context.js';
import { DrawnNetwork, type Spot } from './drawn-network.js';
import { edgesOf } from './edges.js';
import { sizesOf } from './layer-facts.js';
import { layoutOf } from './layout.js';
import { liveWeights, shownWeights, useSlowed } from './live-weights.js';
import type { NetworkLook } from './look.js';
import { stagesOf } from './stages.js';
import { edgeText, leftOutText, type Names, networkText, unitText } from './unit-text.js';
import './network.css';

export function NetworkDrawing() {
  const { network } = useLab();
  const look = network.look.value;
  return (
    <section id="lab-drawing" class="panel" aria-labelledby="lab-drawing-title" aria-busy={network.isLooking.value}>
      <h2 id="lab-drawing-title">The network, drawn</h2>
      {look ? <Drawing look={look} /> : <p class="note">It is drawn once its data are known.</p>}
    </section>
  );
}

/** Of names that stand beside units, in the drawing's units. */
const CHARACTER = 6.2;
const MOST_NAME = 14;

function Drawing({ look }: { look: NetworkLook }) {
  const lab = useLab();
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(640);
  const spot = useSignal<Spot | undefined>(undefined);
  useLayoutEffect(() => {
    const fit = (available: number) => (width.value = Math.max(240, Math.floor(available)));
    const observer = new ResizeObserver(([entry]) => fit(entry!.contentRect.width));
    // Before the first frame, which would be of another width else.
    fit(frame.current!.clientWidth);
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, [width]);
  const live = useSlowed(() => liveWeights(lab));
  const names = useComputed(() => namesOf(lab.data.summary.value, look));

  const stages = stagesOf(look.layers, look.inputs);
  const { weights, text } = shownWeights(look, stages, live.value);
  const edges = weights && edgesOf(stages, weights);
  const { inputs, outputs } = names.value;
  const last = stages.at(-1)!;
  const layout = layoutOf(stages, {
    width: width.value,
    left: Math.max(30, 16 + roomFor(stages[0]!.shown.map((unit) => inputs[unit] ?? ''))),
    right: Math.max(34, 16 + (outputs ? roomFor(last.shown.map((unit) => outputs[unit] ?? '')) : 0)),
  });
  const { trainable, fixed } = sizesOf(look.layers, look.inputs);
  const sentence = networkText(stages, trainable + fixed);
  const place = spot.value;
  const said =
    place?.kind === 'edge'
      ? edgeText(stages, place.edge, names.value)
      : place && place.stage < stages.length && place.position < stages[place.stage]!.shown.length
        ? unitText(stages, weights, place.stage, place.position, names.value)
        : undefined;
  return (
    <>
      <p class="note" id="lab-drawing-text">
        {sentence} <span id="lab-drawing-state">Shown: {text}.</span>
      </p>
      <div ref={frame}>
        <DrawnNetwork
          stages={stages}
          layout={layout}
          edges={edges}
          names={names.value}
          spot={spot}
          label={`${sentence} Shown: ${text}.`}
          describe={(stage, position) => unitText(stages, weights, stage, position, names.value)}
        />
      </div>
      <p class="note drawing-said">
        {said ?? 'Point at a unit or a line, or go to a unit and use the arrow keys, for the exact numbers.'}
      </p>
      <Legend largest={edges?.largest} />
      {leftOutText(stages, edges) && (
        <p class="note" id="lab-drawing-left-out">
          {leftOutText(stages, edges)}
        </p>
      )}
    </>
  );
}

function Legend({ largest }: { largest: number | undefined }) {
  if (largest === undefined) return null;
  return (
    <p class="note drawing-legend">
      <span>
        <svg viewBox="0 0 32 8" width="32" height="8" aria-hidden="true">
          <path class="edge" stroke-width="3" d="M0 4H32" />
        </svg>
        positive
      </span>
      <span>
        <svg viewBox="0 0 32 8" width="32" height="8" aria-hidden="true">
          <path class="edge negative" stroke-width="3" d="M0 4H32" />
        </svg>
        negative
      </span>
      <span>
        the wider, the larger; the widest is <span class="number">{largest.toPrecision(3)}</span>
      </span>
    </p>
  );
}

function namesOf(
  summary:
    | { readonly inputs: number; readonly names: readonly string[]; readonly classes: readonly string[] | undefined }
    | undefined,
  { layers, inputs }: NetworkLook,
): Names {
  const fits = summary?.inputs === inputs;
  const classes = fits ? summary.classes : undefined;
  const units = stagesOf(layers, inputs).at(-1)!.units;
  // One output says how likely the second of two classes is.
  const outputs =
    classes?.length === units ? classes : classes?.length === 2 && units === 1 ? [classes[1]!] : undefined;
  return { inputs: fits ? summary.names : [], outputs };
}

function roomFor(names: readonly string[]): number {
  return CHARACTER * Math.max(0, ...names.map((name) => Math.min(name.length, MOST_NAME)));
}
