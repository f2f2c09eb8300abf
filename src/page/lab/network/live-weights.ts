/** Which weights the drawing shows: those of the training where it is of this network, else the first ones. */
import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LayerWeights } from '../../../core/initializers.js';
import type { Lab } from '../lab-context.js';
import { weightsPlace } from '../training/weights-place.js';
import type { NetworkLook } from './look.js';
import { pickWeights, type Stage, type StageWeights } from './stages.js';

export interface Shown {
  readonly weights: readonly StageWeights[] | undefined;
  /** What they are, in a few words. */
  readonly text: string;
}

/** Milliseconds between two drawings, at least. */
const REDRAW_EVERY = 125;

export function shownWeights(
  look: NetworkLook,
  stages: readonly Stage[],
  live: { readonly weights: readonly LayerWeights[]; readonly text: string } | undefined,
): Shown {
  const picked = live && pickWeights(stages, live.weights);
  if (picked) return { weights: picked, text: live.text };
  if (look.first) {
    const text = look.model.weights ? 'given first weights' : `first weights of seed ${look.model.seed ?? 0}`;
    return { weights: look.first, text };
  }
  const why = look.refusal ? 'too large for this device' : 'so many first weights are not drawn ahead of a training';
  return { weights: undefined, text: `no weights: ${why}` };
}

/** The weights of the training under way or done, where it trains the network that is looked at. */
export function liveWeights({ training, network }: Lab) {
  const model = network.look.value?.model;
  const trained = training.run.value?.model;
  if (!model || !trained || JSON.stringify(model) !== JSON.stringify(trained)) return undefined;
  const weights = training.end.value?.weights ?? training.snapshot.value?.weights;
  return weights && { weights, text: `weights ${weightsPlace(training)}` };
}

/** A value that follows another, but not more often than it can be drawn. */
export function useSlowed<T>(compute: () => T): ReadonlySignal<T> {
  const source = useComputed(compute);
  const slowed = useSignal(source.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const take = () => {
      timer = undefined;
      last = performance.now();
      slowed.value = source.peek();
    };
    const end = source.subscribe(() => {
      timer ??= setTimeout(take, Math.max(0, last + REDRAW_EVERY - performance.now()));
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [source, slowed]);
  return slowed;
}
