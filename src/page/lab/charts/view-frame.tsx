/** What stands around a view of the network: why there is none, of when it is, what went wrong. */
import type { ComponentChildren } from 'preact';
import { useLab } from '../lab-context.js';
import type { Nothing } from './view-results.js';
import type { ViewState } from './use-view.js';

export interface ViewFrameProps<T extends { readonly kind: string }> {
  readonly state: ViewState<T>;
  /** @param when the weights are of, for example `after epoch 3` */
  readonly children: (view: T, when: string) => ComponentChildren;
}

export function ViewFrame<T extends { readonly kind: string }>({ state, children }: ViewFrameProps<T>) {
  const { training } = useLab();
  const { shown, problem } = state;
  if (problem !== undefined) return <p class="problem">{problem}</p>;
  if (!shown) {
    const isUnderWay = training.status.value !== 'idle';
    return <EmptyView why={isUnderWay ? 'the first weights are on their way.' : 'nothing was trained: press Start.'} />;
  }
  const { view, when } = shown;
  return isNothing(view) ? <EmptyView what="Nothing to show here" why={view.why} /> : <>{children(view, when)}</>;
}

export function EmptyView({ what = 'Nothing to show yet', why }: { readonly what?: string; readonly why: string }) {
  return (
    <p class="chart-empty">
      {what}, because {why}
    </p>
  );
}

function isNothing(view: { readonly kind: string }): view is Nothing {
  return view.kind === 'nothing';
}
