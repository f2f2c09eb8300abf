/**
 * The walkthrough: a network learns in steps, and every number on the way is there to be looked at, as the GPU has it and as
 * the reference has it. It shows; the worker computes. Its place is in the page's state, so a link leads to it.
 */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { noWebGpuSentence } from '../parts/sentences.js';
import { usePage } from '../shell/page-context.js';
import { type Conductor, conduct } from './conductor.js';
import { ControlBar } from './control-bar.js';
import type { Opening } from './frame.js';
import { Steps } from './steps.js';
import type { WalkthroughState } from './walkthrough-state.js';
import 'katex/dist/katex.min.css';
import './matrices.css';
import './code-and-curves.css';
import './walkthrough.css';

export function Walkthrough() {
  const { state, update, workers, notices } = usePage();
  const conductor = useSignal<Conductor | undefined>(undefined);
  const follows = useSignal(true);
  const root = useRef<HTMLElement>(null);

  const open = () => {
    conductor.value?.close();
    conductor.value = conduct(workers, state.peek().walkthrough, (text) => {
      notices.add({ kind: 'error', text, action: { label: 'Start again', run: open } });
    });
  };
  useEffect(() => {
    open();
    return () => conductor.peek()?.close();
  }, []);
  useSignalEffect(() => conductor.value?.want(state.value.walkthrough));
  const opening = conductor.value?.opening.value;
  const frame = conductor.value?.frame.value;
  const place = state.value.walkthrough;

  // A link may ask for more passes than there are.
  useEffect(() => {
    if (frame && frame.seed === place.seed && opening && place.passes > opening.epochs * opening.passesPerEpoch) {
      move({ seed: frame.seed, passes: frame.passes });
    }
  }, [frame]);

  const move = (to: WalkthroughState) => update((all) => ({ ...all, walkthrough: to }));
  const show = () => {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const here = root.current?.querySelector('.here');
    here?.scrollIntoView({ block: 'start', behavior: isStill ? 'auto' : 'smooth' });
  };
  const moved = useRef(place.passes);
  useEffect(() => {
    const isStep = frame !== undefined && Math.abs(frame.passes - moved.current) === 1;
    if (frame) moved.current = frame.passes;
    if (isStep && follows.peek()) show();
  }, [frame]);

  return (
    <article class="walkthrough" ref={root} data-passes={frame?.passes} data-seed={frame?.seed}>
      <header>
        <h1>Deep learning from scratch, executable</h1>
        <p class="lede">
          A network of three inputs, four hidden units and one output learns four examples. Run it pass by pass: every
          number below is read from the GPU’s own memory, and beside it stands what plain loops in 64 bits make of the
          same step.
        </p>
        <p class="note">
          The difference is counted in ULP, units in the last place of the GPU’s 32-bit number. Rounding alone costs
          half a unit; more comes from the order of sums and from the GPU’s exp. The two run freely side by side, from
          the same seed.
        </p>
        {opening && <Adapter opening={opening} />}
      </header>
      <ControlBar
        {...{ place, opening }}
        follows={follows.value}
        onFollows={(one) => (follows.value = one)}
        onMove={move}
        onShow={show}
      />
      <Steps opening={opening} frame={frame} />
    </article>
  );
}

function Adapter({ opening }: { readonly opening: Opening }) {
  const { adapter, hasApi } = opening;
  if (!adapter) {
    return (
      <p class="notice notice-warning" id="no-webgpu">
        {noWebGpuSentence({ isSecureContext, hasApi }, 'reference')}
      </p>
    );
  }
  return (
    <p class="note" id="adapter">
      Adapter: {adapter.text}.
    </p>
  );
}
